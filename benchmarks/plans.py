"""How PostgreSQL answers every public page: no large table read through, no more rows than a page needs.

`SCALE=1000000 python -m benchmarks.plans` checks the generated articles of that scale and prints what
every page reads; a query that reads too much ends it with status 1. tests/test_plans.py holds the
same on a smaller table.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Rows of a table that may be read through: it fits into a few pages of memory.
LARGE = 5_000
# Rows a query may read: what a page shows, what stands beside it, and the neighbours passed over.
ROWS = 300
# A lookup of the search finds about 400 articles (WIDE of news/public/search.py), of days that may be busier than
# others, by index and by row; two are made at a time.
RANKED = 3_000
# Statements of a page, those of the frame that all pages share with them.
QUERIES = 16
# The search asks every kind of pages, and more than once for what it did not find.
SEARCH_QUERIES = 40
# The home page has a block of every feature.
HOME_QUERIES = 26
# People online are counted by reading the table of the moment, every few seconds in each process.
COUNTED_WHOLE = {"visitors_presence"}
# Statements that read; the others open and close transactions.
READING = ("SELECT", "EXECUTE", "INSERT", "UPDATE", "DELETE", "WITH")
SCANS = {
    "Seq Scan",
    "Sample Scan",
    "Index Scan",
    "Index Only Scan",
    "Bitmap Heap Scan",
    "Bitmap Index Scan",
    "Tid Scan",
}


@dataclass(frozen=True)
class Page:
    """An address, the name of its view, and how many rows one of its queries may read."""

    name: str
    path: str
    rows: int = ROWS
    status: int = 200
    queries: int = QUERIES


@dataclass(frozen=True)
class Query:
    """One statement of a page with the plan that PostgreSQL followed."""

    page: Page
    sql: str
    plan: dict[str, Any]
    milliseconds: float

    @property
    def returned(self) -> float:
        return self.plan["Actual Rows"]

    @property
    def read(self) -> int:
        """Rows and index entries looked at, whether they were kept or not."""
        return sum(
            _looked_at(node)
            for node in _nodes(self.plan)
            if node["Node Type"] in SCANS and node.get("Relation Name") not in COUNTED_WHOLE
        )

    @property
    def blocks(self) -> int:
        """Blocks of 8 KB looked at."""
        return self.plan["Shared Hit Blocks"] + self.plan["Shared Read Blocks"]

    def faults(self, large: set[str]) -> list[str]:
        """What the query does that no page may, in words."""
        found = [
            f"reads all of {node['Relation Name']}"
            for node in _nodes(self.plan)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large
        ]
        # A table of a few pages is read through where that is cheaper than its index, once a query.
        small = sum(
            _looked_at(node)
            for node in _nodes(self.plan)
            if node["Node Type"] == "Seq Scan" and node["Actual Loops"] == 1 and node["Relation Name"] not in large
        )
        if self.read - small > self.page.rows:
            found.append(f"reads {self.read} rows to return {self.returned:g}, allowed are {self.page.rows}")
        return found


def _looked_at(scan: dict[str, Any]) -> int:
    """Rows or index entries that a scan looked at in all its turns."""
    dropped = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return round(scan["Actual Loops"] * (scan["Actual Rows"] + sum(scan.get(name, 0) for name in dropped)))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        # A branch that was never run has no rows and no loops.
        if part.get("Actual Loops"):
            yield from _nodes(part)


def queries_of(page: Page, client: Client | None = None) -> list[Query]:
    """Ask for the page with nothing cached, as a citizen or by `client`, and explain each of its statements.

    Raises RuntimeError when the page does not answer with its status.
    """
    from django.core.cache import cache

    cache.clear()
    with CaptureQueriesContext(connection) as context:
        response = (client or Client(SERVER_NAME="localhost")).get(page.path)
        b"".join(response.streaming_content) if response.streaming else response.content
    if response.status_code != page.status:
        raise RuntimeError(f"{page.path} answers {response.status_code}, not {page.status}")
    return [explained(page, query["sql"]) for query in context if query["sql"].lstrip().startswith(READING)]


def explained(page: Page, sql: str) -> Query:
    """Run `sql` without keeping what it changes."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Once unexplained, so that what is measured is not the first reading from the disk.
        for _ in range(2):
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"), [])
            (answer,) = cursor.fetchone()
        transaction.set_rollback(True)
    (found,) = json.loads(answer) if isinstance(answer, str) else answer
    return Query(page, sql, found["Plan"], found["Execution Time"])


def large_tables() -> set[str]:
    """Names of the tables that must not be read through. Needs fresh statistics (ANALYZE)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE])
        return {name for (name,) in cursor.fetchall()} - COUNTED_WHOLE


def public_pages() -> list[Page]:
    """Every public page on generated articles: first and far pages, wide and narrow searches."""
    from alerts.models import Alert
    from alerts.views import ALERTS_PER_PAGE, MOST_PAGES
    from benchmarks.data import ABSENT, COMMON, MIDDLING, RARE, TAGS, first_commune
    from news.models import Article, Category, author_slug
    from news.public.pagination import MAX_PAGES, PER_PAGE
    from news.public.sitemaps import ArticleSitemap
    from news.public.views import TAG_PAGES
    from polls.models import Poll
    from procedures.models import Procedure

    commune = first_commune()
    published = Article.objects.of(commune).published()
    total = published.count()
    article = published.latest_first().filter(tags=None)[total // 2]
    tagged = published.latest_first().filter(tags__slug="xay-dung-xa")[total // 40]
    address, category = article.get_absolute_url(), article.category.get_absolute_url()
    in_category = total // Category.objects.of(commune).count()
    wide, narrow = TAGS
    author = author_slug(article.byline)

    def far(rows: int) -> int:
        return min(MAX_PAGES, rows // PER_PAGE)

    def search(words: str, more: str = "", rows: int = RANKED) -> Page:
        return Page("news:search", f"/tim-kiem/?q={quote_plus(words)}{more}", rows=rows, queries=SEARCH_QUERIES)

    question = "làm thế nào để đăng kí khai sinhh cho con"

    pages = [
        Page("portal:home", "/", queries=HOME_QUERIES),
        Page("news:article_detail", address),
        Page("news:article_detail", tagged.get_absolute_url(), rows=1_000),
        Page("news:article_saved", f"{address}luu/"),
        Page("news:article_qr", f"{address}ma-qr.svg"),
        Page("news:category_list", category),
        Page("news:category_list", f"{category}?trang={far(in_category) // 2}", rows=25_000),
        Page("news:category_list", f"{category}?trang={far(in_category)}", rows=45_000),
        Page("news:tag_index", "/the/"),
        Page("news:tag_list", f"/the/{wide}/", rows=5_000),
        Page(
            "news:tag_list", f"/the/{wide}/?trang={max(1, min(TAG_PAGES, far(total // TAGS[wide]) // 20))}", rows=50_000
        ),
        Page("news:tag_list", f"/the/{narrow}/", rows=5_000),
        Page("news:author_list", f"/tac-gia/{author}/"),
        Page("news:author_list", f"/tac-gia/{author}/?trang={far(total // 40)}", rows=45_000),
        *(search(words) for words in (COMMON, RARE, MIDDLING, ABSENT, f'"{COMMON}"', "duong lang", "xa", question)),
        search(f'"{RARE} {COMMON}"'),
        search(COMMON, "&trang=10"),
        search(MIDDLING, f"&chuyen-muc={article.category.slug}"),
        search(COMMON, "&tu-ngay=2020-01-01&den-ngay=2020-06-30"),
        search("", f"&chuyen-muc={article.category.slug}"),
        Page("news:archive", "/luu-tru/"),
        Page("news:archive_year", f"/luu-tru/{article.published_at.year}/"),
        Page("news:archive_month", f"/luu-tru/{article.published_at:%Y/%m}/"),
        Page("news:feed", "/rss/"),
        Page("news:atom_feed", "/atom/"),
        Page("news:category_feed", f"{category}rss/"),
        Page("news:category_atom_feed", f"{category}atom/"),
        Page("portal:sitemap", "/sitemap.xml", rows=2_000),
        Page("portal:sitemap_section", "/sitemap-chuyen-muc.xml"),
        Page("portal:sitemap_section", "/sitemap-trang-thong-tin.xml"),
        Page("portal:sitemap_section", "/sitemap-bai-viet.xml", rows=15_000),
        Page("portal:sitemap_section", f"/sitemap-bai-viet.xml?p={-(-total // ArticleSitemap.limit)}", rows=15_000),
        Page("news:news_sitemap", "/sitemap-tin-tuc.xml", rows=1_500),
        Page("portal:site_map", "/so-do-trang/"),
        Page("portal:robots", "/robots.txt"),
        Page("portal:security_txt", "/.well-known/security.txt", status=404),
        Page("pages:page_detail", "/trang-7/trang-2/trang-nho/"),
        Page("news:old_address", "/khong/co/trang-nay/", status=404),
        *_people(),
        Page("schedules:hours", "/gio-lam-viec/"),
        Page("schedules:contact", "/lien-he/"),
        Page("schedules:receptions", "/lich-tiep-cong-dan/"),
        Page("schedules:receptions_feed", "/lich-tiep-cong-dan.ics"),
        Page("schedules:work_schedule", "/lich-cong-tac/"),
        Page("schedules:work_feed", "/lich-cong-tac.ics"),
        Page("portal:sitemap_section", "/sitemap-lich-va-gio-lam-viec.xml"),
        *_weeks(),
        # The number of people in a poll is counted, never kept.
        Page("polls:poll_list", "/binh-chon/", rows=20_000),
        Page("alerts:alert_list", "/canh-bao/"),
        # Some four hundred procedures of a commune are looked through, those of others are not.
        Page("procedures:procedure_list", "/thu-tuc/", rows=1_000),
        Page("procedures:procedure_list", "/thu-tuc/?q=khai+sinh", rows=1_000),
        Page("alerts:active", "/canh-bao.json"),
        Page("alerts:atom_feed", "/canh-bao/atom/"),
        Page("polls:method", "/binh-chon/cach-dem-phieu/"),
        Page("visitors:statistics", "/thong-ke-truy-cap/", rows=20_000),
        Page("visitors:figures", "/thong-ke-truy-cap/so-lieu.json", rows=20_000),
    ]
    procedures = Procedure.objects.of(commune).published()
    if procedure := procedures.exclude(life_event=None).first():
        pages += [
            Page("procedures:procedure_detail", procedure.get_absolute_url()),
            Page("procedures:life_event", procedure.life_event.get_absolute_url(), rows=1_000),
            Page("portal:sitemap_section", "/sitemap-thu-tuc.xml", rows=1_000),
        ]
    alerts = Alert.objects.of(commune)
    if alert := alerts.published().first():
        pages.append(Page("alerts:alert_detail", alert.get_absolute_url()))
    if alerts.past()[ALERTS_PER_PAGE * (MOST_PAGES - 1) :].exists():
        pages.append(Page("alerts:alert_list", f"/canh-bao/?trang={MOST_PAGES}", rows=2_000))
    polls = Poll.objects.of(first_commune())
    if poll := polls.current() or polls.first():
        pages += [
            Page("polls:ballot", f"/binh-chon/{poll.pk}/"),
            Page("polls:ballot_fragment", f"/binh-chon/{poll.pk}/phieu/"),
            Page("polls:results", f"/binh-chon/{poll.pk}/ket-qua/", rows=ROWS + 3 * poll.ballots.count()),
        ]
    return pages


def _people() -> list[Page]:
    """The pages of people, offices and villages of the measured commune, where there are some."""
    from benchmarks.data import first_commune
    from offices.models import Person, Post

    person = Person.objects.of(first_commune()).order_by("pk").first()
    if person is None:
        return []
    office = Post.objects.of(first_commune()).filter(person=person)[0].office
    return [
        Page("offices:leaders", "/lanh-dao/"),
        Page("offices:leaders", "/lanh-dao/?ngay=01/07/2025"),
        Page("offices:structure", "/co-cau-to-chuc/"),
        Page("offices:office_detail", office.get_absolute_url()),
        Page("offices:office_card", f"/co-cau-to-chuc/{office.slug}.vcf"),
        Page("offices:directory", "/danh-ba/"),
        Page("offices:directory", "/danh-ba/?xep=ten"),
        Page("offices:directory", "/danh-ba/?tim=binh+chuyen"),
        Page("offices:person_detail", person.get_absolute_url()),
        Page("offices:person_card", f"/danh-ba/{person.slug}.vcf"),
        Page("offices:villages", "/thon/"),
        Page("portal:sitemap_section", "/sitemap-danh-ba.xml"),
    ]


def _weeks() -> list[Page]:
    """A page of a far week of the measured commune, where there are some."""
    from benchmarks.data import first_commune
    from schedules.models import WorkWeek

    week = WorkWeek.objects.of(first_commune()).published().order_by("monday").first()
    return [Page("schedules:work_week", week.get_absolute_url())] if week else []


def check(pages: list[Page], client: Client | None = None) -> list[str]:
    """Print what every page reads; returns what is wrong, one line a fault."""
    large, faults = large_tables(), []
    sys.stdout.write(f"{'page':64} {'queries':>7} {'rows read':>9} {'returned':>8} {'blocks':>7} {'ms':>8}\n")
    for page in pages:
        queries = queries_of(page, client)
        read, returned, blocks = (sum(getattr(q, name) for q in queries) for name in ("read", "returned", "blocks"))
        taken = sum(query.milliseconds for query in queries)
        sys.stdout.write(f"{page.path[:64]:64} {len(queries):>7} {read:>9} {returned:>8g} {blocks:>7} {taken:>8.1f}\n")
        for query in queries:
            for fault in query.faults(large):
                faults.append(f"{page.path}: {fault}")
                sys.stdout.write(f"    {fault}: {query.sql[:1500]}\n")
        sys.stdout.flush()
    return faults


def main() -> None:
    from benchmarks.cases import prepare
    from benchmarks.servers import BASE_DIR

    scale = int(os.environ.get("SCALE", "1000000"))
    with prepare(BASE_DIR / "var" / f"bench-{scale}", scale):
        from benchmarks.data import add_rows_beside

        add_rows_beside(scale)
        faults = check(public_pages())
    if faults:
        raise SystemExit(f"{len(faults)} queries read too much")


if __name__ == "__main__":
    main()
