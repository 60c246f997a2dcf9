"""On which days a person receives citizens: a rule, less the days off, changed by absences. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from schedules.rules.hours import Span
from vietnamese import VIETNAM

Who = TypeVar("Who")
LAST = -1


class Rhythm(Enum):
    WEEKLY = "weekly"  # every week on a weekday
    NTH_WEEKDAY = "nth_weekday"  # the first, …, fourth or last of that weekday in a month
    DAY_OF_MONTH = "day_of_month"  # a month without that day (the 31st) is left out


@dataclass(frozen=True)
class Rule:
    """Which days are days of reception. Weekdays count from Monday = 0."""

    rhythm: Rhythm
    weekday: int | None = None
    nth: int | None = None
    day: int | None = None
    begins_on: date | None = None
    ends_on: date | None = None

    def falls_on(self, on: date) -> bool:
        if (self.begins_on and on < self.begins_on) or (self.ends_on and on > self.ends_on):
            return False
        if self.rhythm is Rhythm.DAY_OF_MONTH:
            return on.day == self.day
        if on.weekday() != self.weekday:
            return False
        return self.rhythm is Rhythm.WEEKLY or self.nth in (_nth(on), LAST if _is_last(on) else None)


@dataclass(frozen=True)
class Absence:
    """The person is away on a day of the rule: somebody else receives, or it is another day, or nobody does."""

    on: date
    deputy: str = ""
    moved_to: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Meeting(Generic[Who]):
    """One day of reception."""

    on: date
    spans: tuple[Span, ...]
    who: Who
    """The person whose day it is."""
    deputy: str = ""
    moved_from: date | None = None
    is_cancelled: bool = False
    reason: str = ""

    def ends_at(self) -> datetime:
        """When the last hours of the day are over."""
        return datetime.combine(self.on, max(closes for _opens, closes in self.spans), VIETNAM)

    def begins_at(self) -> datetime:
        return datetime.combine(self.on, min(opens for opens, _closes in self.spans), VIETNAM)


def days_of(rule: Rule, first: date, last: date) -> Iterator[date]:
    """The days of the rule from `first` to `last`, both included."""
    for ahead in range((last - first).days + 1):
        if rule.falls_on(day := first + timedelta(days=ahead)):
            yield day


def meetings_of(
    who: Who,
    rule: Rule,
    spans: Sequence[Span],
    absences: Iterable[Absence],
    days_off: Collection[date],
    first: date,
    last: date,
) -> list[Meeting[Who]]:
    """The days from `first` to `last` on which citizens are received, or would have been: cancelled ones are among them.

    None is on a day off, unless it was moved there on purpose; a day of the rule that is off is left out.
    """
    away = {absence.on: absence for absence in absences}
    found = []
    for on in days_of(rule, first, last):
        absence = away.get(on)
        if on in days_off or (absence and absence.moved_to):
            continue
        found.append(
            Meeting(
                on,
                tuple(spans),
                who,
                deputy=absence.deputy if absence else "",
                is_cancelled=absence is not None and not absence.deputy,
                reason=absence.reason if absence else "",
            )
        )
    for absence in away.values():
        moved = absence.moved_to
        if moved and first <= moved <= last and moved not in days_off:
            found.append(
                Meeting(moved, tuple(spans), who, deputy=absence.deputy, moved_from=absence.on, reason=absence.reason)
            )
    return sorted(found, key=lambda meeting: meeting.on)


def in_order(meetings: Iterable[Meeting[Who]]) -> list[Meeting[Who]]:
    """Those of several people by day and hour."""
    return sorted(meetings, key=lambda meeting: meeting.begins_at())


def next_of(meetings: Iterable[Meeting[Who]], moment: datetime) -> Meeting[Who] | None:
    """The first that takes place and is not over at `moment`."""
    coming = [meeting for meeting in in_order(meetings) if not meeting.is_cancelled and meeting.ends_at() > moment]
    return coming[0] if coming else None


def _nth(on: date) -> int:
    return (on.day - 1) // 7 + 1


def _is_last(on: date) -> bool:
    return (on + timedelta(days=7)).month != on.month
