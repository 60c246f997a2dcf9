"""The audit log in the admin: each commune's officers read theirs, and nobody changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from readonlyadmin import ReadOnlyAdmin
from spreadsheet import FORMATS, MAX_ROWS, Sheet
from trail.exports import recorded_download
from trail.models import DEPLOYMENT, Entry

MOST_PEOPLE = 100


class PersonFilter(admin.SimpleListFilter):
    """Who did it. Whoever is not among the first in the list is found by the search above it."""

    title = _("person")
    parameter_name = "nguoi"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        lines = model_admin.get_queryset(request).exclude(person=None).order_by("person", "-id")
        found = lines.distinct("person").values_list("person", "person_name")[:MOST_PEOPLE]
        return sorted(((str(number), name) for number, name in found), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        number = self.value() or ""
        if not number:
            return queryset
        return queryset.filter(person=int(number)) if number.isdecimal() and len(number) < 19 else queryset.none()


class ThingFilter(admin.SimpleListFilter):
    """What it was done to, by kind."""

    title = _("kind of thing")
    parameter_name = "loai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        lines = model_admin.get_queryset(request).exclude(object_type="").order_by("object_type")
        return [(label, type_name(label)) for label in lines.values_list("object_type", flat=True).distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(object_type=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("moment", "kind", "who", "what", "difference", "address")
    list_display_links = ("moment",)
    list_filter = ("kind", PersonFilter, ThingFilter)
    date_hierarchy = "created_at"
    search_fields = ("person_name", "object_name", "object_id", "address")
    search_help_text = _("A name, the number of a thing, or a network address")
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)
    fields = (
        *("created_at", "kind", "who", "address", "type", "object_name", "object_id"),
        *("difference", "position", "hash"),
    )
    readonly_fields = ("who", "type", "difference")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """The lines of the commune one works for; whoever operates the deployment sees those of no commune beside."""
        own = [request.commune.pk]  # type: ignore[attr-defined]  # communes/middleware.py sets it
        return super().get_queryset(request).filter(chain__in=[*own, DEPLOYMENT] if _operates(request) else own)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export)
        return [path("xuat.<str:kind>", view, name="trail_entry_export"), *super().get_urls()]

    def export(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The lines of the list as it is filtered, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in FORMATS:
            raise Http404
        lines = self.get_changelist_instance(request).queryset.order_by("-id")
        columns = [
            *(
                gettext("Time"),
                gettext("Event"),
                gettext("Person"),
                gettext("Network address"),
                gettext("Kind of thing"),
            ),
            *(
                gettext("Thing"),
                gettext("Number of the thing"),
                gettext("Change"),
                gettext("Line"),
                gettext("Chained hash"),
            ),
        ]
        rows = (_row(entry) for entry in lines[: MAX_ROWS - 1].iterator(chunk_size=2000))
        return recorded_download(request, Sheet(gettext("Audit log"), columns, rows), kind, "nhat-ky")

    @admin.display(description=_("at"), ordering="created_at")
    def moment(self, entry: Entry) -> str:
        return f"{timezone.localtime(entry.created_at):%d/%m/%Y %H:%M:%S}"

    @admin.display(description=_("person"))
    def who(self, entry: Entry) -> str:
        return who_of(entry)

    @admin.display(description=_("thing"))
    def what(self, entry: Entry) -> str:
        return ": ".join(filter(None, [type_name(entry.object_type), entry.object_name or entry.object_id]))

    @admin.display(description=_("kind of thing"))
    def type(self, entry: Entry) -> str:
        return type_name(entry.object_type) or "–"

    @admin.display(description=_("change"))
    def difference(self, entry: Entry) -> str:
        return "; ".join(differences(entry)) or "–"


def who_of(entry: Entry) -> str:
    """The name of the person; of an operator, a stranger and the portal itself, what they are."""
    if entry.person_name:
        return entry.person_name if entry.person else gettext("on the server: %(name)s") % {"name": entry.person_name}
    return gettext("nobody signed in") if entry.address else gettext("the portal itself")


def type_name(label: str) -> str:
    """What people call the rows of the model `label`; a model that is no more by its label."""
    try:
        return capfirst(str(apps.get_model(label)._meta.verbose_name)) if label else ""
    except (LookupError, ValueError):
        return label


def differences(entry: Entry) -> Iterator[str]:
    """Each field that changed: "last day: – → 2026-12-31"."""
    before, after = entry.values()
    for name in sorted(before.keys() | after.keys()):
        old, new = (_shown(values[name]) if name in values else None for values in (before, after))
        words = " → ".join(value or "–" for value in (old, new) if value is not None)
        yield f"{_field_name(entry.object_type, name)}: {words}"


def _field_name(label: str, name: str) -> str:
    try:
        return str(getattr(apps.get_model(label)._meta.get_field(name), "verbose_name", name))
    except (LookupError, ValueError, FieldDoesNotExist):
        return gettext(name)  # no field, but a word: a person is recorded together with the group


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _row(entry: Entry) -> list[Any]:
    return [
        *(entry.created_at, entry.get_kind_display(), who_of(entry), entry.address, type_name(entry.object_type)),
        *(entry.object_name, entry.object_id, "; ".join(differences(entry)), entry.position, entry.hash),
    ]


def _operates(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
