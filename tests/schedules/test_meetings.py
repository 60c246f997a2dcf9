"""Days of reception by rule."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.rules.meetings import LAST, Absence, Rhythm, Rule, days_of, meetings_of, next_of
from tests.schedules.strategies import DAYS, SOME_SPANS, rules
from vietnamese import VIETNAM

TUESDAYS = Rule(Rhythm.WEEKLY, weekday=1)
MORNING = ((time(7, 30), time(11, 30)),)
DECEMBER = date(2026, 12, 1), date(2026, 12, 31)


@given(rules(), SOME_SPANS, DAYS, st.sets(DAYS, max_size=200), st.data())
def test_no_reception_is_on_a_day_off(rule, spans, first, days_off, data):
    last = first + timedelta(days=90)
    days = list(days_of(rule, first, last))
    away = [
        Absence(on, moved_to=data.draw(st.none() | DAYS), deputy=data.draw(st.sampled_from(["", "Phó"])))
        for on in data.draw(st.sets(st.sampled_from(days), max_size=4) if days else st.just(set()))
    ]

    meetings = meetings_of("x", rule, spans, away, days_off, first, last)

    assert not {meeting.on for meeting in meetings} & days_off
    for meeting in meetings:
        assert first <= meeting.on <= last
        assert rule.falls_on(meeting.moved_from or meeting.on)
        assert meeting.begins_at() < meeting.ends_at()
    # What is not off, not moved and in the rule takes place or is named as cancelled.
    moved = {absence.on for absence in away if absence.moved_to}
    assert {m.on for m in meetings if not m.moved_from} == set(days) - days_off - moved


@given(rules(), DAYS)
def test_the_next_is_to_come_and_takes_place(rule, first):
    moment = datetime.combine(first, time(12), VIETNAM)
    meetings = meetings_of("x", rule, MORNING, [], set(), first, first + timedelta(days=90))

    coming = next_of(meetings, moment)

    if coming is not None:
        assert coming.ends_at() > moment
        assert all(meeting.on >= coming.on for meeting in meetings if meeting.ends_at() > moment)


def test_every_week_on_a_weekday():
    assert [on.day for on in days_of(TUESDAYS, *DECEMBER)] == [1, 8, 15, 22, 29]


@pytest.mark.parametrize(("nth", "day"), [(1, 3), (3, 17), (4, 24), (LAST, 31)])
def test_the_nth_thursday_of_a_month(nth, day):
    assert [on.day for on in days_of(Rule(Rhythm.NTH_WEEKDAY, weekday=3, nth=nth), *DECEMBER)] == [day]


def test_a_month_without_that_day_is_left_out():
    rule = Rule(Rhythm.DAY_OF_MONTH, day=31)

    assert list(days_of(rule, date(2027, 1, 1), date(2027, 3, 31))) == [date(2027, 1, 31), date(2027, 3, 31)]


def test_a_deputy_receives_and_an_absence_alone_cancels():
    away = [Absence(date(2026, 12, 8), deputy="Hoàng Thị Thúy Hằng"), Absence(date(2026, 12, 15), reason="Họp tỉnh")]

    meetings = {m.on.day: m for m in meetings_of("Khải", TUESDAYS, MORNING, away, set(), *DECEMBER)}

    assert meetings[8].deputy == "Hoàng Thị Thúy Hằng"
    assert not meetings[8].is_cancelled
    assert meetings[15].is_cancelled
    assert next_of(meetings.values(), datetime(2026, 12, 9, tzinfo=VIETNAM)) == meetings[22]


def test_a_moved_day_takes_the_place_of_its_own():
    away = [Absence(date(2026, 12, 8), moved_to=date(2026, 12, 10))]

    meetings = meetings_of("Khải", TUESDAYS, MORNING, away, set(), *DECEMBER)

    assert [m.on.day for m in meetings] == [1, 10, 15, 22, 29]
    assert meetings[1].moved_from == date(2026, 12, 8)


def test_a_day_moved_here_from_before_the_stretch_is_among_them():
    away = [Absence(date(2026, 11, 24), moved_to=date(2026, 12, 2))]

    assert meetings_of("Khải", TUESDAYS, MORNING, away, set(), *DECEMBER)[1].on == date(2026, 12, 2)


def test_today_counts_until_its_hours_are_over():
    meetings = meetings_of("Khải", TUESDAYS, MORNING, [], set(), *DECEMBER)

    assert next_of(meetings, datetime(2026, 12, 1, 11, 29, tzinfo=VIETNAM)).on.day == 1
    assert next_of(meetings, datetime(2026, 12, 1, 11, 30, tzinfo=VIETNAM)).on.day == 8
