"""Samples, closing, deleting; done by the clock, as often as it likes."""

import threading
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from tests.communes.factories import first_commune
from tests.visitors.factories import make_arrival, make_buffer, make_source, moment, samples, shares
from tests.waiting import LONG
from visitors import upkeep
from visitors.models import Day, DayShare, Dimension, Month, MonthShare, Presence, Salt, Seen, Writer

pytestmark = pytest.mark.django_db


def test_samples_each_minute_once_and_keeps_the_peak(clock):
    buffer = make_buffer(clock)
    for number in range(3):
        buffer.touch(make_source(number))
    buffer.flush()

    for _ in range(3):
        upkeep.take_sample(clock())
        clock.advance(20)
    clock.advance(400)
    upkeep.take_sample(clock())

    day = Day.objects.everywhere().get()
    assert samples() == {moment("2026-11-18 09:00"): 3, moment("2026-11-18 09:07"): 0}
    assert (day.peak_online, day.peak_at.timestamp()) == (3, moment("2026-11-18 09:00"))


def test_deletes_salts_and_hashes_within_48_hours(clock):
    for text in ("2026-11-16 23:00", "2026-11-17 12:00", "2026-11-18 12:00"):
        clock.set(text)
        buffer = make_buffer(clock)
        buffer.touch(make_source())
        buffer.flush()

    upkeep.maintain(clock())

    assert sorted(Salt.objects.values_list("day", flat=True)) == [date(2026, 11, 17), date(2026, 11, 18)]
    assert set(Seen.objects.everywhere().values_list("day", flat=True)) == {date(2026, 11, 17), date(2026, 11, 18)}
    assert Presence.objects.everywhere().count() == 1
    assert Writer.objects.count() == 3
    assert Day.objects.everywhere().count() == 3


def test_folds_the_long_tail_of_a_closed_day(clock):
    DayShare.objects.bulk_create(
        DayShare(
            commune=first_commune(),
            day="2026-11-17",
            dimension=Dimension.REFERRER,
            value=f"site-{number}.example",
            total=number,
        )
        for number in range(1, 401)
    )
    Day.objects.create(commune=first_commune(), day="2026-11-17", visits=1)

    upkeep.maintain(clock())
    once = shares(Dimension.REFERRER)
    clock.advance(7 * 3600)
    upkeep.maintain(clock())

    assert once == shares(Dimension.REFERRER)
    assert len(once) == upkeep.KEPT_VALUES + 1
    assert once[""] == sum(range(1, 101))
    assert once.total() == sum(range(1, 401))


def test_leaves_today_open(clock):
    Day.objects.create(commune=first_commune(), day="2026-11-18", visits=1)

    upkeep.maintain(clock())

    assert Day.objects.everywhere().get().closed_at is None


def test_sums_up_a_month_and_again_when_a_batch_comes_late(clock):
    for day in (29, 30, 31):
        Day.objects.create(
            commune=first_commune(), day=f"2026-10-{day}", visits=day, peak_online=day, peak_at="2026-10-30T03:00Z"
        )
        DayShare.objects.create(
            commune=first_commune(), day=f"2026-10-{day}", dimension=Dimension.PAGE, value="home", total=day
        )
    clock.set("2026-11-01 00:20")
    upkeep.maintain(clock())
    first = Month.objects.everywhere().get().visits

    Day.objects.everywhere().filter(day="2026-10-31").update(visits=131)
    DayShare.objects.everywhere().filter(day="2026-10-31").update(total=131)
    clock.set("2026-11-01 07:00")
    upkeep.maintain(clock())

    month = Month.objects.everywhere().get()
    assert (first, month.visits, month.peak_online) == (90, 190, 31)
    assert MonthShare.objects.everywhere().get(value="home").total == 190


@pytest.mark.django_db(transaction=True)
def test_the_command_and_the_clock_take_turns(clock):
    DayShare.objects.bulk_create(
        DayShare(
            commune=first_commune(),
            day="2026-11-17",
            dimension=Dimension.REFERRER,
            value=f"site-{number}.example",
            total=1,
        )
        for number in range(400)
    )
    Day.objects.create(commune=first_commune(), day="2026-11-17", visits=1)
    rival = connection.copy()
    done = []

    def maintain():
        done.append(upkeep.maintain(clock()))
        connection.close()

    with rival.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [upkeep.MAINTENANCE_LOCK])
    thread = threading.Thread(target=maintain)
    thread.start()
    thread.join(0.5)
    while_held = list(done)
    rival.close()  # the other dies
    thread.join(LONG)

    assert (while_held, done[0]["closed days"]) == ([], 1)


def test_the_command_says_what_it_deleted_and_what_is_kept(capsys, clock):
    clock.set("2026-11-10 12:00")
    buffer = make_buffer(clock)
    buffer.touch(make_source(), arrival=make_arrival())
    buffer.flush()

    call_command("visitors_maintain")

    output = capsys.readouterr().out
    assert "deleted seen: 1" in output
    assert "deleted salts: 1" in output
    assert "kept Seen: 0 rows" in output
    assert Day.objects.everywhere().count() == 1
