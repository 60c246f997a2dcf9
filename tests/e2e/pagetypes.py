"""One address of every kind of public page, for the tests that look at all of them in a browser."""

from __future__ import annotations

import re
from collections import deque
from datetime import datetime
from functools import cache
from pathlib import Path

from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.e2e.conftest import Portal
from vietnamese import VIETNAM

# Addresses that are no page for a reader: answers to programs, files, parts of pages, forms that only lead on.
NO_PAGES = re.compile(
    r"feed|sitemap$|sitemap_section|robots|security_txt|policy_report|colours|manifest|favicon|health|media|figures|qr$|saved$|old_address|beacon|image"
    r"|card|upload|editor_frame|fragment|results_(csv|json|xlsx)|alerts:active|another_voter|shared_article"
)

LINK = re.compile(r'(?:href|action)="(/[^"?#]*)"')
MOST_READ = 100  # pages, on the way to one of each kind


def public_names() -> set[str]:
    """The names of the URLs of public pages, as the resolver lists them today."""
    return {name for name in _names(get_resolver()) if not NO_PAGES.search(name)}


def _names(resolver: URLResolver, namespace: str = "") -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            found.append(f"{namespace}{entry.name}")
        elif not str(entry.pattern).startswith("quan-tri/"):
            found += _names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
    return found


def page_types(portal: Portal) -> dict[str, str]:
    """Name of its URL → an address of the demonstration, as links lead there; some kinds twice, where they look different.

    A page that is new is found by itself, if any other page leads to it.
    """
    return _found_at(portal.address)


@cache
def _found_at(origin: str) -> dict[str, str]:
    portal = Portal(origin, Path(), 0, {})
    wanted = public_names()
    found = {name: reverse(name) for name in wanted if _has_no_place(name)}
    # The demonstration has one week, which no other leads to.
    found["schedules:work_week"] = reverse("schedules:work_week", args=[datetime.now(VIETNAM).date()])
    waiting = deque(found.values())
    for _ in range(MOST_READ):
        if not waiting or wanted == found.keys():
            break
        for address in LINK.findall(portal.get(waiting.popleft())):
            name = _name_of(address)
            if name in wanted and name not in found:
                found[name] = address
                waiting.append(address)
    tables = re.search(r'href="(/[a-z0-9-]+/[a-z0-9-]*quyet-dinh-so-45[a-z0-9-]+/)"', portal.get("/thong-bao/"))
    return found | {
        "news:article_detail with tables": tables[1],
        "news:tag_list of a story": "/the/chuyen-doi-so-ve-tung-nha/",
        "news:search with answers": "/tim-kiem/?q=nong+thon",
        "news:search without an answer": "/tim-kiem/?q=xyzzyx",
        "procedures:procedure_list of words": "/thu-tuc/?q=khai+sinh",
        "pages:page_detail of a section": "/gioi-thieu/",
        "pages:page_detail in English": "/en/privacy/",
        "a page that does not exist": "/khong-co/",
    }


def _has_no_place(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def _name_of(address: str) -> str:
    try:
        return resolve(address).view_name
    except Resolver404:
        return ""
