"""When an office is open: pure rules over its weeks, exceptions and days off.

Moments are in Vietnam's time zone; a state holds from its moment until `until`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import pairwise

from vietnamese import VIETNAM

Span = tuple[time, time]
"""From a time until a later one of the same day; the office closes at the second."""

NOON = time(12)
# The lunar new year and the days around it are the longest time an office stays closed.
HORIZON_DAYS = 60


class DayKind(Enum):
    WEEKLY = "weekly"
    EXCEPTION = "exception"
    HOLIDAY = "holiday"


class StateKind(Enum):
    OPEN = "open"
    NOT_YET = "not yet"  # opens later today
    LUNCH = "lunch"  # between two spans of the day around noon
    BREAK = "break"  # between two other spans of the day
    CLOSED = "closed"  # no more today
    DAY_OFF = "day off"  # an exception closes it all day
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Week:
    """Hours from Monday to Sunday, in force between two days; without days, at any other time."""

    days: Sequence[Sequence[Span]]
    begins_on: date | None = None
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        return (self.begins_on is None or self.begins_on <= on) and (self.ends_on is None or on <= self.ends_on)

    @property
    def is_usual(self) -> bool:
        return self.begins_on is None and self.ends_on is None


@dataclass(frozen=True)
class Exceptional:
    """Other hours on some days in a row; none at all when the office is closed."""

    begins_on: date
    ends_on: date
    spans: Sequence[Span]
    reason: str


@dataclass(frozen=True)
class Day:
    """The hours of one day and why they are as they are."""

    on: date
    spans: tuple[Span, ...] = ()
    kind: DayKind = DayKind.WEEKLY
    reason: str = ""


@dataclass(frozen=True)
class Timetable:
    """Everything that decides when one office is open."""

    weeks: Sequence[Week] = ()
    exceptions: Sequence[Exceptional] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.weeks)

    def week(self, on: date) -> Week | None:
        """The week in force: one with days of its own before the usual one."""
        in_force = [week for week in self.weeks if week.holds(on)]
        return next((week for week in in_force if not week.is_usual), in_force[0] if in_force else None)

    def day(self, on: date) -> Day:
        """What holds on a day: an exception before a holiday, a holiday before the week."""
        for exception in self.exceptions:
            if exception.begins_on <= on <= exception.ends_on:
                return Day(on, tuple(exception.spans), DayKind.EXCEPTION, exception.reason)
        if on in self.holidays:
            return Day(on, (), DayKind.HOLIDAY, self.holidays[on])
        week = self.week(on)
        return Day(on, tuple(week.days[on.weekday()]) if week else ())


@dataclass(frozen=True)
class State:
    """Whether an office is open at a moment, until when, and when it opens next."""

    kind: StateKind
    until: datetime
    """When something else holds: it closes, opens, or a new day begins."""
    opens_at: datetime | None = None
    """The next opening; None while it is open, and when none is known."""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return self.kind is StateKind.OPEN


def state_at(timetable: Timetable, moment: datetime) -> State:
    """The state of an office with this timetable at an aware `moment`."""
    now = moment.astimezone(VIETNAM)
    today = timetable.day(now.date())
    for opens, closes in today.spans:
        if _at(today.on, opens) <= now < _at(today.on, closes):
            return State(StateKind.OPEN, _end_of_run(today, closes), reason=today.reason)
    opens_at = next_opening(timetable, now)
    until = _at(today.on + timedelta(days=1), time.min)
    if opens_at is not None and opens_at.date() == today.on:
        return State(_pause(today, now), opens_at, opens_at, today.reason)
    return State(_closed(today), until, opens_at, today.reason)


def next_opening(timetable: Timetable, moment: datetime) -> datetime | None:
    """The first opening after `moment` within HORIZON_DAYS."""
    now = moment.astimezone(VIETNAM)
    for ahead in range(HORIZON_DAYS + 1):
        day = timetable.day(now.date() + timedelta(days=ahead))
        for opens, _closes in day.spans:
            if _at(day.on, opens) > now:
                return _at(day.on, opens)
    return None


def states_from(timetable: Timetable, moment: datetime, most: int) -> Iterator[State]:
    """The state at `moment` and those that follow it, each from where the one before ends."""
    for _ in range(most):
        state = state_at(timetable, moment)
        yield state
        moment = state.until


def days_of(timetable: Timetable, first: date, count: int = 7) -> list[Day]:
    """The hours of `count` days from `first` on."""
    return [timetable.day(first + timedelta(days=ahead)) for ahead in range(count)]


def _at(on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, VIETNAM)


def _end_of_run(day: Day, closes: time) -> datetime:
    """When the office closes that is open now: a span that begins where another ends is one with it."""
    for begins, ends in day.spans:
        if begins == closes:
            closes = ends
    return _at(day.on, closes)


def _pause(day: Day, now: datetime) -> StateKind:
    """Why it is closed and opens again today."""
    for (_, closes), (opens, _closes) in pairwise(day.spans):
        if _at(day.on, closes) <= now < _at(day.on, opens):
            return StateKind.LUNCH if closes <= NOON <= opens else StateKind.BREAK
    return StateKind.NOT_YET


def _closed(day: Day) -> StateKind:
    if day.spans:
        return StateKind.CLOSED
    if day.kind is DayKind.HOLIDAY:
        return StateKind.HOLIDAY
    return StateKind.DAY_OFF if day.kind is DayKind.EXCEPTION else StateKind.CLOSED
