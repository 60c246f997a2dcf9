"""What editors know of the words of citizens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from communes.rowadmin import CommuneRowAdmin
from search.models import PromotedAnswer, Synonym
from search.synonyms import Line, own_lines, shipped


@admin.register(Synonym)
class SynonymAdmin(CommuneRowAdmin):
    list_display = ("words", "also")
    search_fields = ("words", "also")
    fields = ("words", "also")
    change_list_template = "admin/search/synonym/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The lines of the commune, and below them those that come with the portal and are not replaced."""
        replaced = {line.first for line in own_lines(request.commune)}
        kept = [(line, _address_to_replace(line)) for line in shipped() if line.first not in replaced]
        return super().changelist_view(request, (extra_context or {}) | {"shipped": kept})


def _address_to_replace(line: Line) -> str:
    return f"{reverse('admin:search_synonym_add')}?{urlencode({'words': line.words, 'also': line.also})}"


@admin.register(PromotedAnswer)
class PromotedAnswerAdmin(CommuneRowAdmin):
    list_display = ("title", "queries", "address")
    search_fields = ("title", "queries", "address", "sentence")
    fieldsets = (
        (_("Which searches"), {"fields": ("queries",)}),
        (_("What is shown first"), {"fields": ("title", "address", "sentence")}),
    )
