"""What one process does for all: samples, peaks, closing days and months, deleting hashes.

The clock of the portal does it. Every chore may be done twice without a trace; where the command
meets the clock, an advisory lock that ends with its transaction makes them take turns.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from upkeep import machineclock
from upkeep.machineclock import Standing
from upkeep.tasks import Task
from visitors import future
from visitors.calendar import HOUR, day_of
from visitors.counting.flush import READING_SECONDS, VISIT_SECONDS
from visitors.counting.presence import count_online
from visitors.models import (
    Day,
    DayShare,
    Dimension,
    Hour,
    MinuteSample,
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
MINUTE = 60
KEPT_VALUES = 300  # of each dimension and day; the long tail is folded into one row
# A batch may come late when the database was away: the last days are folded again.
LATE_DAYS = 3
CLOSED_FOR = 6 * HOUR
CLOSING_DELAY = 600.0  # seconds after midnight: every process has flushed the day before


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
    """How many rows each table holds, and the oldest day or moment in it."""
    tables = {
        Salt: "day",
        Seen: "day",
        Presence: "last_seen_at",
        Writer: "written_at",
        Reading: "counted_at",
        Trace: "hour_at",
        Hour: "hour_at",
        Day: "day",
        DayShare: "day",
        Month: "month",
        MonthShare: "month",
        PageHour: "hour_at",
        MinuteSample: "minute_at",
    }
    found = {}
    for model, column in tables.items():
        counted = model.objects.aggregate(rows=Count("*"), oldest=Min(column))
        found[model.__name__] = (counted["rows"], counted["oldest"])
    return found


def take_sample(moment: float) -> int | None:
    """Write down how many are online in this minute, once, and the day's peak; returns the number if it was written."""
    with transaction.atomic():
        standing = machineclock.read(datetime.fromtimestamp(moment, UTC))
        if standing == Standing.RETURNED:
            future.remove(moment)
    if standing == Standing.BEHIND:
        return None
    minute = int(moment // MINUTE) * MINUTE
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM visitors_minutesample WHERE minute_at = to_timestamp(%s))", [minute])
        if cursor.fetchone()[0]:
            return None
        online, staff = count_online(moment)
        cursor.execute(
            "INSERT INTO visitors_minutesample (minute_at, online, staff) VALUES (to_timestamp(%s), %s, %s)"
            " ON CONFLICT DO NOTHING",
            [minute, online, staff],
        )
        if online:
            cursor.execute(
                """
                INSERT INTO visitors_day AS d (day, peak_online, peak_at) VALUES (%s, %s, to_timestamp(%s))
                ON CONFLICT (day) DO UPDATE SET peak_online = excluded.peak_online, peak_at = excluded.peak_at
                WHERE d.peak_online < excluded.peak_online
                """,
                [day_of(moment), online, minute],
            )
    return online


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
    seen, _ = Seen.objects.filter(day__lte=day_before_yesterday).delete()
    salts, _ = Salt.objects.filter(day__lte=day_before_yesterday).delete()
    kept_from = midnight_of(day_before_yesterday + timedelta(days=1))
    Trace.objects.filter(hour_at__lt=kept_from).delete()
    StruckNetwork.objects.filter(struck_at__lt=kept_from).delete()
    return Deleted(gone, seen, salts, writers)


def midnight_of(day: date) -> datetime:
    """The beginning of a calendar day in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time.min))


def close_days(moment: float) -> list[date]:
    """Fold the long tail of days that are over; returns the days folded."""
    today = day_of(moment - CLOSING_DELAY)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT day FROM visitors_day
            WHERE day < %s AND (closed_at IS NULL OR day >= %s AND closed_at < to_timestamp(%s))
            ORDER BY day
            """,
            [today, today - timedelta(days=LATE_DAYS), moment - CLOSED_FOR],
        )
        days = [day for (day,) in cursor.fetchall()]
        for day in days:
            _fold(cursor, day)
        cursor.execute(
            "UPDATE visitors_day SET closed_at = to_timestamp(%s) WHERE day = ANY(%s::date[])",
            [moment, days],
        )
    return days


def _fold(cursor: Any, day: date) -> None:
    """Keep the largest values of each dimension; what the others held goes to the empty value."""
    cursor.execute(
        """
        WITH ranked AS (
            SELECT dimension, value, row_number() OVER (PARTITION BY dimension ORDER BY total DESC, value) AS place
            FROM visitors_dayshare WHERE day = %(day)s AND value <> ''
        ), folded AS (
            DELETE FROM visitors_dayshare s USING ranked r
            WHERE s.day = %(day)s AND s.dimension = r.dimension AND s.value = r.value
                AND r.place > %(kept)s AND NOT r.dimension = ANY(%(whole)s)
            RETURNING s.dimension, s.total
        )
        INSERT INTO visitors_dayshare AS s (day, dimension, value, total)
        SELECT %(day)s, dimension, '', sum(total) FROM folded GROUP BY dimension
        ON CONFLICT (day, dimension, value) DO UPDATE SET total = s.total + excluded.total
        """,
        {"day": day, "kept": KEPT_VALUES, "whole": [int(Dimension.HOUR)]},
    )


def close_months(moment: float) -> list[date]:
    """Sum up the months that are over and are missing or may still have changed; returns them.

    Written as a whole each time: a month has no number that its days do not add up to.
    """
    today = day_of(moment - CLOSING_DELAY)
    this_month = today.replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT date_trunc('month', day)::date FROM visitors_day d
            WHERE day < %s AND NOT EXISTS (
                SELECT FROM visitors_month m
                WHERE m.month = date_trunc('month', d.day)::date AND m.closed_at >= d.closed_at
            )
            ORDER BY 1
            """,
            [this_month],
        )
        months = [month for (month,) in cursor.fetchall()]
        for month in months:
            sum_up(cursor, month, moment)
    return months


def sum_up(cursor: Any, month: date, moment: float) -> None:
    """Write the sums of a month from its days, whatever stood there before."""
    following = (month + timedelta(days=31)).replace(day=1)
    span = {"month": month, "following": following, "moment": moment}
    Month.objects.filter(month=month).delete()
    cursor.execute(
        """
        INSERT INTO visitors_month
            (month, visitors, visits, views, staff_views, bot_requests, peak_online, peak_at, corrected_at, closed_at)
        SELECT %(month)s, sum(visitors), sum(visits), sum(views), sum(staff_views), sum(bot_requests), max(peak_online),
            (array_agg(peak_at ORDER BY peak_online DESC, peak_at))[1], max(corrected_at),
            to_timestamp(%(moment)s)
        FROM visitors_day WHERE day >= %(month)s AND day < %(following)s
        """,
        span,
    )
    cursor.execute("DELETE FROM visitors_monthshare WHERE month = %(month)s", span)
    cursor.execute(
        """
        INSERT INTO visitors_monthshare (month, dimension, value, total)
        SELECT %(month)s, dimension, value, sum(total) FROM visitors_dayshare
        WHERE day >= %(month)s AND day < %(following)s GROUP BY dimension, value
        """,
        span,
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
