"""What the public pages show: offices with their hours and state, receptions to come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from communes.models import Commune
from offices.models import Office
from schedules.models import HoursException, OpeningHours, Reception
from schedules.models.holiday import days_off
from schedules.models.reception import coming
from schedules.rules.hours import HORIZON_DAYS, Day, State, Timetable, days_of, state_at, states_from
from schedules.rules.meetings import Meeting, next_of
from schedules.words import hours_in_words, reason_of, state_in_words
from upkeep.believedtime import believed_now
from vietnamese import VIETNAM, format_near_date

# A page that is open in a browser, or that a cache shows while the portal is away, tells this many states to come.
STATES = 6
# Weekdays as schema.org names them.
SCHEMA_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RECEPTION_DAYS = 60


@dataclass(frozen=True)
class DayRow:
    """A line of the table of hours."""

    days: str
    hours: list[str]
    reason: str
    is_today: bool = False


@dataclass(frozen=True)
class OpenOffice:
    """An office with hours, at a moment."""

    office: Office
    timetable: Timetable
    at: datetime
    note: str = ""

    @cached_property
    def state(self) -> State:
        return state_at(self.timetable, self.at)

    @property
    def state_in_words(self) -> str:
        return state_in_words(self.state)

    @property
    def states(self) -> str:
        """This state and those that follow, for the browser: until when, in which words, open or not."""
        states = states_from(self.timetable, self.at, STATES)
        return json.dumps(
            [[state.until.isoformat(), state_in_words(state), state.is_open] for state in states], ensure_ascii=False
        )

    @property
    def today(self) -> Day:
        return self.timetable.day(self.at.astimezone(VIETNAM).date())

    @cached_property
    def rows(self) -> list[DayRow]:
        """The next seven days from today."""
        today = self.today.on
        return [
            DayRow(format_near_date(day.on), hours_in_words(day).split(", "), reason_of(day), day.on == today)
            for day in days_of(self.timetable, today)
        ]

    def structured(self, address: str) -> dict[str, Any]:
        """The office and its hours for search engines (schema.org): the week in force, and the days that differ."""
        today = self.today.on
        week = self.timetable.week(today)
        told: dict[str, Any] = {"@type": "GovernmentOffice", "name": self.office.name, "url": address}
        if self.office.address:
            told["address"] = self.office.address
        if self.office.telephone:
            told["telephone"] = self.office.telephone
        if week is not None:
            told["openingHoursSpecification"] = [
                {
                    "@type": "OpeningHoursSpecification",
                    "dayOfWeek": f"https://schema.org/{SCHEMA_DAYS[number]}",
                    "opens": f"{opens:%H:%M}",
                    "closes": f"{closes:%H:%M}",
                }
                | ({"validFrom": week.begins_on.isoformat()} if week.begins_on else {})
                | ({"validThrough": week.ends_on.isoformat()} if week.ends_on else {})
                for number, spans in enumerate(week.days)
                for opens, closes in spans
            ]
        special = [day for day in days_of(self.timetable, today, HORIZON_DAYS) if reason_of(day)]
        if special:
            told["specialOpeningHoursSpecification"] = [entry for day in special for entry in _special(day)]
        return told


def _special(day: Day) -> Iterable[dict[str, str]]:
    on = day.on.isoformat()
    for opens, closes in day.spans or [(None, None)]:
        yield {
            "@type": "OpeningHoursSpecification",
            "validFrom": on,
            "validThrough": on,
            "opens": f"{opens:%H:%M}" if opens else "00:00",
            "closes": f"{closes:%H:%M}" if closes else "00:00",
        }


def open_offices(commune: Commune, at: datetime | None = None, *, one_stop_only: bool = False) -> list[OpenOffice]:
    """The shown offices that have hours, the one-stop centre first; three queries."""
    at = at or believed_now()
    first = at.astimezone(VIETNAM).date()
    last = first + timedelta(days=HORIZON_DAYS)
    # The commune of the office as well: the plan then begins with the rows of one commune on both sides.
    hours = OpeningHours.objects.of(commune).over(first, last).filter(office__is_shown=True, office__commune=commune)
    if one_stop_only:
        hours = hours.filter(office__is_one_stop=True)
    by_office: dict[Office, list[OpeningHours]] = {}
    ordered = hours.select_related("office").order_by(
        "-office__is_one_stop", "office__position", "office_id", F("begins_on").asc(nulls_last=True)
    )
    for row in ordered:
        by_office.setdefault(row.office, []).append(row)
    if not by_office:
        return []
    exceptions = list(HoursException.objects.of(commune).over(first, last).filter(_of_offices(by_office)))
    off = days_off(commune, first, last)
    return [_open_office(office, rows, exceptions, off, at) for office, rows in by_office.items()]


def _of_offices(offices: Iterable[Office]) -> Q:
    return Q(office=None) | Q(office__in=[office.pk for office in offices])


def _open_office(
    office: Office,
    rows: Sequence[OpeningHours],
    exceptions: Sequence[HoursException],
    off: dict[date, str],
    at: datetime,
) -> OpenOffice:
    # What is said of the office itself comes before what is said of all.
    own = [row for row in exceptions if row.office_id == office.pk] + [row for row in exceptions if not row.office_id]
    weeks = [(row, row.week()) for row in rows]
    timetable = Timetable([week for _row, week in weeks], [row.exceptional() for row in own], off)
    in_force = timetable.week(at.astimezone(VIETNAM).date())
    note = next((row.note for row, week in weeks if week is in_force), "")
    return OpenOffice(office, timetable, at, note)


def one_stop(commune: Commune, at: datetime | None = None) -> OpenOffice | None:
    """The one-stop centre, when its hours are known."""
    offices = open_offices(commune, at, one_stop_only=True)
    return offices[0] if offices else None


def receptions(commune: Commune, at: datetime | None = None, days: int = RECEPTION_DAYS) -> list[Meeting[Reception]]:
    """The receptions that are not over, in order; those that are cancelled among them."""
    at = at or believed_now()
    return [m for m in coming(commune, at.astimezone(VIETNAM).date(), days) if m.ends_at() > at]


def next_reception(commune: Commune, at: datetime | None = None) -> Meeting[Reception] | None:
    at = at or believed_now()
    return next_of(coming(commune, at.astimezone(VIETNAM).date(), RECEPTION_DAYS), at)


def today(at: datetime | None = None) -> date:
    return timezone.localdate(at or believed_now(), VIETNAM)
