"""What one process does for all, and for all communes at once: samples, peaks, closing days and months, deleting hashes.

The clock of the portal does it. Every chore may be done twice without a trace; where the command
meets the clock, an advisory lock that ends with its transaction makes them take turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Min
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from upkeep import machineclock
from upkeep.machineclock import Standing
from upkeep.tasks import Task
from visitors import future, samples
from visitors.calendar import HOUR, day_of, midnight_of
from visitors.counting.flush import READING_SECONDS, VISIT_SECONDS
from visitors.counting.presence import count_online
from visitors.counting.rollups import array
from visitors.models import (
    Day,
    DayShare,
    Dimension,
    Hour,
    MinuteSamples,
    Month,
    MonthShare,
    PageHour,
    Presence,
    Reading,
    Salt,
    Seen,
    StruckNetwork,
    Trace,
    Writer,
)

MAINTENANCE_LOCK = 7_605_642
KEPT_VALUES = 300  # of each dimension and day; the long tail is folded into one row
# A batch may come late when the database was away: the last days are folded again.
LATE_DAYS = 3
CLOSED_FOR = 6 * HOUR
CLOSING_DELAY = 600.0  # seconds after midnight: every process has flushed the day before

# A day of a commune (its primary key), or the first day of a month.
CommuneDay = tuple[int, date]
_ASKED = "unnest(%s::bigint[], %s::date[]) AS asked (commune_id, day)"
_ASKED_MONTHS = "unnest(%s::bigint[], %s::date[]) AS asked (commune_id, month)"


class Deleted(NamedTuple):
    """Rows deleted, by what they were."""

    gone_visitors: int = 0
    seen: int = 0
    salts: int = 0
    writers: int = 0


NOTHING_DELETED = Deleted()


def maintain(moment: float) -> dict[str, int]:
    """Close and delete whatever is due at `moment` (seconds since 1970); waits for its turn.

    Raises DatabaseError.
    """
    deleted, days, months, corrected = NOTHING_DELETED, [], [], 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAINTENANCE_LOCK])
        standing = machineclock.read(datetime.fromtimestamp(moment, UTC))
        if standing == Standing.RETURNED:
            corrected = future.remove(moment)
        if standing != Standing.BEHIND:
            # A clock that has just jumped ahead may be wrong: today's salt must outlive it.
            if standing != Standing.SETTLING:
                deleted = delete_expired(moment)
            days = close_days(moment)
            months = close_months(moment)
    return {f"deleted {name}": number for name, number in deleted._asdict().items()} | {
        "closed days": len(days),
        "closed months": len(months),
        "moved from the future": corrected,
    }


def kept() -> dict[str, tuple[int, object]]:
    """How many rows each table holds for all communes, and the oldest day or moment in it."""
    tables = [
        (Salt.objects.all(), "day"),
        (Seen.objects.everywhere(), "day"),
        (Presence.objects.everywhere(), "last_seen_at"),
        (Writer.objects.all(), "written_at"),
        (Reading.objects.everywhere(), "counted_at"),
        (Trace.objects.everywhere(), "hour_at"),
        (Hour.objects.everywhere(), "hour_at"),
        (Day.objects.everywhere(), "day"),
        (DayShare.objects.everywhere(), "day"),
        (Month.objects.everywhere(), "month"),
        (MonthShare.objects.everywhere(), "month"),
        (PageHour.objects.everywhere(), "hour_at"),
        (MinuteSamples.objects.everywhere(), "day"),
    ]
    found = {}
    for rows, column in tables:
        counted = rows.aggregate(rows=Count("*"), oldest=Min(column))
        found[rows.model.__name__] = (counted["rows"], counted["oldest"])
    return found


def take_sample(moment: float) -> int | None:
    """Write down how many are online in this minute, once, and the day's peak, of each commune.

    Returns the number of all communes together if it was written.
    """
    with transaction.atomic():
        standing = machineclock.read(datetime.fromtimestamp(moment, UTC))
        if standing == Standing.RETURNED:
            future.remove(moment)
    if standing == Standing.BEHIND:
        return None
    if samples.is_written(moment):
        return None
    counts = count_online(moment)
    samples.write(moment, counts)
    return sum(people for people, _staff in counts.values())


def delete_expired(moment: float) -> Deleted:
    """Delete what could still be tied to a person: nothing of it becomes 48 hours old.

    Presence rows go after half an hour; the salts and the hashes of a day at the second midnight
    after it, when neither can be asked for again.
    """
    day_before_yesterday = day_of(moment) - timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM visitors_presence WHERE last_seen_at < to_timestamp(%s)", [moment - VISIT_SECONDS])
        gone = cursor.rowcount
        cursor.execute("DELETE FROM visitors_writer WHERE written_at < to_timestamp(%s)", [moment - 48 * HOUR])
        writers = cursor.rowcount
        cursor.execute("DELETE FROM visitors_reading WHERE counted_at < to_timestamp(%s)", [moment - READING_SECONDS])
    seen, _ = Seen.objects.everywhere().filter(day__lte=day_before_yesterday).delete()
    salts, _ = Salt.objects.filter(day__lte=day_before_yesterday).delete()
    kept_from = midnight_of(day_before_yesterday + timedelta(days=1))
    Trace.objects.everywhere().filter(hour_at__lt=kept_from).delete()
    StruckNetwork.objects.everywhere().filter(struck_at__lt=kept_from).delete()
    return Deleted(gone, seen, salts, writers)


def close_days(moment: float) -> list[CommuneDay]:
    """Fold the long tail of days that are over; returns the days folded, by commune."""
    today = day_of(moment - CLOSING_DELAY)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id, d.day FROM communes_commune c JOIN visitors_day d ON d.commune_id = c.id
            WHERE d.closed_at IS NULL AND d.day < %(today)s
            UNION ALL
            SELECT c.id, d.day FROM communes_commune c JOIN visitors_day d ON d.commune_id = c.id
            WHERE d.closed_at < to_timestamp(%(closed_before)s) AND d.day < %(today)s AND d.day >= %(late)s
            ORDER BY 1, 2
            """,
            {"today": today, "late": today - timedelta(days=LATE_DAYS), "closed_before": moment - CLOSED_FOR},
        )
        days: list[CommuneDay] = cursor.fetchall()
        if days:
            _fold(cursor, days)
            cursor.execute(
                f"UPDATE visitors_day AS d SET closed_at = to_timestamp(%s) FROM {_ASKED}"
                " WHERE d.commune_id = asked.commune_id AND d.day = asked.day",
                [moment, *_lists(days)],
            )
    return days


def _lists(days: Sequence[CommuneDay]) -> tuple[str, str]:
    """The parameters of `_ASKED`."""
    return array(commune for commune, _ in days), array(day for _, day in days)


def _fold(cursor: Any, days: Sequence[CommuneDay]) -> None:
    """Keep the largest values of each dimension; what the others held goes to the empty value."""
    cursor.execute(
        f"""
        WITH ranked AS (
            SELECT commune_id, day, dimension, value, row_number() OVER (
                PARTITION BY commune_id, day, dimension ORDER BY total DESC, value
            ) AS place
            FROM {_ASKED} JOIN visitors_dayshare USING (commune_id, day) WHERE value <> '' AND dimension <> %s
        ), folded AS (
            DELETE FROM visitors_dayshare s USING ranked r
            WHERE s.commune_id = r.commune_id AND s.day = r.day AND s.dimension = r.dimension AND s.value = r.value
                AND r.place > %s
            RETURNING s.commune_id, s.day, s.dimension, s.total
        )
        INSERT INTO visitors_dayshare AS s (commune_id, day, dimension, value, total)
        SELECT commune_id, day, dimension, '', sum(total) FROM folded GROUP BY commune_id, day, dimension
        ON CONFLICT (commune_id, day, dimension, value) DO UPDATE SET total = s.total + excluded.total
        """,
        [*_lists(days), int(Dimension.HOUR), KEPT_VALUES],
    )


def close_months(moment: float) -> list[CommuneDay]:
    """Sum up the months that are over and are missing or may still have changed; returns them, by commune.

    Written as a whole each time: a month has no number that its days do not add up to. Days are looked at
    from the last month on, and earlier ones that were closed since a month was last summed up.
    """
    today = day_of(moment - CLOSING_DELAY)
    this_month = today.replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT c.id, date_trunc('month', d.day)::date
            FROM communes_commune c
            CROSS JOIN LATERAL (
                SELECT coalesce(max(closed_at), '-infinity') AS summed_at FROM visitors_month WHERE commune_id = c.id
            ) AS latest
            CROSS JOIN LATERAL (
                SELECT day, closed_at FROM visitors_day WHERE commune_id = c.id AND closed_at >= latest.summed_at
                UNION ALL
                SELECT day, closed_at FROM visitors_day WHERE commune_id = c.id AND closed_at IS NULL
                UNION ALL
                SELECT day, closed_at FROM visitors_day WHERE commune_id = c.id AND day >= %(last_month)s
            ) AS d
            WHERE d.day < %(this_month)s AND NOT EXISTS (
                SELECT FROM visitors_month m
                WHERE m.commune_id = c.id AND m.month = date_trunc('month', d.day)::date AND m.closed_at >= d.closed_at
            )
            ORDER BY 1, 2
            """,
            {"this_month": this_month, "last_month": (this_month - timedelta(days=1)).replace(day=1)},
        )
        months: list[CommuneDay] = cursor.fetchall()
        sum_up(cursor, months, moment)
    return months


def sum_up(cursor: Any, months: Sequence[CommuneDay], moment: float) -> None:
    """Write the sums of months (each of a commune, by its first day) from their days, whatever stood there before."""
    if not months:
        return
    asked = _lists(months)
    of_month = "day >= asked.month AND day < asked.month + interval '1 month'"
    for table in ("month", "monthshare"):
        cursor.execute(
            f"DELETE FROM visitors_{table} AS m USING {_ASKED_MONTHS}"
            " WHERE m.commune_id = asked.commune_id AND m.month = asked.month",
            asked,
        )
    cursor.execute(
        f"""
        INSERT INTO visitors_month (commune_id, month, visitors, visits, views, staff_views, bot_requests,
            peak_online, peak_at, corrected_at, closed_at)
        SELECT commune_id, month, sum(visitors), sum(visits), sum(views), sum(staff_views), sum(bot_requests),
            max(peak_online), (array_agg(peak_at ORDER BY peak_online DESC, peak_at))[1], max(corrected_at),
            to_timestamp(%s)
        FROM {_ASKED_MONTHS} JOIN visitors_day USING (commune_id)
        WHERE {of_month} GROUP BY commune_id, month
        """,
        [moment, *asked],
    )
    cursor.execute(
        f"""
        INSERT INTO visitors_monthshare (commune_id, month, dimension, value, total)
        SELECT commune_id, month, dimension, value, sum(total)
        FROM {_ASKED_MONTHS} JOIN visitors_dayshare USING (commune_id)
        WHERE {of_month} GROUP BY commune_id, month, dimension, value
        """,
        asked,
    )


def _maintain_in_words(at: datetime) -> str | None:
    done = maintain(at.timestamp())
    if not any(done.values()):
        return None
    days, months = done["closed days"], done["closed months"]
    moved = done["moved from the future"]
    numbers = {"rows": sum(done.values()) - days - months - moved, "days": days, "months": months}
    return gettext("%(rows)d rows deleted, %(days)d days and %(months)d months closed.") % numbers


TASKS = [
    Task(
        name="visitors-sample",
        title=_("Note how many people are online"),
        rhythm=timedelta(seconds=20),  # several chances to take the sample of each minute
        run=lambda at: take_sample(at.timestamp()),
        limit=timedelta(minutes=1),
    ),
    Task(
        name="visitors-maintain",
        title=_("Delete the traces of past visits, close days and months"),
        rhythm=timedelta(minutes=1),
        run=_maintain_in_words,
    ),
]
