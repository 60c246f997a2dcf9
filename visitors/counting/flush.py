"""Writing one batch of counts, exactly once, in one transaction.

Rows are locked in one order by every process (own writer row, presence by visitor, seen by day and
visitor, rollups by key), so that no two flushes can wait for each other in a circle. Whatever has
to be decided for all processes together (who still fits into a network, which new page is kept
apart) is decided under one advisory lock, taken before any shared row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from visitors.calendar import day_of
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
# Processes that may decide at the same moment without asking each other, see `_refuse_surplus`.
UNASKED_PROCESSES = 16
CROWDED = "network"


@dataclass(slots=True)
class Touch:
    """A visitor's signs of life in one batch; times in seconds since 1970."""

    first: float
    last: float
    network: int
    twin: int | None
    is_staff: bool
    arrival: Arrival | None
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
        for number in _refuse_surplus(cursor, batch, rows):
            days.shares[day_of(rows.pop(number).touch.last), Dimension.EXCLUDED, CROWDED] += 1
        add_counts(days, batch.counts)
        kept = kept_apart(cursor, {*days.shares, *_possible_shares(rows.values())}, known)
        for number in _upsert_presence(cursor, batch, rows):
            _add_visit(days, rows[number].touch)
        _count_visitors(cursor, days, batch, rows)
        written = upsert_rollups(cursor, days, kept)
    for day, dimension, value in written:
        if is_capped(dimension, value):
            known.values[day, dimension].add(value)
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
    asked = [visitor for visitor, touch in batch.touches.items() if touch.number is None]
    twins = [touch.twin for touch in batch.touches.values() if touch.twin is not None and touch.number is None]
    last_seen: dict[int, float] = {}
    if asked:
        cursor.execute(
            "SELECT visitor, extract(epoch FROM last_seen_at)::float8 FROM visitors_presence"
            " WHERE visitor = ANY(%s::bigint[])",
            [array(asked + twins)],
        )
        last_seen = dict(cursor.fetchall())
    rows: dict[int, _Row] = {}
    for visitor, touch in batch.touches.items():
        number = visitor if touch.number is None else touch.number
        if touch.twin in last_seen and touch.first - last_seen[touch.twin] < VISIT_SECONDS:
            number = touch.twin
        rows[number] = _Row(touch, visitor, last_seen.get(number))
    return rows


def _refuse_surplus(cursor: Any, batch: Batch, rows: dict[int, _Row]) -> set[int]:
    """Who does not fit under the cap of the own network; staff and those already online always do.

    The count is exact for all processes together: as long as every process that decides alone adds
    at most a sixteenth of the cap, sixteen of them stay below it; whoever adds more asks in turn.
    """
    arriving: defaultdict[int, list[int]] = defaultdict(list)
    for number, row in rows.items():
        is_online = row.last_seen is not None and row.touch.first - row.last_seen < ONLINE_SECONDS
        if not (row.touch.number is not None or row.touch.is_staff or is_online):
            arriving[row.touch.network].append(number)
    if not arriving:
        return set()
    online = _online_by_network(cursor, arriving.keys(), batch.moment)
    crowded = [
        network
        for network, numbers in arriving.items()
        if online.get(network, 0) + len(numbers) * UNASKED_PROCESSES > NETWORK_CAP
    ]
    if not crowded:
        return set()
    decide_alone(cursor)
    online = _online_by_network(cursor, crowded, batch.moment)
    refused: set[int] = set()
    for network in crowded:
        room = max(0, NETWORK_CAP - online.get(network, 0))
        refused.update(sorted(arriving[network], key=lambda number: rows[number].touch.first)[room:])
    return refused


def _online_by_network(cursor: Any, networks: Iterable[int], moment: float) -> dict[int, int]:
    cursor.execute(
        "SELECT network, count(*) FROM visitors_presence"
        " WHERE network = ANY(%s::bigint[]) AND NOT is_staff AND last_seen_at > to_timestamp(%s) GROUP BY network",
        [array(networks), moment - ONLINE_SECONDS],
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
            INSERT INTO visitors_presence AS p (visitor, network, is_staff, visit, visit_began_at, last_seen_at)
            SELECT visitor, network, is_staff, visit, to_timestamp(began), to_timestamp(seen)
            FROM unnest(%s::bigint[], %s::bigint[], %s::bool[], %s::bigint[], %s::float8[], %s::float8[])
                AS t (visitor, network, is_staff, visit, began, seen)
            ORDER BY visitor
            ON CONFLICT (visitor) DO UPDATE SET
                last_seen_at = excluded.last_seen_at,
                is_staff = excluded.is_staff,
                visit = CASE WHEN excluded.visit_began_at >= p.last_seen_at + make_interval(secs => %s)
                    THEN excluded.visit ELSE p.visit END,
                visit_began_at = CASE WHEN excluded.visit_began_at >= p.last_seen_at + make_interval(secs => %s)
                    THEN excluded.visit_began_at ELSE p.visit_began_at END
            WHERE p.last_seen_at < excluded.last_seen_at
            RETURNING visitor, visit
        )
        SELECT visitor FROM touched WHERE visit = %s
        """,
        [
            array(rows),
            array(touch.network for touch in touches),
            array("t" if touch.is_staff else "f" for touch in touches),
            array(token if touch.number is None else 0 for touch in touches),
            array(touch.first for touch in touches),
            array(touch.last for touch in touches),
            VISIT_SECONDS,
            VISIT_SECONDS,
            token,
        ],
    )
    return [visitor for (visitor,) in cursor.fetchall()]


def _token(batch: Batch) -> int:
    """A number no other batch of any process has, as far as 63 random bits go."""
    return (batch.process + batch.sequence) % 2**63 or 1


def _count_visitors(cursor: Any, days: Days, batch: Batch, rows: dict[int, _Row]) -> None:
    """Add those who are here for the first time today, under either salt."""
    pairs: dict[tuple[date, int], int | None] = {}
    for row in rows.values():
        touch = row.touch
        if touch.is_staff:
            continue
        if row.visitor not in batch.known:
            pairs[day_of(touch.last), row.visitor] = touch.twin
        if day_of(touch.first) != day_of(touch.last):
            pairs[day_of(touch.first), row.visitor] = touch.twin
    if not pairs:
        return
    cursor.execute(
        """
        WITH arrived AS (
            INSERT INTO visitors_seen (day, visitor)
            SELECT day, visitor FROM unnest(%s::date[], %s::bigint[]) AS t (day, visitor) ORDER BY day, visitor
            ON CONFLICT DO NOTHING
            RETURNING day, visitor
        )
        SELECT day, count(*) FROM arrived
        JOIN unnest(%s::date[], %s::bigint[], %s::bigint[]) AS t (day, visitor, twin) USING (day, visitor)
        WHERE twin IS NULL OR NOT EXISTS (
            SELECT FROM visitors_seen s WHERE s.day = arrived.day AND s.visitor = t.twin
        )
        GROUP BY day
        """,
        [
            array(day for day, _ in pairs),
            array(visitor for _, visitor in pairs),
            array(day for day, _ in pairs),
            array(visitor for _, visitor in pairs),
            array("NULL" if twin is None else twin for twin in pairs.values()),
        ],
    )
    for day, count in cursor.fetchall():
        days.totals[day]["visitors"] += count


def _possible_shares(rows: Iterable[_Row]) -> Iterable[ShareKey]:
    """What the visits would add that may turn out to begin in this batch."""
    for row in rows:
        if row.touch.arrival and row.touch.number is None:
            day = day_of(row.touch.first)
            yield from ((day, *share) for share in shares_of(row.touch.arrival))


def _add_visit(days: Days, touch: Touch) -> None:
    if touch.is_staff:
        return
    day = day_of(touch.first)
    days.totals[day]["visits"] += 1
    if touch.arrival:
        days.shares.update((day, *share) for share in shares_of(touch.arrival))
