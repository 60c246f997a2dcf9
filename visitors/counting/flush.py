"""Writing one batch of counts, exactly once, in one transaction.

Rows are locked in one order by every process (own writer row, presence by visitor, seen by day and
visitor, rollups by key; the commune first in each), so that no two flushes can wait for each other in a circle. Whatever has
to be decided for all processes together (who still fits into a network, which new page is kept
apart) is decided under one advisory lock, taken before any shared row.

A batch holds the visitors of all communes. Their numbers, and those of their networks, are hashes that
name the commune, so one number is enough to tell them apart here; the tables have the commune beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from visitors.calendar import HOUR, day_of, weekday_and_hour
from visitors.counting import networks
from visitors.counting.networks import NOTHING, Traces, Usage
from visitors.counting.pages import REST
from visitors.counting.readings import Reading, note_readings, reading_number
from visitors.counting.rollups import (
    Arrival,
    CountKey,
    Days,
    KnownValues,
    ShareKey,
    add_counts,
    array,
    decide_alone,
    is_capped,
    kept_apart,
    shares_of,
    upsert_rollups,
)
from visitors.models import Dimension

ONLINE_SECONDS = 300  # the published definition of "online"
VISIT_SECONDS = 1800  # a visit ends after half an hour without a sign
# So many people may be online at once from one neighbourhood (an IPv4 /24 or IPv6 /48). Ten times
# what the largest office needs, and far from what forged user agents could otherwise add.
NETWORK_CAP = 500
# So many different people, and views of pages, count from one neighbourhood in the life of a salt (a day
# from 03:30). A carrier that puts a commune behind one neighbourhood stays below; who invents a
# browser for each request reaches it once, not every five minutes.
NETWORK_VISITORS = 2000
NETWORK_VIEWS = 20_000
# A page that the same person opens again within this time is one view.
READING_SECONDS = 1800
# Machines of one portal may differ by so much; what lies further ahead was written by a wrong clock.
CLOCK_TOLERANCE = 60
# Processes that may decide at the same moment without asking each other, see `_refuse_surplus`.
UNASKED_PROCESSES = 16
CROWDED = "network"
REPEATED = "repeated"
STRUCK = "struck"


@dataclass(slots=True)
class Touch:
    """A visitor's signs of life in one batch; times in seconds since 1970."""

    commune: int
    first: float
    last: float
    network: int
    twin: int | None
    is_staff: bool
    arrival: Arrival | None
    views: dict[str, float] = field(default_factory=dict)  # page → when it was opened
    # Of a running visit known to this process: the number it has in the presence table.
    number: int | None = None


class Batch(NamedTuple):
    """What one flush writes. The same (process, sequence) is never written twice."""

    process: int
    sequence: int
    moment: float
    touches: dict[int, Touch]
    counts: Counter[CountKey]
    known: set[int]  # visitors this process has already written down today


def write(batch: Batch, known: KnownValues) -> dict[int, int]:
    """Write a batch; returns the number each visitor has in the presence table.

    Missing are those refused because their network is full. Raises DatabaseError. Writing the same
    batch again changes nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not _is_first_time(cursor, batch):
            return {}
        rows = _present(cursor, batch)
        days = Days()
        for number in _of_struck_networks(cursor, rows):
            _set_aside(days, rows.pop(number).touch, STRUCK)
        usage = networks.used_today(cursor, {row.touch.network: row.touch.commune for row in rows.values()})
        for number in _refuse_surplus(cursor, batch, rows, usage):
            _set_aside(days, rows.pop(number).touch, CROWDED)
        readings = _readings(days, rows, usage)
        add_counts(days, batch.counts)
        kept = kept_apart(cursor, {*days.shares, *_possible_shares(rows.values(), readings)}, known)
        traces = Traces()
        for number in _upsert_presence(cursor, batch, rows):
            _add_visit(days, traces, rows[number].touch)
        _count_visitors(cursor, days, traces, batch, rows)
        _count_views(cursor, days, traces, readings, batch.moment)
        written = upsert_rollups(cursor, days, kept)
        networks.write_traces(cursor, traces, kept)
    for commune, day, dimension, value in written:
        if is_capped(dimension, value):
            known.values[commune, day, dimension].add(value)
    return {row.visitor: number for number, row in rows.items()}


class _Row(NamedTuple):
    """A touch under the number it has in the presence table, which may be its twin's."""

    touch: Touch
    visitor: int  # as hashed under the salt of today
    last_seen: float | None  # what the presence table says, where it was asked


def _is_first_time(cursor: Any, batch: Batch) -> bool:
    cursor.execute(
        """
        INSERT INTO visitors_writer AS w (process, sequence, written_at) VALUES (%s, %s, to_timestamp(%s))
        ON CONFLICT (process) DO UPDATE SET sequence = excluded.sequence, written_at = excluded.written_at
        WHERE w.sequence < excluded.sequence
        """,
        [batch.process, batch.sequence, batch.moment],
    )
    return bool(cursor.rowcount == 1)


def _present(cursor: Any, batch: Batch) -> dict[int, _Row]:
    """The touches by presence number. A visit that began under yesterday's salt keeps its number."""
    asked = {visitor: touch.commune for visitor, touch in batch.touches.items() if touch.number is None}
    for touch in batch.touches.values():
        if touch.twin is not None and touch.number is None:
            asked[touch.twin] = touch.commune
    last_seen: dict[int, float] = {}
    if asked:
        cursor.execute(
            "SELECT visitor, extract(epoch FROM last_seen_at)::float8"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS asked (commune_id, visitor)"
            " JOIN visitors_presence USING (commune_id, visitor)",
            [array(asked.values()), array(asked)],
        )
        last_seen = dict(cursor.fetchall())
    rows: dict[int, _Row] = {}
    for visitor, touch in batch.touches.items():
        number = visitor if touch.number is None else touch.number
        if touch.twin in last_seen and touch.first - last_seen[touch.twin] < VISIT_SECONDS:
            number = touch.twin
        rows[number] = _Row(touch, visitor, last_seen.get(number))
    return rows


def _of_struck_networks(cursor: Any, rows: dict[int, _Row]) -> list[int]:
    struck = networks.struck(cursor)
    return [number for number, row in rows.items() if row.touch.network in struck and not row.touch.is_staff]


def _set_aside(days: Days, touch: Touch, reason: str) -> None:
    days.shares[touch.commune, day_of(touch.last), Dimension.EXCLUDED, reason] += max(1, len(touch.views))


def _refuse_surplus(cursor: Any, batch: Batch, rows: dict[int, _Row], usage: dict[int, Usage]) -> set[int]:
    """Who does not fit under the caps of the own network; staff and those already online always do.

    One cap is on the people online at once, the other on new people in the life of a salt: someone
    who has been here today is not new. The count is exact for all processes together: as long as every process that decides alone adds
    at most a sixteenth of the cap, sixteen of them stay below it; whoever adds more asks in turn.
    """
    arriving: defaultdict[int, list[int]] = defaultdict(list)
    for number, row in rows.items():
        is_online = row.last_seen is not None and row.touch.first - row.last_seen < ONLINE_SECONDS
        if not (row.touch.number is not None or row.touch.is_staff or is_online):
            arriving[row.touch.network].append(number)
    if not arriving:
        return set()
    communes = {network: rows[numbers[0]].touch.commune for network, numbers in arriving.items()}
    online = _online_by_network(cursor, communes, batch.moment)
    crowded = {
        network: communes[network]
        for network, numbers in arriving.items()
        if online.get(network, 0) + len(numbers) * UNASKED_PROCESSES > NETWORK_CAP
        or usage.get(network, NOTHING).visitors + len(numbers) * UNASKED_PROCESSES > NETWORK_VISITORS
    }
    if not crowded:
        return set()
    decide_alone(cursor)
    online = _online_by_network(cursor, crowded, batch.moment)
    usage = networks.used_today(cursor, crowded)
    returning = _seen_before(cursor, [rows[number] for network in crowded for number in arriving[network]])
    refused: set[int] = set()
    for network in crowded:
        places = NETWORK_CAP - online.get(network, 0)
        newcomers = NETWORK_VISITORS - usage.get(network, NOTHING).visitors
        for number in sorted(arriving[network], key=lambda number: rows[number].touch.first):
            is_new = rows[number].visitor not in returning
            if places <= 0 or (is_new and newcomers <= 0):
                refused.add(number)
                continue
            places -= 1
            newcomers -= is_new
    return refused


def _seen_before(cursor: Any, rows: list[_Row]) -> set[int]:
    """Which of the visitors have been here today, under either salt."""
    cursor.execute(
        """
        SELECT asked.visitor
        FROM unnest(%s::bigint[], %s::date[], %s::bigint[], %s::bigint[]) AS asked (commune_id, day, visitor, twin)
        WHERE EXISTS (
            SELECT FROM visitors_seen s WHERE s.commune_id = asked.commune_id AND s.day = asked.day
                AND s.visitor IN (asked.visitor, asked.twin)
        )
        """,
        [
            array(row.touch.commune for row in rows),
            array(day_of(row.touch.last) for row in rows),
            array(row.visitor for row in rows),
            array("NULL" if row.touch.twin is None else row.touch.twin for row in rows),
        ],
    )
    return {visitor for (visitor,) in cursor.fetchall()}


def _online_by_network(cursor: Any, asked: Mapping[int, int], moment: float) -> dict[int, int]:
    """How many are online from each network; `asked` says of which commune each is."""
    cursor.execute(
        "SELECT network, count(*) FROM unnest(%s::bigint[], %s::bigint[]) AS asked (commune_id, network)"
        " JOIN visitors_presence USING (commune_id, network)"
        " WHERE NOT is_staff AND last_seen_at > to_timestamp(%s) AND last_seen_at <= to_timestamp(%s) GROUP BY network",
        [array(asked.values()), array(asked), moment - ONLINE_SECONDS, moment + CLOCK_TOLERANCE],
    )
    return dict(cursor.fetchall())


def _upsert_presence(cursor: Any, batch: Batch, rows: dict[int, _Row]) -> list[int]:
    """Write who is here; returns those whose visit began in this batch and in no other process.

    `visit` is this batch's number where a visit may begin, 0 where it is known to continue.
    """
    if not rows:
        return []
    token = _token(batch)
    touches = [row.touch for row in rows.values()]
    cursor.execute(
        """
        WITH touched AS (
            INSERT INTO visitors_presence AS p
                (commune_id, visitor, network, is_staff, visit, visit_began_at, last_seen_at)
            SELECT commune, visitor, network, is_staff, visit, to_timestamp(began), to_timestamp(seen)
            FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bool[], %s::bigint[], %s::float8[], %s::float8[])
                AS t (commune, visitor, network, is_staff, visit, began, seen)
            ORDER BY commune, visitor
            ON CONFLICT (commune_id, visitor) DO UPDATE SET
                last_seen_at = excluded.last_seen_at,
                is_staff = excluded.is_staff,
                visit = CASE WHEN excluded.visit_began_at >= p.last_seen_at + make_interval(secs => %s)
                    THEN excluded.visit ELSE p.visit END,
                visit_began_at = CASE WHEN excluded.visit_began_at >= p.last_seen_at + make_interval(secs => %s)
                    THEN excluded.visit_began_at ELSE p.visit_began_at END
            WHERE p.last_seen_at < excluded.last_seen_at OR p.last_seen_at > to_timestamp(%s)
            RETURNING visitor, visit
        )
        SELECT visitor FROM touched WHERE visit = %s
        """,
        [
            array(touch.commune for touch in touches),
            array(rows),
            array(touch.network for touch in touches),
            array("t" if touch.is_staff else "f" for touch in touches),
            array(token if touch.number is None else 0 for touch in touches),
            array(touch.first for touch in touches),
            array(touch.last for touch in touches),
            VISIT_SECONDS,
            VISIT_SECONDS,
            batch.moment + CLOCK_TOLERANCE,
            token,
        ],
    )
    return [visitor for (visitor,) in cursor.fetchall()]


def _token(batch: Batch) -> int:
    """A number no other batch of any process has, as far as 63 random bits go."""
    return (batch.process + batch.sequence) % 2**63 or 1


def _count_visitors(cursor: Any, days: Days, traces: Traces, batch: Batch, rows: dict[int, _Row]) -> None:
    """Add those who are here for the first time today, under either salt."""
    arrived: dict[tuple[date, int], tuple[Touch, float]] = {}
    for row in rows.values():
        touch = row.touch
        if touch.is_staff:
            continue
        if row.visitor not in batch.known:
            arrived[day_of(touch.last), row.visitor] = touch, touch.last
        if day_of(touch.first) != day_of(touch.last):
            arrived[day_of(touch.first), row.visitor] = touch, touch.first
    if not arrived:
        return
    cursor.execute(
        """
        WITH arrived AS (
            INSERT INTO visitors_seen (commune_id, day, visitor)
            SELECT commune, day, visitor FROM unnest(%s::bigint[], %s::date[], %s::bigint[]) AS t (commune, day, visitor)
            ORDER BY commune, day, visitor
            ON CONFLICT DO NOTHING
            RETURNING commune_id, day, visitor
        )
        SELECT commune_id, day, network, hour, count(*) FROM arrived
        JOIN unnest(%s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
            AS t (day, visitor, twin, network, hour) USING (day, visitor)
        WHERE twin IS NULL OR NOT EXISTS (
            SELECT FROM visitors_seen s
            WHERE s.commune_id = arrived.commune_id AND s.day = arrived.day AND s.visitor = t.twin
        )
        GROUP BY commune_id, day, network, hour
        """,
        [
            array(touch.commune for touch, _ in arrived.values()),
            array(day for day, _ in arrived),
            array(visitor for _, visitor in arrived),
            array(day for day, _ in arrived),
            array(visitor for _, visitor in arrived),
            array("NULL" if touch.twin is None else touch.twin for touch, _ in arrived.values()),
            array(touch.network for touch, _ in arrived.values()),
            array(int(moment // HOUR) for _, moment in arrived.values()),
        ],
    )
    for commune, day, network, hour, count in cursor.fetchall():
        days.totals[commune, day]["visitors"] += count
        days.hours[commune, hour]["visitors"] += count
        traces[commune, network, hour, REST].visitors += count


def _readings(days: Days, rows: dict[int, _Row], usage: dict[int, Usage]) -> list[Reading]:
    """The page views of a batch, without those of networks that have had enough for today."""
    readings = []
    for number, row in rows.items():
        touch = row.touch
        if touch.views and usage.get(touch.network, NOTHING).views >= NETWORK_VIEWS:
            days.shares[touch.commune, day_of(touch.last), Dimension.EXCLUDED, CROWDED] += len(touch.views)
            continue
        readings += [
            Reading(reading_number(number, page), touch.commune, touch.network, page, moment)
            for page, moment in touch.views.items()
        ]
    return readings


def _count_views(cursor: Any, days: Days, traces: Traces, readings: list[Reading], moment: float) -> None:
    counted = note_readings(cursor, readings, READING_SECONDS, moment + CLOCK_TOLERANCE)
    views: Counter[CountKey] = Counter()
    for reading in readings:
        commune, hour = reading.commune, int(reading.moment // HOUR)
        if reading.number in counted:
            views[commune, hour, Dimension.PAGE, reading.page] += 1
            traces[commune, reading.network, hour, reading.page].views += 1
        else:
            views[commune, hour, Dimension.EXCLUDED, REPEATED] += 1
    add_counts(days, views)


def _possible_shares(rows: Iterable[_Row], readings: list[Reading]) -> Iterable[ShareKey]:
    """What the views would add, and the visits that may turn out to begin in this batch."""
    for reading in readings:
        commune, day, hour = reading.commune, day_of(reading.moment), int(reading.moment // HOUR)
        yield commune, day, Dimension.PAGE, reading.page
        yield commune, day, Dimension.HOUR, weekday_and_hour(hour)
        yield commune, day, Dimension.EXCLUDED, REPEATED
    for row in rows:
        if row.touch.arrival and row.touch.number is None:
            day = day_of(row.touch.first)
            yield from ((row.touch.commune, day, *share) for share in shares_of(row.touch.arrival))


def _add_visit(days: Days, traces: Traces, touch: Touch) -> None:
    if touch.is_staff:
        return
    commune, day, hour = touch.commune, day_of(touch.first), int(touch.first // HOUR)
    days.totals[commune, day]["visits"] += 1
    days.hours[commune, hour]["visits"] += 1
    traces[commune, touch.network, hour, REST].visits += 1
    if touch.arrival:
        days.shares.update((commune, day, *share) for share in shares_of(touch.arrival))
