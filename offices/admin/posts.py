"""Posts, written under the person and under the office."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneChoices
from formrows import RowFormSet
from offices.admin.rows import WIDGETS
from offices.models import Post, PostQuerySet


class PostFormSet(RowFormSet):
    """The posts of one person or of one office, compared with each other as they will be.

    So one form hands a post from the old chairman to the new one, and refuses two.
    """

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)
        form.instance.beside = {post.pk for post in self.get_queryset()}
        return form

    def clean(self) -> None:
        super().clean()
        kept = [
            form
            for form in self.forms
            if form.is_valid() and (form.has_changed() or form.instance.pk) and not form.cleaned_data.get("DELETE")
        ]
        for earlier, later in combinations(kept, 2):
            if later.instance.excludes(earlier.instance):
                later.add_error("begins_on", later.instance.meets(earlier.instance))


class PostInline(CommuneChoices):
    """The posts of the row above the form."""

    model = Post
    formset = PostFormSet
    formfield_overrides = WIDGETS
    verbose_name_plural = _("posts, the earlier ones too")

    def get_queryset(self, request: HttpRequest) -> PostQuerySet:
        return super().get_queryset(request).of(request.commune).select_related("person", "office")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class PersonPostInline(PostInline, admin.StackedInline):
    fields = ("office", "name", "duties", ("begins_on", "ends_on"), ("position", "is_leading", "is_sole"))


class OfficePostInline(PostInline, admin.TabularInline):
    """The rows of a table are narrow: what a person is in charge of is written under the person."""

    formfield_overrides = {}
    fields = ("person", "name", "begins_on", "ends_on", "position", "is_leading", "is_sole")
    extra = 0

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0
