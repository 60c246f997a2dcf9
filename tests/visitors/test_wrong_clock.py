"""A machine whose clock is wrong for a while: what it wrote goes, what was there stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import timezone

from tests.communes.factories import enrol, first_commune
from tests.visitors.factories import make_arrival, make_buffer, make_source, online, samples
from upkeep import machineclock
from upkeep.machineclock import Standing
from upkeep.models import ClockJump, MachineClock
from visitors import upkeep
from visitors.counting.presence import Memo
from visitors.models import Day, MinuteSamples, Month, PageHour, Presence, Salt, Seen

pytestmark = pytest.mark.django_db
THREE_DAYS = 3 * 86_400


def go_by(clock, process, visitors=()):
    """Half a minute of a portal's life: some visitors, a flush, and what the clock does."""
    for number in visitors:
        process.touch(make_source(number), arrival=make_arrival(), page="home")
    process.flush()
    upkeep.take_sample(clock())
    upkeep.maintain(clock())
    clock.advance(30)


def test_three_days_ahead_and_back_leave_no_phantom_and_lose_nothing(clock):
    process = make_buffer(clock)
    go_by(clock, process, range(10))
    salt = bytes(Salt.objects.get().secret)
    before = Memo(clock).numbers(first_commune().pk).all_time

    clock.advance(THREE_DAYS)
    go_by(clock, process, range(100, 130))
    ahead = online(clock)[0]
    clock.advance(-THREE_DAYS)
    at_once = online(clock)[0]
    go_by(clock, process)
    go_by(clock, process, range(10))

    assert (ahead, at_once) == (30, 10)
    assert online(clock) == (10, 0)
    assert bytes(Salt.objects.get().secret) == salt
    assert Presence.objects.everywhere().count() == 10
    assert Memo(clock).numbers(first_commune().pk).all_time == before + 30 == 40
    assert [(day.day.day, day.visitors, day.visits, day.views) for day in Day.objects.everywhere()] == [
        (18, 40, 40, 40)
    ]
    assert sum(PageHour.objects.everywhere().values_list("views", flat=True)) == 40
    assert not Seen.objects.everywhere().exclude(day="2026-11-18").exists()
    assert max(samples()) < clock()
    assert [jump.to_at > jump.from_at for jump in ClockJump.objects.order_by("pk")] == [True, False]


def test_a_month_closed_by_a_wrong_clock_is_opened_again(clock):
    process = make_buffer(clock)
    go_by(clock, process, range(5))
    clock.advance(20 * 86_400)
    go_by(clock, process, range(3))
    closed = Month.objects.everywhere().count()
    clock.advance(-20 * 86_400)
    go_by(clock, process, range(5, 9))

    assert (closed, Month.objects.everywhere().count()) == (1, 0)
    assert Memo(clock).numbers(first_commune().pk).this_month == 12


@pytest.mark.parametrize("days", [3, 365 * 6])
def test_a_clock_that_falls_behind_removes_nothing(clock, client, days):
    process = make_buffer(clock)
    go_by(clock, process, range(5))
    go_by(clock, process, range(5))
    clock.advance(-days * 86_400)
    go_by(clock, process)
    go_by(clock, process)

    rows = (Day.objects.everywhere().count(), len(samples()), Seen.objects.everywhere().count())
    clock.advance(days * 86_400)
    go_by(clock, process, range(5))

    assert rows[0] >= 1
    assert rows[1] == 1
    assert Memo(clock).numbers(first_commune().pk).all_time == 5
    assert online(clock) == (5, 0)
    assert MachineClock.objects.get().behind_since_at is None


def test_nothing_is_deleted_by_a_clock_that_has_just_jumped_ahead(clock):
    process = make_buffer(clock)
    go_by(clock, process, range(5))
    clock.advance(THREE_DAYS)
    go_by(clock, process)
    held = Seen.objects.everywhere().count()
    for _ in range(13):  # an hour and some minutes: so it was switched off, and the time is right
        clock.advance(300)
        go_by(clock, process)

    assert held == 5
    assert Seen.objects.everywhere().count() == 0
    assert not Salt.objects.filter(day="2026-11-18").exists()


def test_health_says_503_while_the_clock_stands_before_what_was_seen(client):
    now = timezone.now()
    right = client.get("/healthz")
    machineclock.read(now + timedelta(days=2))
    behind = client.get("/healthz")
    page = client.get("/thong-ke-truy-cap/")
    machineclock.believe(now)
    believed = client.get("/healthz")
    ahead = timezone.localdate() + timedelta(days=900)
    MinuteSamples.objects.create(commune=first_commune(), day=ahead, online=[1], staff=[0])

    assert (right.status_code, behind.status_code, believed.status_code) == (200, 503, 200)
    assert behind.json()["clock"] == "behind"
    assert page.status_code == 200
    assert client.get("/healthz").status_code == 503


def test_a_jump_back_much_later_is_not_taken_for_a_return():
    start = datetime(2026, 11, 1, tzinfo=UTC)
    machineclock.read(start)
    assert machineclock.read(start + timedelta(days=3)) == Standing.SETTLING  # switched off for three days
    moment = start + timedelta(days=3)
    while moment < start + timedelta(days=8):
        moment += timedelta(minutes=50)
        machineclock.read(moment)

    assert machineclock.read(moment - timedelta(days=4)) == Standing.BEHIND


def test_the_self_test_shows_the_clocks_and_the_jumps(client):
    user = get_user_model().objects.create_user("operator", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="operate", content_type__app_label="upkeep"))
    enrol(user)
    client.force_login(user, backend="communes.work.MembershipBackend")
    now = timezone.now()
    good = client.get("/quan-tri/upkeep/taskstate/").content.decode()
    machineclock.read(now + timedelta(days=2))
    behind = client.get("/quan-tri/upkeep/taskstate/").content.decode()

    assert 'class="clock machine"' in good
    assert 'class="clock machine stopped"' in behind
    assert (now + timedelta(days=2)).strftime("%Y") in behind
