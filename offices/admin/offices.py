"""Offices in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import RelatedOfCommuneFilter
from finding import found
from offices.admin.posts import OfficePostInline
from offices.admin.rows import DirectoryAdmin
from offices.models import Office


@admin.register(Office)
class OfficeAdmin(DirectoryAdmin):
    list_display = ("name", "parent", "kind", "telephone", "email", "position", "is_one_stop", "is_shown")
    list_filter = ("kind", ("parent", RelatedOfCommuneFilter), "is_shown")
    list_select_related = ("parent",)
    search_fields = ("name",)
    search_help_text = _("Words of the name or the duties, with or without accents")
    inlines = (OfficePostInline,)
    fieldsets = (
        (None, {"fields": ("name", "kind", "parent", "duties")}),
        (
            _("How citizens reach it"),
            {
                "fields": ("address", ("telephone", "email"), "is_one_stop"),
                "description": _("Only what the office itself publishes: no private numbers or mailboxes."),
            },
        ),
        (_("On the portal"), {"fields": (("position", "is_shown"), "slug")}),
    )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return (found(queryset, search_term, ("name", "duties")) if search_term else queryset), False
