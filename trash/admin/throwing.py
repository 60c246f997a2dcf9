"""The admin of rows that are thrown away instead of deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bulkresult import Result
from communes.rowadmin import CommuneRowAdmin
from section import Row
from trail.recording import Kind, record
from trash.forms import TakeBackForm, ThrowForm
from trash.models import TrashItem
from trash.throwing import throw_away
from vietnamese import format_datetime_12h

MOST_AT_ONCE = 200


class TrashableAdmin(CommuneRowAdmin):
    """A CommuneRowAdmin for a model with a `TrashKey`: its “Delete” throws into the trash.

    `has_delete_permission` says who may throw a row away, and take it back.
    """

    actions = ("throw_selected",)
    # Asked of whoever takes a row back whose place was taken meanwhile.
    take_back_fields: tuple[str, ...] = ()

    def uses_of(self, request: HttpRequest, row: Model) -> list[Row]:
        """What shows or holds `row`, so that it cannot be thrown away, as the person may see it."""
        return []

    def is_in_use(self, row: Model) -> bool:
        """Whether anything shows or holds `row`, whoever may see that."""
        return False

    def trashed_rows(self, request: HttpRequest) -> QuerySet:
        """The rows in the trash of the commune that the person finds there."""
        rows = self.model.with_trashed.of(request.commune).filter(trashed__isnull=False)
        return rows if self.has_delete_permission(request) else rows.none()

    def row_of(self, item: TrashItem) -> Model | None:
        """The row that lies in the trash as `item`."""
        return self.model.with_trashed.of(item.commune_id).filter(trashed=item).first()

    def take_back_form(self, request: HttpRequest) -> type[TakeBackForm]:
        """A class made for this request."""
        form = modelform_factory(
            self.model,
            form=TakeBackForm,
            fields=self.take_back_fields,
            formfield_callback=lambda field, **kwargs: self.formfield_for_dbfield(field, request, **kwargs),
        )
        form.commune = request.commune
        return form

    def log_thrown(self, request: HttpRequest, row: Model, reason: str) -> None:
        self.log_change(request, row, gettext("Thrown into the trash: %(reason)s") % {"reason": reason})

    def log_taken_back(self, request: HttpRequest, row: Model) -> None:
        self.log_change(request, row, gettext("Taken back from the trash."))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description=_("Throw into the trash…"), permissions=["delete"])
    def throw_selected(self, request: HttpRequest, rows: QuerySet) -> HttpResponse | None:
        """Ask why, once for all, and throw away those that may be; the others are named."""
        chosen = list(rows[:MOST_AT_ONCE])
        form = ThrowForm(request.POST if "_answered" in request.POST else None)
        if not form.is_valid():
            context = self.admin_site.each_context(request) | {
                "title": gettext("Throw into the trash"),
                "form": form,
                "chosen": chosen,
                "action": "throw_selected",
                "opts": self.opts,
            }
            return render(request, "admin/trash/throw_many.html", context)
        result = Result()
        for row in chosen:
            try:
                if self.is_in_use(row):
                    result.refusals.append((str(row), gettext("still used")))
                    continue
                self.throw(request, row, form.cleaned_data["reason"])
            except (PermissionDenied, Http404):
                result.refusals.append((str(row), gettext("your account may not do this, or it is no draft")))
            else:
                result.done += 1
        result.tell(request, _thrown)
        return None

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask why, and throw the row into the trash; say where it is used instead."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        is_used = self.is_in_use(row)
        form = ThrowForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and not is_used and form.is_valid():
            item = self.throw(request, row, form.cleaned_data["reason"])
            text = gettext("“%(title)s” lies in the trash until %(time)s.")
            values = {"title": item.title, "time": format_datetime_12h(item.goes_at)}
            self.message_user(request, text % values, messages.SUCCESS)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": gettext("Throw into the trash"),
            "subtitle": str(row),
            "object": row,
            "form": form,
            "is_used": is_used,
            "uses": self.uses_of(request, row) if is_used else [],
            "opts": self.opts,
        }
        return render(request, "admin/trash/throw_away.html", context)

    def throw(self, request: HttpRequest, row: Model, reason: str) -> TrashItem:
        """Throw `row` away as it is now; 404 when a colleague was quicker, 403 when that made it another's, or used."""
        with transaction.atomic():
            rows = self.model._default_manager.of(row.commune_id).select_for_update(of=("self",))
            row = rows.filter(pk=row.pk).first()
            if row is None:
                raise Http404
            if self.is_in_use(row) or not self.has_delete_permission(request, row):
                raise PermissionDenied
            item = throw_away(row, self.opts.label_lower, request.user, reason)
            self.log_thrown(request, row, reason)
            record(Kind.DELETE, request, about=row, after={"trash": reason})
        return item


def _thrown(count: int) -> str:
    return ngettext("%(count)d was thrown into the trash.", "%(count)d were thrown into the trash.", count)


def kinds() -> dict[str, TrashableAdmin]:
    """The admins of what is thrown away, by the name of their model."""
    registered = admin.site._registry.values()
    return {found.opts.label_lower: found for found in registered if isinstance(found, TrashableAdmin)}


def kind_of(item: TrashItem) -> TrashableAdmin | None:
    """The admin in which `item` was thrown away; None when the feature is gone."""
    return kinds().get(item.kind)
