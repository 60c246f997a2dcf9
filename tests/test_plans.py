"""No public page reads more of a large archive than it shows.

The plans of every query of every public page, on twenty thousand articles that PostgreSQL copies
itself; `SCALE=1000000 python -m benchmarks.plans` holds the same on a million.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.access.urls import urlpatterns as sign_in_patterns
from benchmarks import data, plans
from communes.models import Commune
from news.models import Article

pytestmark = pytest.mark.django_db

ARTICLES = 20_000
# Addresses without a page for citizens, or without a query.
OTHERS = {
    "first_person",
    "library:picture_upload",
    "news:shared_article",
    "news:shared_article_answer",
    "news:shared_article_at_width",
    "polls:another_voter",
    "polls:results_csv",
    "polls:results_json",
    "polls:results_xlsx",
    "portal:colours",
    "portal:favicon",
    "operation:health_live",
    "operation:health_ready",
    "operation:healthz",
    "portal:manifest",
    "portal:media",
    "portal:policy_report",
    "richtext:editor_frame",
    "visitors:beacon",
    "visitors:image",
}


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Many articles, many ballots, long statistics of visits, fresh statistics; made once and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        if not Commune.objects.exists():  # a test before this one emptied the tables
            Commune.objects.create(name="Xã Đo Đạc Thử Nghiệm", slug="xa-do-dac")
        data.add_articles(ARTICLES, paragraphs=1)
        data.add_rows_beside(ARTICLES)
        yield
        transaction.set_rollback(True)


def test_every_public_page_reads_little(archive):
    large = plans.large_tables()
    pages = plans.public_pages()

    found = {page.path: plans.queries_of(page) for page in pages}

    faults = [
        f"{path}: {fault}\n{query.sql}"
        for path, queries in found.items()
        for query in queries
        for fault in query.faults(large)
    ]
    assert "news_article" in large
    assert not faults, "\n\n".join(faults)
    assert {page.path: len(found[page.path]) for page in pages if len(found[page.path]) > page.queries} == {}


def test_open_notices_are_two_short_walks(archive):
    articles = Article.objects.of(data.first_commune()).published()
    with CaptureQueriesContext(connection) as context:
        found = list(articles.as_cards().open_notices(timezone.localdate(), timezone.now() - timedelta(days=30), 6))

    query = plans.explained(plans.Page("home", "/"), context[0]["sql"])
    assert len(found) == 6
    assert query.faults(plans.large_tables()) == []


def test_the_number_above_the_list_of_the_newsroom_stands_in_an_index(archive):
    articles = Article.objects.of(data.first_commune())
    with CaptureQueriesContext(connection) as context:
        articles.count()

    with connection.cursor() as cursor:
        # Nothing was vacuumed here, and PostgreSQL would not yet trust an index alone.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + context[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on")
    assert "Index Only Scan using news_article_listed" in plan


def test_notices_a_table_read_through(archive):
    page = plans.Page("a list without an index", "/")

    query = plans.explained(page, "SELECT title FROM news_article WHERE title LIKE '%số 1%' ORDER BY title LIMIT 20")

    faults = query.faults(plans.large_tables())
    assert faults[0] == "reads all of news_article"
    assert faults[1].endswith(f"to return 20, allowed are {plans.ROWS}")


def test_every_public_address_is_among_the_pages(archive):
    names = set(names_of(get_resolver()))

    signing_in = {pattern.name for pattern in sign_in_patterns}
    assert names - {page.name for page in plans.public_pages()} - OTHERS - signing_in == set()


def names_of(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        elif entry.namespace != "admin":
            yield from names_of(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


class Head(HTMLParser):
    """What a page says of itself: its title, headings of the first level, and the head's metadata and links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.title, self.headings, self._in_title = "", 0, False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.meta[held.get("name") or held.get("property", "")] = held.get("content", "")
        elif tag == "link":
            self.links.setdefault(held["rel"], held["href"])
        elif tag == "h1":
            self.headings += 1
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""


def test_every_public_page_says_what_and_where_it_is(archive):
    faults, pages = [], 0
    for page in plans.public_pages():
        response = Client(SERVER_NAME="localhost").get(page.path)
        html = b"".join(response.streaming_content) if response.streaming else response.content
        if page.status != 200 or b"<html" not in html or response.get("Content-Disposition"):
            continue
        if b'class="masthead"' not in html:  # a part of a page, which scripts ask for
            continue
        head, pages = Head(html.decode()), pages + 1
        # A page of a list is an address of its own; what else is asked for shows the same page otherwise.
        path, _, query = page.path.partition("?")
        address = f"http://localhost{path}" + (f"?{query}" if query.startswith("trang=") else "")
        wrong = {
            "title": not head.title.strip(" |") or " | " not in head.title and page.path != "/",
            "description": not 10 < len(head.meta.get("description", "")) <= 201,
            "canonical": head.links.get("canonical") != address,
            "h1": head.headings != 1,
            "og": head.meta.get("og:url") != address or not head.meta.get("og:title"),
            "icons": "apple-touch-icon" not in head.links or "manifest" not in head.links,
        }
        faults += [f"{page.path}: {name}" for name, is_wrong in wrong.items() if is_wrong]

    assert pages > 20
    assert faults == []
