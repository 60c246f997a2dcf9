"""What is measured, and the data it is measured on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

import django
from django.core.management import call_command

from benchmarks.load import Request

GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Case:
    key: str
    request: Request
    is_cached: bool = False  # on the portal with its page cache, or on the one without
    is_conditional: bool = False  # with the ETag of the page as it is


@contextlib.contextmanager
def prepare(var: Path, scale: int) -> Iterator[list[Case]]:
    """Keep a database with `scale` articles running; yields the cases on it."""
    os.environ["VAR_DIR"] = str(var)
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-" + "0" * 40)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.conf import settings
    from django.db import connections

    from portal import embedded_postgres

    with contextlib.ExitStack() as stack:
        if not settings.DATABASE_URL:
            stack.enter_context(embedded_postgres.running(settings.POSTGRES_DATA))
        call_command("migrate", verbosity=0)
        from portal.collected import collect_static_files

        collect_static_files()
        cases = _cases(scale)
        connections.close_all()
        yield cases


def _cases(scale: int) -> list[Case]:
    from benchmarks.data import ABSENT, COMMON, RARE, ensure_articles, staff_cookie

    article = ensure_articles(scale)
    address = article.get_absolute_url()
    category = article.category.get_absolute_url()
    pages = [Case("list_page_1", Request(category, headers=GZIP))]
    last = min(1000, scale // 8 // 20)
    if last > 1:
        pages.append(Case(f"list_page_{last}", Request(f"{category}?trang={last}", headers=GZIP)))
    searches = {"common": COMMON, "rare": RARE, "absent": ABSENT}
    return [
        Case("cached_article", Request(address, headers=GZIP), is_cached=True),
        Case("cached_home", Request("/", headers=GZIP), is_cached=True),
        Case("conditional_304", Request("/", headers=GZIP), is_cached=True, is_conditional=True),
        Case("cold_article", Request(address, headers=GZIP)),
        Case("cold_home", Request("/", headers=GZIP)),
        *pages,
        *(
            Case(f"search_{name}", Request(f"/tim-kiem/?q={quote_plus(words)}", headers=GZIP))
            for name, words in searches.items()
        ),
        Case("admin_change_list", Request("/quan-tri/news/article/", headers=GZIP | {"Cookie": staff_cookie()})),
    ]
