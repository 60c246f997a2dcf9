"""The pages of the guides."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from desk.guide_search import LONGEST_QUERY, search_guides
from desk.guides import GUIDES, read_guide


def guide(request: HttpRequest, slug: str = next(iter(GUIDES))) -> HttpResponse:
    """A guide for staff, or what the guides say of some words; every one of them may read all."""
    if slug not in GUIDES:
        raise Http404
    query = request.GET.get("q", "").strip()
    context = {
        **admin.site.each_context(request),
        "title": gettext("Search the guides") if query else GUIDES[slug].title,
        "guides": GUIDES,
        "slug": slug,
        "query": query[:LONGEST_QUERY],
        "found": search_guides(query) if query else None,
        "guide": GUIDES[slug],
        "page": read_guide(GUIDES[slug]),
    }
    return TemplateResponse(request, "admin/desk/guide.html", context)
