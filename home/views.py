"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from home.blocks import placed_blocks, shown_blocks
from news.links.old_addresses import OLD_PARAMETERS
from news.links.redirect_views import moved
from news.models import Redirect
from news.public import reading
from section import HomeBlock
from serving.publiccache import public_page


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The home page; with a query by which a former portal named its pages, what leads on from there."""
    if not OLD_PARAMETERS.isdisjoint(request.GET):
        found = Redirect.objects.of(request.commune).leading_from(request.get_full_path())
        if found and "?" in found.old_path:
            return moved(found.new_path)
    return home_of(request, shown_blocks(placed_blocks(request.commune)), page_key="home")


def home_of(request: HttpRequest, blocks: list[HomeBlock], page_key: str = "") -> HttpResponse:
    """The home page made of `blocks`. What the editors chose for its top stands in no other block."""
    is_featuring = any(block.key == "featured" for block in blocks)
    featured = reading.featured(request.commune) if is_featuring else []
    return render(
        request,
        "home/home.html",
        {
            "blocks": blocks,
            "featured": featured,
            "shown": {article.pk for article in featured},
            "picture": next((article.cover for article in featured if article.cover), None),
            "page_key": page_key,
        },
    )
