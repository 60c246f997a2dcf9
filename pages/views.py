"""What citizens read at the address of a page."""

from __future__ import annotations

import re
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from news.kinds import MOST_LEVELS
from news.models import Status
from news.newsroom.requests import form_for, record_reading
from news.public.views import with_players
from pages import reading
from pages.models import Page
from pages.starter import PRIVACY
from richtext import has_video
from section import holdings
from serving.publiccache import public_page

# Whatever cannot be a page costs no query.
_ADDRESS = re.compile(rf"/([a-z0-9_-]+(?:/[a-z0-9_-]+){{0,{MOST_LEVELS - 1}}})/", re.IGNORECASE)


def answer(request: HttpRequest) -> HttpResponse | None:
    """The page at the address of the request; None where there is none.

    No route names it: the first segment of an address is any page's or category's, so that the news, which are
    asked for most, are asked first. `news.links.redirect_views.lead_on` asks here before it counts an address as missing.
    """
    match = _ADDRESS.fullmatch(request.path_info)
    page = reading.page_for(request.user, request.commune, match[1]) if match else None
    return page_detail(request, page) if page else None


@public_page
def page_detail(request: HttpRequest, page: Page) -> HttpResponse:
    """A page with its section beside it; of one that is gone, what it was and since when (410)."""
    is_preview = not page.is_published()
    if page.status == Status.WITHDRAWN or page.has_expired():
        context = {"article": page, "page_key": f"page:{page.pk}"}
        return render(request, "pages/page_gone.html", context, status=410)
    if is_preview:
        record_reading(request, page)
    around = reading.surroundings_of(page)
    context = {
        "article": page,
        "is_preview": is_preview,
        "trail": around.trail,
        "section": around.section,
        "below": around.below,
        "languages": around.languages,
        "updated_at": page.changed_at or page.published_at,
        "notes": [note | {"at": datetime.fromisoformat(note["at"])} for note in page.note_list],
        "has_video": has_video(page.body),
        "form_address": form_for(request, page),
        "page_key": f"page:{page.pk}",
        # Always as it is now, whatever the text above it says.
        "holdings": [each for each in holdings() if each.is_of_citizens] if page.path == PRIVACY.slug else [],
    }
    return with_players(page.body)(render)(request, "pages/page_detail.html", context)
