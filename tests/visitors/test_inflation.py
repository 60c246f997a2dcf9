"""What one address, one network or one patient program can add to the numbers: not much."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tests.communes.factories import first_commune
from tests.visitors.factories import CHROME, make_arrival, make_buffer, make_source, shares
from tests.waiting import LONG
from visitors.counting import flush
from visitors.counting.buffer import buffer
from visitors.counting.identity import Source
from visitors.counting.limits import PRIVATE_VIEWS
from visitors.counting.pages import mark
from visitors.models import Day, Dimension, PageHour, Presence, Trace

pytestmark = pytest.mark.django_db
ADDRESS = make_source(1, commune=0).address


def invented(number: int) -> Source:
    """A browser that does not exist, at one and the same address."""
    return Source(ADDRESS, f"Mozilla/5.0 (X11) AppleWebKit {number}", first_commune().pk)


def test_a_thousand_replays_of_one_article_are_one_view(signal, clock, monkeypatch):
    for number in range(1000):
        signal(page=mark("article:1"))
        if number % 100 == 99:
            buffer.flush()

    day = Day.objects.everywhere().get()

    assert (day.visitors, day.visits, day.views) == (1, 1, 1)
    assert shares(Dimension.PAGE) == {"article:1": 1}
    assert shares(Dimension.EXCLUDED) == {"repeated": 999}


def test_a_page_read_again_after_half_an_hour_is_a_view_again(clock):
    process = make_buffer(clock)
    for pause in (0, 29 * 60, 60, 31 * 60):
        clock.advance(pause)
        process.touch(make_source(), arrival=make_arrival(), page="article:1")
        process.flush()

    assert Day.objects.everywhere().get().views == 3  # at 0, 30 and 61 minutes


def test_processes_together_count_a_view_once(clock):
    processes = [make_buffer(clock) for _ in range(4)]

    for process in processes:
        process.touch(make_source(), arrival=make_arrival(), page="article:1")
        process.touch(make_source(), arrival=make_arrival(), page="article:2")
        process.touch(make_source(2), arrival=make_arrival(), page="article:1")
    for process in processes:
        process.flush()

    assert Day.objects.everywhere().get().views == 3
    assert {row.page: row.views for row in PageHour.objects.everywhere()} == {"article:1": 2, "article:2": 1}
    assert sum(Trace.objects.everywhere().values_list("views", flat=True)) == 3


def test_one_address_with_invented_browsers_ends_at_the_bound_of_the_day(clock, monkeypatch):
    monkeypatch.setattr(flush, "NETWORK_VISITORS", 700)
    process = make_buffer(clock)
    for wave in range(6):
        for number in range(300):
            process.touch(invented(wave * 300 + number), arrival=make_arrival(), page="home")
        process.flush()
        clock.advance(301)  # nobody of the last wave is online any more

    day = Day.objects.everywhere().get()

    assert (day.visitors, day.visits, day.views) == (700, 700, 700)
    assert shares(Dimension.EXCLUDED) == {"network": 1100}


def test_who_was_here_may_come_back_when_the_network_is_full(clock, monkeypatch):
    monkeypatch.setattr(flush, "NETWORK_VISITORS", 10)
    process = make_buffer(clock)
    for number in range(10):
        process.touch(invented(number), arrival=make_arrival())
    process.flush()
    clock.advance(2 * 3600)

    make_buffer(clock)
    later = make_buffer(clock)  # a process that does not remember them
    for number in range(12):
        later.touch(invented(number), arrival=make_arrival())
    later.flush()

    assert (Day.objects.everywhere().get().visitors, Day.objects.everywhere().get().visits) == (10, 20)
    assert shares(Dimension.EXCLUDED) == {"network": 2}


@pytest.mark.django_db(transaction=True)
def test_processes_that_flush_at_once_keep_the_bound_of_the_day_together(clock, monkeypatch):
    monkeypatch.setattr(flush, "NETWORK_VISITORS", 160)
    processes = [make_buffer(clock) for _ in range(4)]
    for place, process in enumerate(processes):
        for number in range(100):
            process.touch(invented(place * 100 + number), arrival=make_arrival())
    together = threading.Barrier(len(processes), timeout=LONG)

    def write(process):
        together.wait()
        process.flush()
        connection.close()

    threads = [threading.Thread(target=write, args=[process]) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Day.objects.everywhere().get().visitors == 160
    assert Presence.objects.everywhere().count() == 160


def test_views_of_one_network_end_too(clock, monkeypatch):
    monkeypatch.setattr(flush, "NETWORK_VIEWS", 50)
    process = make_buffer(clock)
    for number in range(100):
        process.touch(make_source(), arrival=make_arrival(), page=f"article:{number}")
        if number % 10 == 9:
            process.flush()

    assert Day.objects.everywhere().get().views == 50
    assert shares(Dimension.EXCLUDED) == {"network": 50}


@pytest.mark.parametrize("header", [{"sec-gpc": "1"}, {"dnt": "1"}])
def test_asking_not_to_be_followed_opens_no_back_door(signal, clock, header):
    for number in range(200):
        signal(headers=header, path=f"/invented-{number}/")
        signal(headers=header, page=mark("article:1"), agent=f"{CHROME} {number}")
    buffer.flush()

    assert Day.objects.everywhere().get().views == 2 * PRIVATE_VIEWS
    assert shares(Dimension.EXCLUDED) == {"repeated": 2 * (200 - PRIVATE_VIEWS)}
    assert not Presence.objects.everywhere().exists()


def test_a_full_class_behind_one_address_is_counted_whole(clock):
    process = make_buffer(clock)
    for number in range(400):
        process.touch(invented(number), arrival=make_arrival(), page="home")
    process.flush()

    day = Day.objects.everywhere().get()

    assert (day.visitors, day.visits, day.views) == (400, 400, 400)
