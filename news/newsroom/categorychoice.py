"""Choosing a category: those at the top in their order, each followed by those under it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest

from communes.rowadmin import RelatedOfCommuneFilter
from news.models import Category


class CategoryChoice(forms.ModelChoiceField):
    """Names a category with the one it stands under; its rows come from `in_tree`."""

    def label_from_instance(self, obj: Category) -> str:
        return obj.full_name


class CategoriesChoice(forms.ModelMultipleChoiceField):
    """The same for several categories."""

    label_from_instance = CategoryChoice.label_from_instance


class CategoryFilter(RelatedOfCommuneFilter):
    """Of a category with others under it, the articles of those too."""

    def field_choices(self, field: Field, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(row.pk, row.full_name) for row in Category.objects.of(request.commune).in_tree()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.used_parameters.get(self.lookup_kwarg)
        if chosen is None:
            return super().queryset(request, queryset)
        return queryset.filter(Q(category__in=chosen) | Q(category__parent__in=chosen))
