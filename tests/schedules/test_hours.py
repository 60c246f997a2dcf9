"""When an office is open: the rules, at any moment."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.rules.hours import DayKind, Exceptional, StateKind, Timetable, Week, next_opening, state_at, states_from
from tests.schedules.strategies import MOMENTS, TIMETABLES
from vietnamese import VIETNAM

WORKDAY = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
USUAL = Week([WORKDAY] * 5 + [(), ()])
FRIDAY = date(2026, 11, 27)


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=VIETNAM)


def is_inside(timetable: Timetable, moment: datetime) -> bool:
    spans = timetable.day(moment.date()).spans
    return any(opens <= moment.time() < closes for opens, closes in spans)


@given(TIMETABLES, MOMENTS)
def test_is_open_exactly_within_the_spans_of_the_day(timetable, moment):
    assert state_at(timetable, moment).is_open == is_inside(timetable, moment)


@given(TIMETABLES, MOMENTS, st.floats(0, 0.99))
def test_a_state_holds_until_it_ends(timetable, moment, share):
    state = state_at(timetable, moment)

    between = moment + share * (state.until - moment)

    assert state.until > moment
    assert state_at(timetable, between) == state


@given(TIMETABLES, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(timetable, moment):
    opens_at = next_opening(timetable, moment)

    if opens_at is not None:
        assert state_at(timetable, opens_at).is_open
        assert opens_at > moment
        state = state_at(timetable, moment)
        if not state.is_open:
            assert state.opens_at == opens_at
            assert not state_at(timetable, opens_at - timedelta(seconds=1)).is_open or is_inside(
                timetable, opens_at - timedelta(seconds=1)
            )
            halfway = moment + (opens_at - moment) / 2
            assert not state_at(timetable, halfway).is_open


@given(TIMETABLES, MOMENTS)
def test_states_follow_each_other_without_a_gap(timetable, moment):
    states = list(states_from(timetable, moment, 5))

    for before, after in pairwise(states):
        assert state_at(timetable, before.until) == after


@given(TIMETABLES, MOMENTS)
def test_is_closed_on_a_holiday_without_an_exception(timetable, moment):
    day = timetable.day(moment.date())

    if moment.date() in timetable.holidays and day.kind is not DayKind.EXCEPTION:
        assert state_at(timetable, moment).kind is StateKind.HOLIDAY
        assert state_at(timetable, moment).reason == "Ngày lễ"


@pytest.mark.parametrize(
    ("moment", "kind", "until", "opens_at"),
    [
        (at(FRIDAY, 7), StateKind.NOT_YET, at(FRIDAY, 7, 30), at(FRIDAY, 7, 30)),
        (at(FRIDAY, 7, 30), StateKind.OPEN, at(FRIDAY, 11, 30), None),
        (at(FRIDAY, 11, 30), StateKind.LUNCH, at(FRIDAY, 13, 30), at(FRIDAY, 13, 30)),
        (at(FRIDAY, 16, 59), StateKind.OPEN, at(FRIDAY, 17), None),
        (at(FRIDAY, 17), StateKind.CLOSED, at(date(2026, 11, 28), 0), at(date(2026, 11, 30), 7, 30)),
        (at(date(2026, 11, 28), 9), StateKind.CLOSED, at(date(2026, 11, 29), 0), at(date(2026, 11, 30), 7, 30)),
    ],
)
def test_states_of_a_usual_friday(moment, kind, until, opens_at):
    state = state_at(Timetable([USUAL]), moment)

    assert (state.kind, state.until, state.opens_at) == (kind, until, opens_at)


def test_a_season_comes_before_the_usual_week():
    winter = Week([((time(8), time(12)),)] * 7, date(2026, 11, 20), date(2027, 4, 15))
    timetable = Timetable([USUAL, winter])

    assert timetable.day(date(2026, 11, 19)).spans == WORKDAY
    assert timetable.day(date(2026, 11, 20)).spans == timetable.day(date(2027, 4, 15)).spans == ((time(8), time(12)),)
    assert timetable.day(date(2027, 4, 16)).spans == WORKDAY


def test_an_exception_comes_before_a_holiday():
    duty = Exceptional(FRIDAY, FRIDAY, [(time(8), time(9))], "Trực giải quyết hồ sơ")
    timetable = Timetable([USUAL], [duty], {FRIDAY: "Quốc khánh"})

    assert state_at(timetable, at(FRIDAY, 8, 30)).is_open
    assert state_at(timetable, at(FRIDAY, 8, 30)).reason == "Trực giải quyết hồ sơ"


def test_a_day_closed_by_an_exception_says_why():
    closed = Exceptional(FRIDAY, FRIDAY, [], "Mất điện")

    state = state_at(Timetable([USUAL], [closed]), at(FRIDAY, 9))

    assert (state.kind, state.reason) == (StateKind.DAY_OFF, "Mất điện")
    assert state.opens_at == at(date(2026, 11, 30), 7, 30)


def test_spans_that_touch_are_one():
    timetable = Timetable([Week([((time(7), time(9)), (time(9), time(10)))] * 7)])

    assert state_at(timetable, at(FRIDAY, 8)).until == at(FRIDAY, 10)


def test_an_office_that_never_opens_has_no_next_opening():
    assert state_at(Timetable([Week([()] * 7)]), at(FRIDAY, 8)).opens_at is None


def test_opens_again_after_the_lunar_new_year():
    from schedules.rules.publicholidays import expected

    holidays = {on: run.name for run in expected(2027) for on in run.days()}

    state = state_at(Timetable([USUAL], holidays=holidays), at(date(2027, 2, 3), 18))

    assert state.opens_at == at(date(2027, 2, 11), 7, 30)
