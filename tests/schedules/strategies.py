"""Timetables, rules and moments for tests of the pure rules."""

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from schedules.rules.hours import Exceptional, Timetable, Week
from schedules.rules.meetings import LAST, Rhythm, Rule
from vietnamese import VIETNAM

FIRST, FINAL = date(2026, 1, 1), date(2027, 12, 31)
DAYS = st.dates(FIRST, FINAL)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(VIETNAM))


def _spans(minutes: set[int]) -> tuple[tuple[time, time], ...]:
    times = [time(*divmod(minute, 60)) for minute in sorted(minutes)]
    return tuple(zip(times[::2], times[1::2], strict=False))


SPANS = st.sets(st.integers(0, 24 * 60 - 1), max_size=6).map(_spans)
SOME_SPANS = st.sets(st.integers(0, 24 * 60 - 1), min_size=2, max_size=6).map(_spans)
WEEKS = st.builds(Week, st.lists(SPANS, min_size=7, max_size=7).map(tuple))


@st.composite
def stretches(draw, longest: int = 40) -> tuple[date, date]:
    begins_on = draw(DAYS)
    return begins_on, begins_on + timedelta(days=draw(st.integers(0, longest)))


@st.composite
def seasons(draw) -> Week:
    return Week(draw(WEEKS).days, *draw(stretches(120)))


@st.composite
def exceptions(draw) -> Exceptional:
    return Exceptional(*draw(stretches(5)), draw(SPANS), "lý do")


TIMETABLES = st.builds(
    Timetable,
    st.lists(WEEKS, min_size=1, max_size=1).flatmap(lambda usual: st.lists(seasons(), max_size=2).map(usual.__add__)),
    st.lists(exceptions(), max_size=3),
    st.dictionaries(DAYS, st.just("Ngày lễ"), max_size=20),
)


@st.composite
def rules(draw) -> Rule:
    rhythm = draw(st.sampled_from(Rhythm))
    if rhythm is Rhythm.DAY_OF_MONTH:
        return Rule(rhythm, day=draw(st.integers(1, 31)))
    nth = draw(st.sampled_from([1, 2, 3, 4, LAST])) if rhythm is Rhythm.NTH_WEEKDAY else None
    return Rule(rhythm, weekday=draw(st.integers(0, 6)), nth=nth)
