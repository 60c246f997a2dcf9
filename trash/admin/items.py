"""The trash: what lies in it, the way back, and emptying it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.people import name_of
from communes.rowadmin import OfCommuneAdmin
from trail.recording import Kind, record
from trash.admin.throwing import TrashableAdmin, kind_of, kinds
from trash.models import KEPT_FOR, TrashItem
from trash.throwing import delete_for_good, take_back
from vietnamese import format_datetime_12h

LIST = "admin:trash_trashitem_changelist"


class KindFilter(admin.SimpleListFilter):
    title = TrashItem._meta.get_field("kind").verbose_name
    parameter_name = "loai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (name, capfirst(kind.opts.verbose_name))
            for name, kind in kinds().items()
            if kind.has_delete_permission(request)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TrashItem]) -> QuerySet[TrashItem]:
        return queryset.filter(kind=self.value()) if self.value() in kinds() else queryset


@admin.register(TrashItem)
class TrashItemAdmin(OfCommuneAdmin):
    """What the person may take back; deleting for good is a right of its own."""

    change_list_template = "admin/trash/change_list.html"
    list_display = ("title", "what", "reason", "person", "when", "goes")
    list_filter = (KindFilter,)
    list_per_page = 50
    list_select_related = ("trashed_by",)
    search_fields = ("title", "reason")

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, item: TrashItem) -> str:
        return capfirst(item.kind_name)

    @admin.display(description=_("thrown away by"))
    def person(self, item: TrashItem) -> str:
        return name_of(item.trashed_by) if item.trashed_by else "–"

    @admin.display(description=_("thrown away"), ordering="trashed_at")
    def when(self, item: TrashItem) -> str:
        return format_datetime_12h(item.trashed_at)

    @admin.display(description=_("deleted for good"), ordering="trashed_at")
    def goes(self, item: TrashItem) -> str:
        return format_datetime_12h(item.goes_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrashItem]:
        found = Q(pk__in=[])
        for name, kind in kinds().items():
            found |= Q(kind=name, pk__in=kind.trashed_rows(request).values("trashed"))
        return super().get_queryset(request).filter(found)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: TrashItem | None = None) -> bool:
        return any(kind.has_delete_permission(request) for kind in kinds().values())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TrashItem | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_urls(self) -> list[URLPattern]:
        empty = path("don-sach/", self.admin_site.admin_view(self.empty), name="trash_trashitem_empty")
        return [empty, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {
            "title": gettext("Trash"),
            "days": KEPT_FOR.days,
            "may_empty": self.has_delete_permission(request),
        }
        return super().changelist_view(request, (extra_context or {}) | context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What it is, who threw it away, when and why; the way back."""
        item, kind, row = self._found(request, object_id)
        may_take_back = kind.has_delete_permission(request, row)
        form = None
        if request.method == "POST":
            if not may_take_back:
                raise PermissionDenied
            form = kind.take_back_form(request)(
                request.POST if "_asked" in request.POST else _as_it_was(kind, request, row), instance=row
            )
            if form.is_valid() and self._taken_back(request, item, kind, form):
                text = gettext("“%(title)s” was taken back from the trash.") % {"title": item.title}
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(_form_of(row, kind))
        context = self.admin_site.each_context(request) | {
            "title": gettext("In the trash"),
            "subtitle": item.title,
            "item": item,
            "person": name_of(item.trashed_by) if item.trashed_by else "",
            "form": form,
            "may_take_back": may_take_back,
            "may_delete": self.has_delete_permission(request),
            "opts": self.opts,
        }
        return render(request, "admin/trash/item.html", context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Delete one thing for good, before its time."""
        item, kind, row = self._found(request, object_id)
        if not self.has_delete_permission(request, item):
            raise PermissionDenied
        is_used = kind.is_in_use(row)
        if request.method == "POST" and not is_used:
            if delete_for_good(row, item, request):
                text = gettext("“%(title)s” was deleted for good.") % {"title": item.title}
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(reverse(LIST))
            is_used = True
        context = self.admin_site.each_context(request) | {
            "title": gettext("Delete for good"),
            "subtitle": item.title,
            "item": item,
            "is_used": is_used,
            "uses": kind.uses_of(request, row) if is_used else [],
            "opts": self.opts,
        }
        return render(request, "admin/trash/delete.html", context)

    def empty(self, request: HttpRequest) -> HttpResponse:
        """Delete for good all that lies in the trash, after a question."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        items = list(self.get_queryset(request).order_by("trashed_at", "id"))
        if request.method == "POST":
            gone = sum(self._gone(request, item) for item in items)
            text = ngettext("%(count)d thing was deleted for good.", "%(count)d things were deleted for good.", gone)
            self.message_user(request, text % {"count": gone}, messages.SUCCESS)
            if left := len(items) - gone:
                text = ngettext(
                    "%(count)d thing stays in the trash, as something still uses it.",
                    "%(count)d things stay in the trash, as something still uses them.",
                    left,
                )
                self.message_user(request, text % {"count": left}, messages.WARNING)
            return HttpResponseRedirect(reverse(LIST))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Empty the trash"),
            "items": items,
            "opts": self.opts,
        }
        return render(request, "admin/trash/empty.html", context)

    def _gone(self, request: HttpRequest, item: TrashItem) -> bool:
        kind = kind_of(item)
        row = kind.row_of(item) if kind else None
        return (row is None or not kind.is_in_use(row)) and delete_for_good(row, item, request)

    def _found(self, request: HttpRequest, object_id: str) -> tuple[TrashItem, TrashableAdmin, Model]:
        """The thing at an address, its admin and its row; 404 where there is none that the person finds."""
        item = self.get_object(request, unquote(object_id))
        kind = kind_of(item) if item else None
        row = kind.row_of(item) if kind else None
        if item is None or kind is None or row is None:
            self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return item, kind, row

    def _taken_back(self, request: HttpRequest, item: TrashItem, kind: TrashableAdmin, form: Any) -> bool:
        try:
            with transaction.atomic():
                take_back(form.instance, item)
                kind.log_taken_back(request, form.instance)
                record(Kind.ADD, request, about=form.instance, before={"trash": item.reason})
        except IntegrityError:  # somebody else took its place this moment
            form.add_error(None, gettext("Somebody else was quicker. Please try again."))
            return False
        return True


def _as_it_was(kind: TrashableAdmin, request: HttpRequest, row: Model) -> dict[str, Any]:
    """What the form would send of the row if nobody changed a word."""
    form = kind.take_back_form(request)(instance=row)
    return {name: form[name].value() for name in form.fields}


def _form_of(row: Model, kind: TrashableAdmin) -> str:
    return reverse(f"admin:{kind.opts.app_label}_{kind.opts.model_name}_change", args=[row.pk])
