"""The archive: every month that has articles, and no other."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.news.factories import make_article, make_category
from vietnamese import VIETNAM

pytestmark = pytest.mark.django_db


def at(year: int, month: int, day: int = 1, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=VIETNAM)


def months_on(client, address: str) -> list[str]:
    return re.findall(r'href="(/luu-tru/\d+/\d+/)"', client.get(address).content.decode())


def test_names_the_months_of_the_newest_year_first(client):
    for moment in (at(2023, 5), at(2025, 2), at(2025, 11)):
        make_article(published_at=moment)

    text = client.get("/luu-tru/").content.decode()

    assert re.findall(r'href="/luu-tru/(\d{4})/"', text) == ["2025", "2024", "2023"]
    assert months_on(client, "/luu-tru/") == ["/luu-tru/2025/2/", "/luu-tru/2025/11/"]
    assert months_on(client, "/luu-tru/2023/") == ["/luu-tru/2023/5/"]
    assert months_on(client, "/luu-tru/2024/") == []


def test_a_month_begins_and_ends_at_midnight_in_vietnam(client):
    article = make_article(published_at=at(2025, 3, hour=0))
    last = make_article(published_at=at(2025, 4, hour=0) - timedelta(seconds=1))
    make_article(published_at=at(2025, 4, hour=0), title="Sang tháng tư")
    make_article(published_at=at(2025, 2, 28, 23), title="Còn tháng hai")

    page = client.get("/luu-tru/2025/3/").context["page"]

    assert list(page.object_list) == [last, article]


def test_a_month_leads_to_the_nearest_months_with_articles(client):
    for moment in (at(2023, 12, 31), at(2025, 3), at(2026, 1)):
        make_article(published_at=moment)

    main = client.get("/luu-tru/2025/3/").content.decode().partition("<main")[2]

    assert re.findall(r'href="(/luu-tru/\d+/\d+/)"', main) == ["/luu-tru/2023/12/", "/luu-tru/2026/1/"]


def test_shows_what_is_published_alone(client):
    now = timezone.now()
    make_article(published_at=at(2025, 3), status="draft")
    make_article(published_at=at(2025, 3), expires_at=now - timedelta(days=1))
    make_article(published_at=now + timedelta(days=400))

    assert client.get("/luu-tru/2025/3/").status_code == 404
    assert "number-links" not in client.get("/luu-tru/").content.decode()


@pytest.mark.parametrize(
    "address", ["/luu-tru/2025/13/", "/luu-tru/2025/0/", "/luu-tru/0/1/", "/luu-tru/99999999999/1/", "/luu-tru/1/"]
)
def test_a_month_that_the_calendar_lacks_is_not_found(client, address):
    make_article()

    assert client.get(address).status_code == 404


def test_an_archive_costs_the_same_with_more_articles(client, django_assert_num_queries):
    make_article(published_at=at(2025, 3))
    # Ten of them for what stands around every page: alerts, menus, the latest titles, the poll, links.
    queries = {"/luu-tru/": 13, "/luu-tru/2025/3/": 14}
    client.get("/luu-tru/")
    for address, count in queries.items():
        with django_assert_num_queries(count):
            client.get(address)
    category = make_category()
    for month in range(1, 13):
        make_article(published_at=at(2025, month), category=category)

    for address, count in queries.items():
        with django_assert_num_queries(count):
            client.get(address)


def test_search_engines_learn_of_every_year(client):
    make_article(published_at=at(2024, 3))
    make_article(published_at=at(2025, 3))

    text = client.get("/sitemap-luu-tru.xml").content.decode()

    assert re.findall(r"<loc>http://testserver([^<]+)</loc>", text) == ["/luu-tru/2025/", "/luu-tru/2024/"]
    assert "/luu-tru/" in client.get("/so-do-trang/").content.decode()
