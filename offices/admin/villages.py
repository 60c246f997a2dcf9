"""Villages in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from finding import found
from offices.admin.rows import DirectoryAdmin
from offices.models import Village


@admin.register(Village)
class VillageAdmin(DirectoryAdmin):
    list_display = ("name", "head", "telephone", "households_count", "position", "is_shown")
    list_filter = ("kind", "is_shown")
    list_select_related = ("head",)
    search_fields = ("name",)
    search_help_text = _("Words of the name or of the head's, with or without accents")
    fieldsets = (
        (None, {"fields": (("name", "kind"), "head", "telephone")}),
        (_("About the village"), {"fields": ("meeting_place", "households_count")}),
        (_("On the portal"), {"fields": (("position", "is_shown"),)}),
    )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        columns = ("name", "head__family_name", "head__given_name")
        return (found(queryset, search_term, columns) if search_term else queryset), False
