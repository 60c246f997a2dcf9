"""The numbers around every page."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from tests.communes.factories import first_commune
from tests.visitors.factories import make_source
from visitors.counting.buffer import buffer
from visitors.counting.presence import memo
from visitors.models import Carryover, Day, DayShare, Dimension, Display

pytestmark = pytest.mark.django_db


def render(source, commune=None):
    request = RequestFactory().get("/")
    request.commune = commune or first_commune()
    return Template("{% load visitors %}" + source).render(Context({"request": request}))


def test_shows_who_is_online(clock):
    for number in range(1876):
        buffer.touch(make_source(number))
    buffer.flush()

    html = render("{% online_count %}")

    assert "<span data-online>1.876</span>" in html


def test_renders_on_an_empty_database():
    assert "data-online>1<" in render("{% online_count %}")
    assert "<dd>0</dd>" in render("{% visit_totals %}")


def test_asks_the_database_once_for_all_tags(django_assert_max_num_queries):
    commune = first_commune()

    with django_assert_max_num_queries(1):
        render("{% online_count %}{% visit_totals %}{% online_count %}", commune)


def test_adds_up_periods(clock):
    for day, visits in {
        "2026-11-18": 5,
        "2026-11-17": 7,
        "2026-11-16": 11,
        "2026-11-15": 100,
        "2026-10-31": 1000,
    }.items():
        Day.objects.create(commune=first_commune(), day=day, visits=visits)
    Carryover.objects.create(
        commune=first_commune(), visits=50_000, until="2025-06-30", origin="old portal", entered_by="an"
    )

    numbers = memo.numbers(first_commune().pk)

    assert (numbers.today, numbers.yesterday, numbers.this_week) == (5, 7, 23)
    assert (numbers.this_month, numbers.all_time) == (123, 51_123)


def test_marks_a_page_and_counts_without_javascript():
    assert render("{% page_mark 'article:5' %}").startswith("article:5~")
    assert render("{% page_mark '' %}") == ""
    assert '<noscript><img src="/nhip.gif?p=article:5~' in render("{% view_image 'article:5' %}")


def test_shows_views_of_a_page_where_the_office_wants_it(clock):
    DayShare.objects.create(
        commune=first_commune(), day="2026-11-17", dimension=Dimension.PAGE, value="article:5", total=1024
    )
    before = render("{% page_views 'article:5' %}")
    Display.objects.create(commune=first_commune(), shows_page_views=True)
    memo.begin()

    assert before.strip() == ""
    assert "1.024" in render("{% page_views 'article:5' %}")
    assert render("{% page_views '' %}").strip() == ""


def test_the_public_page_and_the_numbers_for_programs(client, clock):
    Day.objects.create(commune=first_commune(), day=timezone.localdate(), visits=7, visitors=6, views=20)

    page = client.get("/thong-ke-truy-cap/")
    numbers = client.get("/thong-ke-truy-cap/so-lieu.json")

    assert page.content.decode().count("<h1") == 1
    assert not page.cookies
    assert not numbers.cookies
    assert "max-age" in numbers["Cache-Control"]
    assert set(numbers.json()) >= {"online", "today", "all_time"}
    assert isinstance(numbers.json()["all_time"], int)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_never_read_the_numbers_does_not_say_zero(client, clock, signal):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE visitors_presence RENAME TO visitors_presence_gone")
        try:
            figures = client.get("/thong-ke-truy-cap/so-lieu.json")
            online = signal().json()["online"]
        finally:
            cursor.execute("ALTER TABLE visitors_presence_gone RENAME TO visitors_presence")
    clock.advance(10)
    later = client.get("/thong-ke-truy-cap/so-lieu.json")

    assert (figures.status_code, figures["Retry-After"], figures["Cache-Control"]) == (503, "10", "no-store")
    assert online is None
    assert later.status_code == 200
    assert later.json()["online"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_process_that_never_read_the_numbers_shows_none(admin_client, clock):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE visitors_presence RENAME TO visitors_presence_gone")
        try:
            chrome = render("{% online_count %}{% visit_totals %}")
            page = admin_client.get("/thong-ke-truy-cap/").content.decode()
            dashboard = admin_client.get("/quan-tri/visitors/day/")
            live = admin_client.get("/quan-tri/visitors/day/live/")
        finally:
            cursor.execute("ALTER TABLE visitors_presence_gone RENAME TO visitors_presence")
    clock.advance(10)

    assert "data-online" not in chrome
    assert "<dd" not in chrome
    assert "data-online" not in page
    assert dashboard.status_code == 200
    assert 'data-live="online"' not in dashboard.content.decode()
    assert (live.status_code, live["Retry-After"]) == (503, "10")
    assert "data-online" in render("{% online_count %}")
