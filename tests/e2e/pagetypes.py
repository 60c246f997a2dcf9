"""One address of every kind of public page, for the tests that look at all of them in a browser."""

from __future__ import annotations

import re

from django.urls import URLPattern, URLResolver, get_resolver

from tests.e2e.conftest import Portal

# Addresses that are no page for a reader: answers to programs, files, parts of pages, forms that only lead on.
NO_PAGES = re.compile(
    r"feed|sitemap$|sitemap_section|robots|colours|manifest|favicon|health|media|figures|qr$|saved$|old_address|beacon|image"
    r"|upload|fragment|results_(csv|json|xlsx)|another_voter|shared_article"
)


def public_names() -> set[str]:
    """The names of the URLs of public pages, as the resolver lists them today."""
    return {name for name in _names(get_resolver()) if not NO_PAGES.search(name)}


def _names(resolver: URLResolver, namespace: str = "") -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            found.append(f"{namespace}{entry.name}")
        elif entry.namespace != "admin":
            found += _names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
    return found


def page_types(portal: Portal) -> dict[str, str]:
    """Name of its URL → an address of the demonstration; some kinds twice, where they look different."""
    home = portal.get("/")
    article = re.search(r'href="(/[a-z0-9-]+/[a-z0-9-]+-\d+/)"', home)[1]
    tables = re.search(r'href="(/[a-z0-9-]+/[a-z0-9-]*quyet-dinh-so-45[a-z0-9-]+/)"', portal.get("/thong-bao/"))[1]
    poll = re.search(r'action="(/binh-chon/\d+/)"', home)[1]
    month = re.search(r'href="(/luu-tru/(\d+)/\d+/)"', portal.get("/luu-tru/"))
    return {
        "portal:home": "/",
        "portal:site_map": "/so-do-trang/",
        "news:category_list": "/kinh-te/",
        "news:article_detail": article,
        "news:article_detail with tables": tables,
        "news:author_list": "/tac-gia/minh-hanh/",
        "news:tag_list": "/the/moi-truong/",
        "news:tag_list of a story": "/the/chuyen-doi-so-ve-tung-nha/",
        "news:archive": "/luu-tru/",
        "news:archive_year": f"/luu-tru/{month[2]}/",
        "news:archive_month": month[1],
        "news:search": "/tim-kiem/?q=nong+thon",
        "news:search without an answer": "/tim-kiem/?q=xyzzyx",
        "polls:poll_list": "/binh-chon/",
        "polls:ballot": poll,
        "polls:results": f"{poll}ket-qua/",
        "polls:method": "/binh-chon/cach-dem-phieu/",
        "visitors:statistics": "/thong-ke-truy-cap/",
        "a page that does not exist": "/khong-co/",
    }
