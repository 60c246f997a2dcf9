"""What is counted arrives in the database, once."""

import pytest
from django.utils import timezone

from tests.communes.factories import first_commune
from tests.visitors.factories import make_arrival, make_buffer, make_source, moment, online, shares
from visitors.counting.flush import NETWORK_CAP
from visitors.counting.identity import Source
from visitors.counting.rollups import VALUE_CAPS
from visitors.models import Day, Dimension, PageHour, Presence, Salt, Seen

pytestmark = pytest.mark.django_db


def test_a_visitor_is_online_after_the_flush(clock):
    buffer = make_buffer(clock)

    buffer.touch(make_source(), arrival=make_arrival())
    buffer.flush()

    assert online(clock) == (1, 0)


def test_a_visitor_leaves_after_five_minutes(clock):
    buffer = make_buffer(clock)
    buffer.touch(make_source())
    buffer.flush()

    clock.advance(299)
    still = online(clock)
    clock.advance(2)

    assert (still, online(clock)) == ((1, 0), (0, 0))


def test_two_processes_count_one_visitor_once(clock):
    buffers = [make_buffer(clock) for _ in range(2)]

    for buffer in buffers:
        buffer.touch(make_source(), arrival=make_arrival())
        buffer.count(first_commune().pk, Dimension.PAGE, "home")
        buffer.flush()

    day = Day.objects.everywhere().get()
    assert (day.visitors, day.visits, day.views) == (1, 1, 2)
    assert online(clock) == (1, 0)


def test_a_visit_ends_after_half_an_hour_without_a_sign(clock):
    buffer = make_buffer(clock)
    for pause in (0, 29 * 60, 31 * 60):
        clock.advance(pause)
        buffer.touch(make_source(), arrival=make_arrival())
        buffer.flush()

    day = Day.objects.everywhere().get()

    assert (day.visitors, day.visits) == (1, 2)
    assert shares(Dimension.SOURCE) == {"direct": 2}


def test_a_visit_across_midnight_is_one_visit_and_a_visitor_of_both_days(clock):
    buffer = make_buffer(clock)
    clock.set("2026-11-18 23:58")
    buffer.touch(make_source(), arrival=make_arrival())
    buffer.flush()
    clock.set("2026-11-19 00:03")
    buffer.touch(make_source())
    buffer.flush()

    days = {day.day.day: (day.visitors, day.visits) for day in Day.objects.everywhere()}

    assert days == {18: (1, 1), 19: (1, 0)}
    assert online(clock) == (1, 0)


def test_a_batch_that_spans_midnight_counts_both_days(clock):
    buffer = make_buffer(clock)
    clock.set("2026-11-18 23:59:58")
    buffer.touch(make_source())
    clock.advance(4)
    buffer.touch(make_source())
    buffer.flush()

    assert list(Day.objects.everywhere().order_by("day").values_list("visitors", "visits")) == [(1, 1), (1, 0)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_visit_across_the_change_of_salt_stays_one(clock, processes):
    buffers = [make_buffer(clock) for _ in range(processes)]
    clock.set("2026-11-18 03:29")
    for number in range(4):
        buffer = buffers[number % processes]
        buffer.touch(make_source(), arrival=make_arrival())
        buffer.flush()
        present = online(clock)
        clock.advance(60)

    day = Day.objects.everywhere().get()

    assert Salt.objects.count() == 2
    assert (day.visitors, day.visits) == (1, 1)
    assert present == (1, 0)


def test_someone_from_before_the_change_of_salt_is_no_new_visitor_in_the_evening(clock):
    clock.set("2026-11-18 02:00")
    make_buffer_and_visit(clock)
    clock.set("2026-11-18 20:00")
    make_buffer_and_visit(clock)

    day = Day.objects.everywhere().get()

    assert (day.visitors, day.visits) == (1, 2)


def test_the_same_person_on_the_next_day_is_a_visitor_of_that_day(clock):
    clock.set("2026-11-18 23:00")
    make_buffer_and_visit(clock)
    clock.set("2026-11-19 10:00")
    make_buffer_and_visit(clock)

    assert list(Day.objects.everywhere().order_by("day").values_list("visitors", "visits")) == [(1, 1), (1, 1)]


def make_buffer_and_visit(clock):
    buffer = make_buffer(clock)
    buffer.touch(make_source(), arrival=make_arrival())
    buffer.flush()


def test_the_salt_to_come_is_there_before_it_is_needed(clock):
    buffer = make_buffer(clock)
    clock.set("2026-11-18 03:26")
    buffer.flush()

    days = list(Salt.objects.order_by("day").values_list("day__day", flat=True))

    assert days == [17, 18]


def test_staff_are_online_apart_and_no_visitors(clock):
    buffer = make_buffer(clock)

    buffer.touch(make_source(), is_staff=True, arrival=make_arrival())
    buffer.flush()

    assert online(clock) == (0, 1)
    assert not Day.objects.everywhere().exists()
    assert not Seen.objects.everywhere().exists()


def test_views_add_up_by_page_and_hour(clock):
    buffer = make_buffer(clock)
    for page in ("home", "article:1", "home"):
        buffer.count(first_commune().pk, Dimension.PAGE, page)
    buffer.flush()
    clock.advance(3600)
    buffer.count(first_commune().pk, Dimension.PAGE, "home")
    buffer.flush()

    hours = {(timezone.localtime(row.hour_at).hour, row.page): row.views for row in PageHour.objects.everywhere()}

    assert hours == {(9, "home"): 2, (9, "article:1"): 1, (10, "home"): 1}
    assert shares(Dimension.PAGE) == {"home": 3, "article:1": 1}
    assert shares(Dimension.HOUR) == {"3-09": 3, "3-10": 1}
    assert Day.objects.everywhere().get().views == 4


def test_ten_thousand_invented_paths_make_no_more_rows_than_the_cap(clock):
    buffers = [make_buffer(clock) for _ in range(2)]
    for number in range(10_000):
        buffers[number % 2].count(first_commune().pk, Dimension.PAGE, f"/invented-{number}/")
    for buffer in buffers:
        buffer.flush()

    stored = shares(Dimension.PAGE)

    assert len(stored) == VALUE_CAPS[Dimension.PAGE] + 1
    assert stored.total() == sum(PageHour.objects.everywhere().values_list("views", flat=True)) == 10_000
    assert Day.objects.everywhere().get().views == 10_000


def test_a_page_with_a_key_is_kept_apart_beyond_the_cap(clock):
    buffer = make_buffer(clock)
    for number in range(300):
        buffer.count(first_commune().pk, Dimension.PAGE, f"/invented-{number}/")
    buffer.flush()

    buffer.count(first_commune().pk, Dimension.PAGE, "article:77")
    buffer.flush()

    assert shares(Dimension.PAGE)["article:77"] == 1


def test_ten_thousand_user_agents_of_one_network_stay_below_the_cap(clock):
    buffers = [make_buffer(clock) for _ in range(4)]
    for number in range(10_000):
        address = make_source(1).address + number % 256
        buffers[number % 4].touch(Source(address, f"Mozilla/5.0 (X11) {number}", first_commune().pk))
        if number % 100 == 99:
            buffers[number % 4].flush()
    for buffer in buffers:
        buffer.flush()

    assert online(clock) == (NETWORK_CAP, 0)
    assert Day.objects.everywhere().get().visitors == NETWORK_CAP
    assert shares(Dimension.EXCLUDED)["network"] > 0


def test_a_full_network_keeps_those_who_are_in_it(clock):
    buffer = make_buffer(clock)
    sources = [
        Source(make_source(1).address, f"Mozilla/5.0 (X11) {number}", first_commune().pk) for number in range(600)
    ]
    for source in sources:
        buffer.touch(source)
    buffer.flush()
    clock.advance(60)

    for source in reversed(sources):
        buffer.touch(source)
    buffer.flush()

    assert online(clock) == (NETWORK_CAP, 0)
    assert Presence.objects.everywhere().count() == NETWORK_CAP
    assert Day.objects.everywhere().get().visitors == NETWORK_CAP


def test_nothing_of_the_request_is_stored_but_hashes(clock):
    buffer = make_buffer(clock)
    buffer.touch(make_source())
    buffer.flush()

    presence = Presence.objects.everywhere().get()

    assert set(Presence._meta.get_fields()) == {
        Presence._meta.get_field(name)
        for name in ("pk", "commune", "visitor", "network", "is_staff", "visit", "visit_began_at", "last_seen_at")
    }
    assert presence.last_seen_at.timestamp() == moment("2026-11-18 09:00")
