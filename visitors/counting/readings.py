"""Which page views count: the first of a page by a person, and again after half an hour."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

from visitors.counting.rollups import array


class Reading(NamedTuple):
    """A person has opened a page; `number` stands for the two of them together."""

    number: int
    commune: int
    network: int
    page: str
    moment: float


def reading_number(visitor: int, page: str) -> int:
    """A signed 64-bit number of a person and a page. The person's is keyed already, this adds no secret."""
    digest = blake2b(page.encode(), digest_size=8, key=visitor.to_bytes(8, "big", signed=True)).digest()
    return int.from_bytes(digest, "big", signed=True)


def note_readings(cursor: Any, readings: Iterable[Reading], span: float, latest: float) -> set[int]:
    """Write down who has opened what; returns the numbers of those that count.

    A page opened again within `span` seconds of the view that counted does not. What is noted for a
    moment after `latest` (seconds since 1970) was written by a wrong clock and forgotten.
    """
    ordered = sorted(readings)
    if not ordered:
        return set()
    cursor.execute(
        """
        INSERT INTO visitors_reading AS r (commune_id, reading, counted_at)
        SELECT commune, reading, to_timestamp(counted)
        FROM unnest(%(communes)s::bigint[], %(numbers)s::bigint[], %(moments)s::float8[]) AS t (commune, reading, counted)
        ON CONFLICT (commune_id, reading) DO UPDATE SET counted_at = excluded.counted_at
        WHERE excluded.counted_at >= r.counted_at + make_interval(secs => %(span)s)
            OR r.counted_at > to_timestamp(%(latest)s)
        RETURNING reading
        """,
        {
            "communes": array(reading.commune for reading in ordered),
            "numbers": array(reading.number for reading in ordered),
            "moments": array(reading.moment for reading in ordered),
            "span": span,
            "latest": latest,
        },
    )
    return {number for (number,) in cursor.fetchall()}
