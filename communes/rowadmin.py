"""The admin of rows that belong to a commune: it shows and touches those of the commune one works for."""

from __future__ import annotations

from typing import Any, NoReturn

from django import forms
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import Http404, HttpRequest
from django.utils.text import capfirst

from communes.rows import CommuneQuerySet
from trail.recordedadmin import RecordedAdmin


class CommuneForm(forms.ModelForm):
    """A form for a row of a commune, which the form does not ask for. `commune` is set on the class by the admin.

    What must be unique in a commune is looked at there, though no field of the form is the commune.
    """

    commune: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.commune_id is None and self.commune is not None:
            self.instance.commune = self.commune

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"commune"}


class RowForm(CommuneForm):
    """One row of a list that is edited in place: every field says whose it is, for those who do not see the table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}: {self.instance}")


class CommuneChoices(admin.options.BaseModelAdmin):
    """Offers in the fields of a form what belongs to the commune one works for."""

    def get_field_queryset(self, db: str | None, db_field: Field, request: HttpRequest) -> QuerySet | None:
        rows = super().get_field_queryset(db, db_field, request)
        manager = db_field.remote_field.model._default_manager
        if not isinstance(manager.get_queryset(), CommuneQuerySet):
            return rows
        return (manager.using(db) if rows is None else rows).of(request.commune)


class OfCommuneAdmin(CommuneChoices, RecordedAdmin):
    """A ModelAdmin for a model whose queryset begins with `of(commune)`; a number of another commune is no row."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).of(request.commune)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        """Django would lead to the first page of the admin; an address of nothing is 404, as everywhere else."""
        raise Http404(f"{opts.verbose_name} {object_id}")


class CommuneRowAdmin(OfCommuneAdmin):
    """A ModelAdmin for a model with a CommuneKey."""

    form = CommuneForm

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[CommuneForm]:
        form = super().get_form(request, *args, **kwargs)  # a class made for this request
        form.commune = request.commune
        return form


class RelatedOfCommuneFilter(admin.RelatedFieldListFilter):
    """Filters a list by a related row of the commune."""

    def field_choices(self, field: Field, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[Any, str]]:
        rows = field.remote_field.model._default_manager.of(request.commune)
        return [(row.pk, str(row)) for row in rows]
