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
CountKey = tuple[int, int, Dimension, str]  # commune, hour since 1970, dimension, value
ShareKey = tuple[int, date, Dimension, str]  # commune, day, dimension, value


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

    values: defaultdict[tuple[int, date, Dimension], set[str]] = field(default_factory=lambda: defaultdict(set))

    def forget_before(self, day: date) -> None:
        for key in [key for key in self.values if key[1] < day]:
            del self.values[key]


class Days:
    """The numbers a batch adds to days and hours; each key begins with the commune."""

    def __init__(self) -> None:
        self.totals: defaultdict[tuple[int, date], Counter[str]] = defaultdict(Counter)
        self.shares: Counter[ShareKey] = Counter()
        self.page_hours: Counter[tuple[int, int, str]] = Counter()
        self.hours: defaultdict[tuple[int, int], Counter[str]] = defaultdict(Counter)  # visitors and visits


def decide_alone(cursor: Any) -> None:
    """Wait until no other process decides what is let in; lasts until the end of the transaction."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADMISSION_LOCK])


def kept_apart(cursor: Any, wanted: set[ShareKey], known: KnownValues) -> set[ShareKey]:
    """Which of the values anyone can invent get a row of their own; the others join REST."""
    unknown: defaultdict[tuple[int, date, Dimension], set[str]] = defaultdict(set)
    for commune, day, dimension, value in wanted:
        if is_capped(dimension, value) and value not in known.values[commune, day, dimension]:
            unknown[commune, day, dimension].add(value)
    kept = set(wanted)
    if not unknown:
        return kept
    decide_alone(cursor)
    stored = _stored_values(cursor, unknown)
    for (commune, day, dimension), values in unknown.items():
        present = stored[commune, day, dimension]
        room = max(0, VALUE_CAPS[dimension] - len(present))
        kept -= {(commune, day, dimension, value) for value in sorted(values - present)[room:]}
    return kept


def _stored_values(
    cursor: Any, asked: Iterable[tuple[int, date, Dimension]]
) -> defaultdict[tuple[int, date, Dimension], set[str]]:
    """The values that can be invented and have a row of their own."""
    ordered = sorted(asked)
    cursor.execute(
        """
        SELECT commune_id, day, dimension, value
        FROM unnest(%s::bigint[], %s::date[], %s::smallint[]) AS asked (commune_id, day, dimension)
        JOIN visitors_dayshare USING (commune_id, day, dimension)
        """,
        [
            array(commune for commune, _, _ in ordered),
            array(day for _, day, _ in ordered),
            array(int(dimension) for _, _, dimension in ordered),
        ],
    )
    stored: defaultdict[tuple[int, date, Dimension], set[str]] = defaultdict(set)
    for commune, day, dimension, value in cursor.fetchall():
        if is_capped(Dimension(dimension), value):
            stored[commune, day, Dimension(dimension)].add(value)
    return stored


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
    for (commune, hour, dimension, value), number in counts.items():
        day = day_of_hour(hour)
        days.shares[commune, day, dimension, value] += number
        if dimension == Dimension.PAGE:
            days.totals[commune, day]["views"] += number
            days.shares[commune, day, Dimension.HOUR, weekday_and_hour(hour)] += number
            days.page_hours[commune, hour, value] += number
        elif dimension == Dimension.BOT:
            days.totals[commune, day]["bot_requests"] += number
        elif (dimension, value) == (Dimension.EXCLUDED, STAFF):
            days.totals[commune, day]["staff_views"] += number


def upsert_rollups(cursor: Any, days: Days, kept: set[ShareKey]) -> Iterable[ShareKey]:
    """Add to days, shares and hours; returns the shares written."""
    shares: Counter[ShareKey] = Counter()
    for key, number in days.shares.items():
        shares[key if key in kept else (*key[:3], REST)] += number
    page_hours: Counter[tuple[int, int, str]] = Counter()
    for (commune, hour, page), number in days.page_hours.items():
        is_kept = (commune, day_of_hour(hour), Dimension.PAGE, page) in kept
        page_hours[commune, hour, page if is_kept else REST] += number
    _add_to_days(cursor, sorted(days.totals.items()))
    _add_to_shares(cursor, sorted(shares.items()))
    _add_to_page_hours(cursor, sorted(page_hours.items()))
    _add_to_hours(cursor, sorted(days.hours.items()))
    return shares


def _add_to_days(cursor: Any, rows: list[tuple[tuple[int, date], Counter[str]]]) -> None:
    columns = ("visitors", "visits", "views", "staff_views", "bot_requests")
    if rows:
        cursor.execute(
            f"""
            INSERT INTO visitors_day AS d (commune_id, day, {", ".join(columns)})
            SELECT * FROM unnest(%s::bigint[], %s::date[]{", %s::bigint[]" * len(columns)})
            ON CONFLICT (commune_id, day) DO UPDATE
            SET {", ".join(f"{name} = d.{name} + excluded.{name}" for name in columns)}
            """,
            [
                array(commune for (commune, _), _ in rows),
                array(day for (_, day), _ in rows),
                *(array(totals[name] for _, totals in rows) for name in columns),
            ],
        )


def _add_to_shares(cursor: Any, rows: list[tuple[ShareKey, int]]) -> None:
    if rows:
        cursor.execute(
            """
            INSERT INTO visitors_dayshare AS s (commune_id, day, dimension, value, total)
            SELECT * FROM unnest(%s::bigint[], %s::date[], %s::smallint[], %s::text[], %s::bigint[])
            ON CONFLICT (commune_id, day, dimension, value) DO UPDATE SET total = s.total + excluded.total
            """,
            [
                array(commune for (commune, _, _, _), _ in rows),
                array(day for (_, day, _, _), _ in rows),
                array(int(dimension) for (_, _, dimension, _), _ in rows),
                [value for (_, _, _, value), _ in rows],
                array(number for _, number in rows),
            ],
        )


def _add_to_page_hours(cursor: Any, rows: list[tuple[tuple[int, int, str], int]]) -> None:
    if rows:
        cursor.execute(
            """
            INSERT INTO visitors_pagehour AS h (commune_id, hour_at, page, views)
            SELECT commune, to_timestamp(hour), page, views
            FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[]) AS t (commune, hour, page, views)
            ON CONFLICT (commune_id, hour_at, page) DO UPDATE SET views = h.views + excluded.views
            """,
            [
                array(commune for (commune, _, _), _ in rows),
                array(hour * HOUR for (_, hour, _), _ in rows),
                [page for (_, _, page), _ in rows],
                array(number for _, number in rows),
            ],
        )


def _add_to_hours(cursor: Any, rows: list[tuple[tuple[int, int], Counter[str]]]) -> None:
    if rows:
        cursor.execute(
            """
            INSERT INTO visitors_hour AS h (commune_id, hour_at, visitors, visits)
            SELECT commune, to_timestamp(hour), visitors, visits
            FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS t (commune, hour, visitors, visits)
            ON CONFLICT (commune_id, hour_at) DO UPDATE SET visitors = h.visitors + excluded.visitors,
                visits = h.visits + excluded.visits
            """,
            [
                array(commune for (commune, _), _ in rows),
                array(hour * HOUR for (_, hour), _ in rows),
                array(totals["visitors"] for _, totals in rows),
                array(totals["visits"] for _, totals in rows),
            ],
        )


def array(values: Iterable[object]) -> str:
    """A PostgreSQL array of plain numbers, days or flags; parsed far faster than ARRAY[...]."""
    return "{" + ",".join(map(str, values)) + "}"
