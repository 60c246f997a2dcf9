"""Demonstration days."""

from datetime import date

import pytest

from tests.communes.factories import first_commune
from visitors.demo import load_demo_days
from visitors.models import Day, DayShare, Dimension, PageHour

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 11, 20)


def snapshot():
    return list(
        Day.objects.everywhere().values_list("day", "visitors", "visits", "views", "peak_online").order_by("day")
    )


def test_is_the_same_every_time():
    load_demo_days(first_commune(), 10, UNTIL)
    first = snapshot()
    Day.objects.everywhere().delete()
    DayShare.objects.everywhere().delete()
    PageHour.objects.everywhere().delete()

    load_demo_days(first_commune(), 10, UNTIL)

    assert snapshot() == first


def test_changes_nothing_the_second_time():
    new = load_demo_days(first_commune(), 10, UNTIL)
    before = snapshot(), DayShare.objects.everywhere().count()

    again = load_demo_days(first_commune(), 10, UNTIL)

    assert (new, again) == (10, 0)
    assert (snapshot(), DayShare.objects.everywhere().count()) == before


def test_shares_add_up_to_the_day():
    load_demo_days(first_commune(), 3, UNTIL, pages=["home", "article:1", "article:2"])

    for day in Day.objects.everywhere():
        totals = {
            dimension: sum(
                DayShare.objects.everywhere().filter(day=day.day, dimension=dimension).values_list("total", flat=True)
            )
            for dimension in Dimension
        }
        assert totals[Dimension.PAGE] == totals[Dimension.HOUR] == day.views
        assert totals[Dimension.SOURCE] == totals[Dimension.ENTRY] == totals[Dimension.DEVICE] == day.visits
        assert totals[Dimension.BOT] == day.bot_requests
    assert sum(PageHour.objects.everywhere().values_list("views", flat=True)) == sum(
        Day.objects.everywhere().values_list("views", flat=True)
    )
