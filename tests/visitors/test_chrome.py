"""The numbers around every page."""

import pytest
from django.template import Context, Template

from tests.visitors.factories import make_source
from visitors.buffer import buffer
from visitors.models import Carryover, Day
from visitors.presence import memo

pytestmark = pytest.mark.django_db


def render(source):
    return Template("{% load visitors %}" + source).render(Context())


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
    with django_assert_max_num_queries(1):
        render("{% online_count %}{% visit_totals %}{% online_count %}")


def test_adds_up_periods(clock):
    for day, visits in {
        "2026-11-18": 5,
        "2026-11-17": 7,
        "2026-11-16": 11,
        "2026-11-15": 100,
        "2026-10-31": 1000,
    }.items():
        Day.objects.create(day=day, visits=visits)
    Carryover.objects.create(visits=50_000, until="2025-06-30", origin="old portal", entered_by="an")

    numbers = memo.numbers()

    assert (numbers.today, numbers.yesterday, numbers.this_week) == (5, 7, 23)
    assert (numbers.this_month, numbers.all_time) == (123, 51_123)


def test_marks_a_page_and_counts_without_javascript():
    assert render("{% page_mark 'article:5' %}").startswith("article:5~")
    assert render("{% page_mark '' %}") == ""
    assert '<noscript><img src="/nhip.gif?p=article:5~' in render("{% view_image 'article:5' %}")
