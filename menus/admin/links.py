"""Services, banners, links to agencies and to social networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneRowAdmin, RowForm
from formrows import list_formset
from library.models import Picture
from menus.forms import LeadingForm
from menus.models import Agency, Banner, Service, SocialLink
from menus.targets import fault_of, leads_to, pages_of


class LinkAdmin(CommuneRowAdmin):
    """A short list whose order and presence are changed in place."""

    list_editable = ("position", "is_shown")
    list_per_page = 50

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[RowForm]:
        return super().get_changelist_form(request, form=RowForm, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=list_formset(request), **kwargs)


class LeadingAdmin(LinkAdmin):
    """Of rows that lead to a page of the portal or to an address."""

    form = LeadingForm

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = list(super().get_list_display(request))
        return [*shown[:-2], _leads_column(request), *shown[-2:]]


def _leads_column(request: HttpRequest) -> Callable[[Service | Banner], str]:
    """The column that says where a row leads, or what is wrong with that; the pages are read once for the list."""
    pages = pages_of(request.commune)

    @admin.display(description=_("leads to"))
    def leads(row: Service | Banner) -> str:
        fault = fault_of(row, pages)
        if fault:
            return format_html('<strong class="errornote">{}</strong>', fault)
        page = leads_to(row, pages)
        return page.title or page.address

    return leads


@admin.register(Service)
class ServiceAdmin(LeadingAdmin):
    list_display = ("title", "line", "position", "is_shown")
    fieldsets = (
        (None, {"fields": ("title", "line", "icon")}),
        (_("Where it leads"), {"fields": ("target", "address")}),
        (_("Where it stands"), {"fields": ("position", "is_shown")}),
    )


@admin.register(Banner)
class BannerAdmin(LeadingAdmin):
    list_display = ("alt", "thumbnail", "starts_on", "ends_on", "position", "is_shown")
    list_select_related = ("picture",)
    autocomplete_fields = ("picture",)
    fieldsets = (
        (None, {"fields": ("picture", "alt")}),
        (_("Where it leads"), {"fields": ("target", "address")}),
        (_("When and where it stands"), {"fields": (("starts_on", "ends_on"), "position", "is_shown")}),
    )

    @admin.display(description=_("picture"))
    def thumbnail(self, banner: Banner) -> str:
        return _thumbnail(banner.picture)


@admin.register(Agency)
class AgencyAdmin(LinkAdmin):
    list_display = ("title", "heading", "address", "position", "is_shown")
    search_fields = ("title", "address")
    autocomplete_fields = ("picture",)
    fieldsets = (
        (None, {"fields": ("title", "address", "heading", "picture")}),
        (_("Where it stands"), {"fields": ("position", "is_shown")}),
    )


@admin.register(SocialLink)
class SocialLinkAdmin(LinkAdmin):
    list_display = ("network", "address", "position", "is_shown")
    fields = ("network", "address", "position", "is_shown")


def _thumbnail(picture: Picture) -> str:
    return format_html('<img src="{}" alt="{}" height="40" loading="lazy">', picture.thumbnail_url, picture)
