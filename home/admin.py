"""The arrangement of the home page: numbers, ticks, and the page as it would look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from communes.rowadmin import OfCommuneAdmin
from home.blocks import in_order, placed_blocks, shown_blocks
from home.models import Placement
from home.views import home_of
from section import HomeBlock


class PlacementForm(forms.ModelForm):
    class Meta:
        model = Placement
        fields = ("position", "is_shown")


@admin.register(Placement)
class PlacementAdmin(OfCommuneAdmin):
    """One form for all blocks, in the place of a list: those that nobody touched have no rows."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("xem-truoc/", view, name="home_placement_preview"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Number and tick the blocks; what is not understood comes back with a sentence at its field."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        rows = forms_of(request)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            if are_valid(rows):
                Placement.objects.of(request.commune).keep([form.instance for _block, form in rows])
                messages.success(request, gettext("The home page is arranged. Citizens see it within five seconds."))
                return redirect("admin:home_placement_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Arrange the home page"),
            "opts": self.opts,
            "rows": rows,
            "may_save": self.has_change_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/home/placement/change_list.html", context)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The home page as the form on the screen would make it; nothing is stored."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        rows = forms_of(request)
        if not are_valid(rows):
            return self.changelist_view(request)
        return home_of(request, shown_blocks(in_order([(block, form.instance) for block, form in rows])))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("admin:home_placement_changelist")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Placement | None = None) -> bool:
        return False


def forms_of(request: HttpRequest) -> list[tuple[HomeBlock, PlacementForm]]:
    """A small form for every block, with what was sent of it."""
    data = request.POST if request.method == "POST" else None
    return [
        (block, PlacementForm(data, instance=placement, prefix=block.key))
        for block, placement in placed_blocks(request.commune)
    ]


def are_valid(rows: list[tuple[HomeBlock, PlacementForm]]) -> bool:
    """Whether nothing is wrong; each form is asked, so that each says what is wrong at its field."""
    return not any([form.errors for _block, form in rows])  # noqa: C419 (any() would stop at the first)
