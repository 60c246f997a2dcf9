"""The admin of rows that belong to a commune: it shows and touches those of the commune one works for."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NoReturn

from django import forms
from django.contrib import admin
from django.db.models import Field, Model, QuerySet
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from choosing import ChosenMany, ChosenOne
from communes.rows import CommuneQuerySet
from finding import closest_first, found
from trail.recordedadmin import RecordedAdmin

STORED = "_stored"  # the hidden field that says what was stored when the form was opened


class CommuneForm(forms.ModelForm):
    """A form for a row of a commune, which the form does not ask for. `commune` is set on the class by the admin.

    What must be unique in a commune is looked at there, though no field of the form is the commune.
    """

    commune: Any = None
    changed_meanwhile = False  # somebody else saved the row while this form was open; set by the admin, too

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.commune_id is None and self.commune is not None:
            self.instance.commune = self.commune

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.changed_meanwhile:
            labels = [str(self.fields[name].label or name) for name in self.changed_data if name in self.fields]
            self.add_error(
                None,
                _(
                    "Somebody else saved this while you were writing; open it in another tab to see what is stored. "
                    "Nothing of yours is lost: it differs in %(fields)s. Saved once more, yours takes its place."
                )
                % {"fields": ", ".join(labels) or _("the rows below")},
            )
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"commune"}


class RowForm(CommuneForm):
    """One row of a list that is edited in place: every field says whose it is, for those who do not see the table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}: {self.instance}")


class CommuneChoices(admin.options.BaseModelAdmin):
    """Offers in the fields of a form what belongs to the commune one works for; in `autocomplete_fields`, nonsense is no error."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenOne(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenMany(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

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

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By the words of `search_fields`, with or without accents; in a picker, what is called so comes first."""
        columns = self.get_search_fields(request)
        if not search_term or not columns:
            return queryset, False
        return nearest(request, found(queryset, search_term, columns), search_term, columns[0]), False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        """Django would lead to the first page of the admin; an address of nothing is 404, as everywhere else."""
        raise Http404(f"{opts.verbose_name} {object_id}")


def nearest(request: HttpRequest, rows: QuerySet, text: str, column: str) -> QuerySet:
    """The rows found, for a picker: it shows few, so that the exact name must be among the first."""
    return closest_first(rows, text, column) if request.resolver_match.url_name == "autocomplete" else rows


class CommuneFormAdmin(admin.ModelAdmin):
    """A ModelAdmin whose form knows its commune, and tells whoever saves that somebody else did so meanwhile."""

    form = CommuneForm
    tells_of_others = True  # not where the form itself compares versions

    def get_form(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> type[CommuneForm]:
        form = super().get_form(request, obj, **kwargs)  # a class made for this request
        form.commune = request.commune
        seen = request.POST.get(STORED) if obj and self.tells_of_others else None
        form.changed_meanwhile = bool(seen) and seen != self.stored_state(request, obj)
        return form

    def stored_state(self, request: HttpRequest, obj: Model) -> str:
        """A digest of what is stored of `obj` and of the rows that its form edits along with it."""
        found = [_editable_values(type(obj)._base_manager.filter(pk=obj.pk))]
        found += [
            [
                *field.remote_field.through._base_manager.filter(**{field.m2m_field_name(): obj.pk})
                .order_by("pk")
                .values_list()
            ]
            for field in obj._meta.many_to_many
        ]
        for inline in self.get_inline_instances(request, obj):
            key = _get_foreign_key(self.model, inline.model, inline.fk_name).name
            found.append(_editable_values(inline.model._base_manager.filter(**{key: obj.pk})))
        return sha256(repr(found).encode()).hexdigest()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Model | None = None, **kwargs: Any
    ) -> HttpResponse:
        if obj and self.tells_of_others:
            context["stored_state"] = self.stored_state(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


def _editable_values(rows: QuerySet) -> list[tuple[Any, ...]]:
    names = [field.attname for field in rows.model._meta.concrete_fields if field.editable]
    return [*rows.order_by("pk").values_list("pk", *names)]


class CommuneRowAdmin(CommuneFormAdmin, OfCommuneAdmin):
    """A ModelAdmin for a model with a CommuneKey."""


class OneRowAdmin(admin.ModelAdmin):
    """Stands before the classes of a model that has one row for each commune; its form takes the place of a list."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.get_queryset(request).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """For the list of models on every page of the admin, which need not ask whether the row is there.

        The name of the model leads to its form, so that a link to add one is not missed.
        """
        can_change, can_view = self.has_change_permission(request), self.has_view_permission(request)
        return {"add": False, "change": can_change, "delete": False, "view": can_view}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A list of one row helps nobody: go to its form, or to an empty one."""
        row = self.get_queryset(request).first()
        if row is None and not self.has_add_permission(request):
            return super().changelist_view(request, extra_context)
        start = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return redirect(f"{start}_add") if row is None else redirect(f"{start}_change", row.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Without the button that would lead to a second row."""
        return super().render_change_form(request, context | {"show_save_and_add_another": False}, *args, **kwargs)


class RelatedOfCommuneFilter(admin.RelatedFieldListFilter):
    """Filters a list by a related row of the commune."""

    def field_choices(self, field: Field, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[Any, str]]:
        rows = field.remote_field.model._default_manager.of(request.commune)
        return [(row.pk, str(row)) for row in rows]
