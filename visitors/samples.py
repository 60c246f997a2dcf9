"""How many were online at each minute: one row for a commune and day, whose lists begin at midnight and grow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from visitors.calendar import day_of, midnight_of, minute_of
from visitors.counting.rollups import array

MINUTE = 60  # seconds


def is_written(moment: float) -> bool:
    """Whether the minute of a moment (seconds since 1970) has its sample."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM communes_commune c JOIN visitors_minutesamples s ON s.commune_id = c.id"
            " WHERE s.day = %s AND s.online[%s] IS NOT NULL)",
            [day_of(moment), minute_of(moment) + 1],
        )
        found: bool = cursor.fetchone()[0]
    return found


def write(moment: float, counts: Mapping[int, tuple[int, int]]) -> None:
    """Write the sample of a minute, and new peaks of the day, for all communes in one statement.

    `counts` has the people and the staff online by commune; who is missing there has nobody online. A
    sample that is there stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sampled AS (
                INSERT INTO visitors_minutesamples AS s (commune_id, day, online, staff, struck)
                SELECT c.id, %(day)s, array_fill(NULL::int, ARRAY[%(minute)s]) || coalesce(people, 0),
                    array_fill(NULL::int, ARRAY[%(minute)s]) || coalesce(colleagues, 0), '{}'
                FROM communes_commune c
                LEFT JOIN unnest(%(communes)s::bigint[], %(online)s::int[], %(staff)s::int[])
                    AS counted (commune, people, colleagues) ON commune = c.id
                ORDER BY c.id
                ON CONFLICT (commune_id, day) DO UPDATE SET
                    online[%(place)s] = excluded.online[%(place)s], staff[%(place)s] = excluded.staff[%(place)s]
                WHERE s.online[%(place)s] IS NULL
                RETURNING commune_id, online[%(place)s] AS people
            )
            INSERT INTO visitors_day AS d (commune_id, day, peak_online, peak_at)
            SELECT commune_id, %(day)s, people, to_timestamp(%(moment)s) FROM sampled WHERE people > 0
            ON CONFLICT (commune_id, day) DO UPDATE
            SET peak_online = excluded.peak_online, peak_at = excluded.peak_at
            WHERE d.peak_online < excluded.peak_online
            """,
            {
                "day": day_of(moment),
                "minute": minute_of(moment),
                "place": minute_of(moment) + 1,  # a list of PostgreSQL begins at 1
                "moment": int(moment // MINUTE) * MINUTE,
                "communes": array(counts),
                "online": array(people for people, _ in counts.values()),
                "staff": array(staff for _, staff in counts.values()),
            },
        )


def newest() -> datetime | None:
    """The minute of the latest sample of all communes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT max(day::timestamp AT TIME ZONE %s + (cardinality(online) - 1) * interval '1 minute')
            FROM communes_commune c CROSS JOIN LATERAL (
                SELECT day, online FROM visitors_minutesamples WHERE commune_id = c.id ORDER BY day DESC LIMIT 1
            ) AS latest
            """,
            [settings.TIME_ZONE],
        )
        moment: datetime | None = cursor.fetchone()[0]
    return moment


def curve(commune: int, since: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """The highest sample of a commune in each ten minutes, without what was struck out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_bin('10 minutes', minute_at, 'epoch'::timestamptz) AS bin, max(people) FROM (
                SELECT people, day::timestamp AT TIME ZONE %s + (place - 1) * interval '1 minute' AS minute_at
                FROM visitors_minutesamples AS s CROSS JOIN unnest(online) WITH ORDINALITY AS m (people, place)
                WHERE commune_id = %s AND day BETWEEN %s AND %s
                    AND people IS NOT NULL AND NOT place - 1 = ANY(struck)
            ) AS samples
            WHERE minute_at >= %s AND minute_at < %s GROUP BY bin ORDER BY bin
            """,
            [settings.TIME_ZONE, commune, day_of(since.timestamp()), day_of(until.timestamp()), since, until],
        )
        samples: list[tuple[datetime, int]] = cursor.fetchall()
    return samples


def strike(commune: int, begins_at: datetime, ends_at: datetime) -> None:
    """Mark the samples from `begins_at` to before `ends_at`: kept, but no record and not drawn."""
    first, last = day_of(begins_at.timestamp()), day_of(ends_at.timestamp())
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE visitors_minutesamples AS s
            SET struck = ARRAY(
                SELECT minute FROM unnest(struck) AS minute
                UNION
                SELECT (place - 1)::smallint FROM unnest(online) WITH ORDINALITY AS m (people, place)
                WHERE people IS NOT NULL AND place - 1 >= span.first AND place - 1 < span.last
                ORDER BY 1
            )
            FROM unnest(%s::date[], %s::int[], %s::int[]) AS span (day, first, last)
            WHERE s.commune_id = %s AND s.day = span.day
            """,
            [
                array(days),
                array(_minutes_up_to(day, begins_at) for day in days),
                array(_minutes_up_to(day, ends_at) for day in days),
                commune,
            ],
        )


def _minutes_up_to(day: date, moment: datetime) -> int:
    """How many minutes of a day begin before a moment; negative for one before the day."""
    return -int(-(moment - midnight_of(day)).total_seconds() // MINUTE)


def recompute_peaks(commune: int, days: Iterable[date], moment: datetime) -> None:
    """Find the peaks anew on those of the days of which a sample is struck out; they are corrected at `moment`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE visitors_day AS d
            SET peak_online = coalesce(highest.people, 0), corrected_at = %s,
                peak_at = s.day::timestamp AT TIME ZONE %s + (highest.place - 1) * interval '1 minute'
            FROM visitors_minutesamples AS s LEFT JOIN LATERAL (
                SELECT people, place FROM unnest(s.online) WITH ORDINALITY AS m (people, place)
                WHERE people > 0 AND NOT place - 1 = ANY(s.struck) ORDER BY people DESC, place LIMIT 1
            ) AS highest ON true
            WHERE s.commune_id = %s AND s.day = ANY(%s::date[]) AND s.struck <> '{}'
                AND d.commune_id = s.commune_id AND d.day = s.day
            """,
            [moment, settings.TIME_ZONE, commune, array(sorted(days))],
        )


def remove_after(cursor: Any, moment: float) -> None:
    """Delete the samples of minutes that begin after a moment (seconds since 1970), of all communes."""
    day, kept = day_of(moment), minute_of(moment) + 1
    cursor.execute("DELETE FROM visitors_minutesamples WHERE day > %s", [day])
    cursor.execute(
        """
        UPDATE visitors_minutesamples
        SET online = online[1:%(kept)s], staff = staff[1:%(kept)s],
            struck = ARRAY(SELECT minute FROM unnest(struck) AS minute WHERE minute < %(kept)s)
        WHERE day = %(day)s AND cardinality(online) > %(kept)s
        """,
        {"day": day, "kept": kept},
    )
