"""One address of every kind of public page, for the tests that look at all of them in a browser."""

from __future__ import annotations

import re
from datetime import datetime

from django.urls import URLPattern, URLResolver, get_resolver

from tests.e2e.conftest import Portal
from vietnamese import VIETNAM

# Addresses that are no page for a reader: answers to programs, files, parts of pages, forms that only lead on.
NO_PAGES = re.compile(
    r"feed|sitemap$|sitemap_section|robots|security_txt|policy_report|colours|manifest|favicon|health|media|figures|qr$|saved$|old_address|beacon|image"
    r"|upload|fragment|results_(csv|json|xlsx)|alerts:active|another_voter|shared_article"
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
        "alerts:alert_list": "/canh-bao/",
        "alerts:alert_detail": re.search(r'href="(/canh-bao/\d+/)"', portal.get("/canh-bao/"))[1],
        "procedures:procedure_list": "/thu-tuc/",
        "procedures:procedure_list of words": "/thu-tuc/?q=khai+sinh",
        "procedures:life_event": "/thu-tuc/co-con/",
        "procedures:procedure_detail": re.search(r'href="(/thu-tuc/dang-ky-khai-sinh-\d+/)"', portal.get("/thu-tuc/"))[
            1
        ],
        "polls:poll_list": "/binh-chon/",
        "polls:ballot": poll,
        "polls:results": f"{poll}ket-qua/",
        "polls:method": "/binh-chon/cach-dem-phieu/",
        "schedules:hours": "/gio-lam-viec/",
        "schedules:contact": "/lien-he/",
        "schedules:receptions": "/lich-tiep-cong-dan/",
        "schedules:work_schedule": "/lich-cong-tac/",
        "schedules:work_week": f"/lich-cong-tac/{datetime.now(VIETNAM):%G-W%V}/",
        "visitors:statistics": "/thong-ke-truy-cap/",
        "pages:page_detail": "/gioi-thieu/tong-quan/",
        "pages:page_detail of a section": "/gioi-thieu/",
        "pages:page_detail in English": "/en/privacy/",
        "a page that does not exist": "/khong-co/",
    }
