"""An admin whose deletions stand in the audit log, and its additions and changes too where they carry weight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest

from trail.recording import Kind, Subject, record

# Never, not even as a hash.
SECRET_FIELDS = {"password", "password1", "password2", "usable_password"}


class RecordedAdmin(admin.ModelAdmin):
    """Lines are written in the transaction of the act."""

    # People, groups, rights and settings: what was added and changed is recorded with the values before and after.
    records_changes = False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if self.records_changes:
            record_form(request, form, is_new=not change)
            for formset in formsets:
                record_formset(request, formset)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            record(Kind.DELETE, request, about=obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for row in queryset:
                record(Kind.DELETE, request, about=row)
            super().delete_queryset(request, queryset)


def record_form(request: HttpRequest, form: Any, *, is_new: bool, only: Iterable[str] | None = None) -> None:
    """Record what a saved form of a row says otherwise than before; nothing where it says the same.

    `only`: the fields that matter, without it all.
    """
    changed = [name for name in form.changed_data if name not in SECRET_FIELDS and (only is None or name in only)]
    if not changed and not is_new:
        return
    before, after = {}, {}
    for name in changed:
        old, new = _plain(_before(form, name)), _plain(form.cleaned_data.get(name))
        if isinstance(new, list):  # of a hundred permissions, those that differ
            old_list = old if isinstance(old, list) else []
            old, new = [item for item in old_list if item not in new], [item for item in new if item not in old_list]
        before[name], after[name] = old, new
    record(
        Kind.ADD if is_new else Kind.CHANGE,
        request,
        about=form.instance,
        before=None if is_new else before,
        after=after,
    )


def record_formset(request: HttpRequest, formset: Any) -> None:
    """Record the rows that a saved formset added, changed and deleted."""
    for row in getattr(formset, "deleted_objects", []):  # which have lost their numbers
        record(Kind.DELETE, request, about=Subject(str(row), row._meta.label_lower))
    new = set(map(id, getattr(formset, "new_objects", [])))
    gone = set(map(id, formset.deleted_forms)) if formset.can_delete else set()
    for form in formset.forms:
        if id(form) not in gone and form.has_changed() and form.instance.pk is not None:
            record_form(request, form, is_new=id(form.instance) in new)


def _before(form: Any, name: str) -> Any:
    """What the field held; of a foreign key, whose form knows the number alone, the row."""
    value = form.initial.get(name)
    rows = getattr(form.fields[name], "queryset", None)
    if rows is None or value is None or isinstance(value, list | models.Model):
        return value
    return rows.model._base_manager.filter(pk=value).first() or value


def _plain(value: Any) -> Any:
    """A row by its name, rows by theirs."""
    if isinstance(value, models.QuerySet | list | tuple):
        return [str(item) for item in value]
    return str(value) if isinstance(value, models.Model) else value
