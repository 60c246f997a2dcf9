"""Taking back what was counted, for any commune, while the clock of the machine stood in the future."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import connection

from visitors import samples
from visitors.calendar import HOUR, day_of
from visitors.counting.flush import CLOCK_TOLERANCE

logger = logging.getLogger(__name__)


def remove(moment: float) -> int:
    """Remove every row of the time after `moment` (seconds since 1970); returns how many days were moved.

    The visits counted under a wrong date were real: they join today, so that no total falls. What
    says who was here, and when how many were online, is deleted. Called inside a transaction.
    """
    today = day_of(moment)
    ahead = {
        "latest": moment + CLOCK_TOLERANCE,
        "moment": moment,
        "hour": int(moment // HOUR) * HOUR,
        "today": today,
        # The salt to come is fetched some minutes before it comes into use.
        "tomorrow": today + timedelta(days=1),
    }
    with connection.cursor() as cursor:
        for table, column in (("presence", "last_seen_at"), ("reading", "counted_at")):
            cursor.execute(f"DELETE FROM visitors_{table} WHERE {column} > to_timestamp(%(latest)s)", ahead)
        samples.remove_after(cursor, ahead["latest"])
        cursor.execute("DELETE FROM visitors_seen WHERE day > %(today)s", ahead)
        cursor.execute("DELETE FROM visitors_salt WHERE day > %(tomorrow)s", ahead)
        # The number of the last batch must stay, or a batch that comes again would count twice.
        cursor.execute(
            "UPDATE visitors_writer SET written_at = to_timestamp(%(moment)s)"
            " WHERE written_at > to_timestamp(%(latest)s)",
            ahead,
        )
        _move_hours(cursor, ahead)
        days = _move_days(cursor, ahead)
        _open_again(cursor, ahead)
    logger.warning("The clock is back: %s days of the future were added to today", days)
    return days


def _move_hours(cursor: Any, ahead: dict[str, Any]) -> None:
    for table, keys, numbers in (
        ("hour", ("commune_id",), ("visitors", "visits")),
        ("pagehour", ("commune_id", "page"), ("views",)),
        ("trace", ("commune_id", "network", "page"), ("visitors", "visits", "views")),
    ):
        listed = "".join(f", {key}" for key in keys)
        sums = ", ".join(f"sum({number})" for number in numbers)
        cursor.execute(
            f"""
            WITH moved AS (
                DELETE FROM visitors_{table} WHERE hour_at > to_timestamp(%(latest)s) RETURNING *
            )
            INSERT INTO visitors_{table} AS t (hour_at{listed}, {", ".join(numbers)})
            SELECT to_timestamp(%(hour)s){listed}, {sums} FROM moved GROUP BY {", ".join(["1", *keys])}
            ON CONFLICT (hour_at{listed}) DO UPDATE SET
                {", ".join(f"{number} = t.{number} + excluded.{number}" for number in numbers)}
            """,
            ahead,
        )


def _move_days(cursor: Any, ahead: dict[str, Any]) -> int:
    cursor.execute("SELECT count(DISTINCT day) FROM visitors_day WHERE day > %(today)s", ahead)
    days = cursor.fetchone()[0]
    numbers = ("visitors", "visits", "views", "staff_views", "bot_requests")
    cursor.execute(
        f"""
        WITH moved AS (DELETE FROM visitors_day WHERE day > %(today)s RETURNING *)
        INSERT INTO visitors_day AS d (commune_id, day, {", ".join(numbers)})
        SELECT commune_id, %(today)s::date, {", ".join(f"sum({number})" for number in numbers)}
        FROM moved GROUP BY commune_id
        ON CONFLICT (commune_id, day) DO UPDATE SET
            {", ".join(f"{number} = d.{number} + excluded.{number}" for number in numbers)}
        """,
        ahead,
    )
    cursor.execute(
        """
        WITH moved AS (DELETE FROM visitors_dayshare WHERE day > %(today)s RETURNING *)
        INSERT INTO visitors_dayshare AS s (commune_id, day, dimension, value, total)
        SELECT commune_id, %(today)s::date, dimension, value, sum(total) FROM moved
        GROUP BY commune_id, dimension, value
        ON CONFLICT (commune_id, day, dimension, value) DO UPDATE SET total = s.total + excluded.total
        """,
        ahead,
    )
    return days


def _open_again(cursor: Any, ahead: dict[str, Any]) -> None:
    """Undo what was closed too early; the clock closes it anew in its time."""
    cursor.execute("UPDATE visitors_day SET closed_at = NULL WHERE closed_at > to_timestamp(%(latest)s)", ahead)
    cursor.execute(
        "UPDATE visitors_day SET peak_online = 0, peak_at = NULL WHERE peak_at > to_timestamp(%(latest)s)", ahead
    )
    cursor.execute(
        "DELETE FROM visitors_monthshare WHERE (commune_id, month) IN"
        " (SELECT commune_id, month FROM visitors_month WHERE closed_at > to_timestamp(%(latest)s))",
        ahead,
    )
    cursor.execute("DELETE FROM visitors_month WHERE closed_at > to_timestamp(%(latest)s)", ahead)
