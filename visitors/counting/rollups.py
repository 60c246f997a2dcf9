"""The numbers of days and hours, and which of them get a row of their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from visitors.calendar import HOUR, day_of_hour, weekday_and_hour
from visitors.counting.pages import REST, is_path
from visitors.models import Dimension

# The values anyone can invent, and how many of each are kept apart a day.
VALUE_CAPS = {
    Dimension.PAGE: 200,
    Dimension.ENTRY: 200,
    Dimension.REFERRER: 500,
    Dimension.BOT: 300,
    Dimension.LANGUAGE: 50,
}
ADMISSION_LOCK = 7_605_641
STAFF = "staff"
CountKey = tuple[int, Dimension, str]  # hour since 1970, dimension, value
ShareKey = tuple[date, Dimension, str]


class Arrival(NamedTuple):
    """What a page view tells of the visit it may begin."""

    entry: str
    source: str
    referrer: str
    device: str
    browser: str
    system: str
    language: str


@dataclass
class KnownValues:
    """The values a process knows to be kept apart; saves asking the database for each batch."""

    values: defaultdict[tuple[date, Dimension], set[str]] = field(default_factory=lambda: defaultdict(set))

    def forget_before(self, day: date) -> None:
        for key in [key for key in self.values if key[0] < day]:
            del self.values[key]


class Days:
    """The numbers a batch adds to days and hours."""

    def __init__(self) -> None:
        self.totals: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self.shares: Counter[ShareKey] = Counter()
        self.page_hours: Counter[tuple[int, str]] = Counter()
        self.hours: defaultdict[int, Counter[str]] = defaultdict(Counter)  # visitors and visits by hour since 1970


def decide_alone(cursor: Any) -> None:
    """Wait until no other process decides what is let in; lasts until the end of the transaction."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADMISSION_LOCK])


def kept_apart(cursor: Any, wanted: set[ShareKey], known: KnownValues) -> set[ShareKey]:
    """Which of the values anyone can invent get a row of their own; the others join REST."""
    unknown: defaultdict[tuple[date, Dimension], set[str]] = defaultdict(set)
    for day, dimension, value in wanted:
        if is_capped(dimension, value) and value not in known.values[day, dimension]:
            unknown[day, dimension].add(value)
    kept = set(wanted)
    if unknown:
        decide_alone(cursor)
    for (day, dimension), values in sorted(unknown.items()):
        cursor.execute("SELECT value FROM visitors_dayshare WHERE day = %s AND dimension = %s", [day, dimension])
        stored = {value for (value,) in cursor.fetchall() if is_capped(dimension, value)}
        room = max(0, VALUE_CAPS[dimension] - len(stored))
        kept -= {(day, dimension, value) for value in sorted(values - stored)[room:]}
    return kept


def is_capped(dimension: Dimension, value: str) -> bool:
    """Signed page keys exist for certain and closed lists cannot grow: only the rest needs a cap."""
    if dimension in (Dimension.PAGE, Dimension.ENTRY):
        return is_path(value)
    return dimension in VALUE_CAPS and value != REST


def shares_of(arrival: Arrival) -> Iterable[tuple[Dimension, str]]:
    """The shares one visit adds to its day, one each."""
    yield Dimension.ENTRY, arrival.entry
    yield Dimension.SOURCE, arrival.source
    if arrival.referrer:
        yield Dimension.REFERRER, arrival.referrer
    yield Dimension.DEVICE, arrival.device
    yield Dimension.BROWSER, arrival.browser
    yield Dimension.SYSTEM, arrival.system
    yield Dimension.LANGUAGE, arrival.language


def add_counts(days: Days, counts: Counter[CountKey]) -> None:
    """Add page views, bots and what was set aside to their days, and pages to their hours."""
    for (hour, dimension, value), number in counts.items():
        day = day_of_hour(hour)
        days.shares[day, dimension, value] += number
        if dimension == Dimension.PAGE:
            days.totals[day]["views"] += number
            days.shares[day, Dimension.HOUR, weekday_and_hour(hour)] += number
            days.page_hours[hour, value] += number
        elif dimension == Dimension.BOT:
            days.totals[day]["bot_requests"] += number
        elif (dimension, value) == (Dimension.EXCLUDED, STAFF):
            days.totals[day]["staff_views"] += number


def upsert_rollups(cursor: Any, days: Days, kept: set[ShareKey]) -> Iterable[ShareKey]:
    """Add to days, shares and hours; returns the shares written."""
    shares: Counter[ShareKey] = Counter()
    for (day, dimension, value), number in days.shares.items():
        shares[day, dimension, value if (day, dimension, value) in kept else REST] += number
    page_hours: Counter[tuple[int, str]] = Counter()
    for (hour, page), number in days.page_hours.items():
        page_hours[hour, page if (day_of_hour(hour), Dimension.PAGE, page) in kept else REST] += number
    columns = ("visitors", "visits", "views", "staff_views", "bot_requests")
    for day, totals in sorted(days.totals.items()):
        cursor.execute(
            f"""
            INSERT INTO visitors_day AS d (day, {", ".join(columns)}) VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (day) DO UPDATE SET {", ".join(f"{name} = d.{name} + excluded.{name}" for name in columns)}
            """,
            [day, *(totals[name] for name in columns)],
        )
    if shares:
        ordered = sorted(shares.items())
        cursor.execute(
            """
            INSERT INTO visitors_dayshare AS s (day, dimension, value, total)
            SELECT * FROM unnest(%s::date[], %s::smallint[], %s::text[], %s::bigint[])
            ON CONFLICT (day, dimension, value) DO UPDATE SET total = s.total + excluded.total
            """,
            [
                array(day for (day, _, _), _ in ordered),
                array(int(dimension) for (_, dimension, _), _ in ordered),
                [value for (_, _, value), _ in ordered],
                array(number for _, number in ordered),
            ],
        )
    if page_hours:
        ordered_hours = sorted(page_hours.items())
        cursor.execute(
            """
            INSERT INTO visitors_pagehour AS h (hour_at, page, views)
            SELECT to_timestamp(hour), page, views FROM unnest(%s::bigint[], %s::text[], %s::bigint[])
                AS t (hour, page, views)
            ON CONFLICT (hour_at, page) DO UPDATE SET views = h.views + excluded.views
            """,
            [
                array(hour * HOUR for (hour, _), _ in ordered_hours),
                [page for (_, page), _ in ordered_hours],
                array(number for _, number in ordered_hours),
            ],
        )
    if days.hours:
        ordered_totals = sorted(days.hours.items())
        cursor.execute(
            """
            INSERT INTO visitors_hour AS h (hour_at, visitors, visits)
            SELECT to_timestamp(hour), visitors, visits FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
                AS t (hour, visitors, visits)
            ON CONFLICT (hour_at) DO UPDATE SET visitors = h.visitors + excluded.visitors,
                visits = h.visits + excluded.visits
            """,
            [
                array(hour * HOUR for hour, _ in ordered_totals),
                array(totals["visitors"] for _, totals in ordered_totals),
                array(totals["visits"] for _, totals in ordered_totals),
            ],
        )
    return shares


def array(values: Iterable[object]) -> str:
    """A PostgreSQL array of plain numbers, days or flags; parsed far faster than ARRAY[...]."""
    return "{" + ",".join(map(str, values)) + "}"
