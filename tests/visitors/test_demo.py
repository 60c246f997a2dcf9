"""Demonstration days."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests.communes.factories import first_commune
from tests.waiting import LONG, eventually
from visitors.demo import load_demo_days
from visitors.models import Day, DayShare, Dimension, MinuteSamples, PageHour

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


@pytest.mark.django_db(transaction=True)
def test_waits_for_a_portal_that_serves_and_leaves_its_day():
    """A sample takes the row of its minutes, then that of its day; a flush the row of the day."""
    commune, today = first_commune(), timezone.localdate()
    has_begun = threading.Event()

    def take_sample() -> None:
        try:
            with transaction.atomic():
                MinuteSamples.objects.create(commune_id=commune.pk, day=today, online=[3], staff=[0])
                has_begun.set()
                eventually(somebody_waits)
                Day.objects.create(commune_id=commune.pk, day=today, peak_online=3, peak_at=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as others:
        sampling = others.submit(take_sample)
        has_begun.wait(LONG)
        new = load_demo_days(commune, 2)

    assert sampling.exception() is None
    assert new == 1  # yesterday
    assert Day.objects.of(commune).get(day=today).peak_online == 3


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


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
