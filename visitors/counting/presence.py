"""The numbers every page shows, of all communes, from this process's memory.

A background thread renews them every few seconds, so that a page never waits for them. Where no
thread runs (tests, management commands), and once in a fresh process, the caller asks the database.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError, connection

from serving.outages import first_line
from visitors.calendar import day_of
from visitors.counting.flush import CLOCK_TOLERANCE, ONLINE_SECONDS
from visitors.models import Dimension

logger = logging.getLogger(__name__)

FRESH_SECONDS = 5.0
VIEWS_SECONDS = 15.0  # between two readings of the views of single pages
MOST_PAGES = 20_000  # of all communes, whose views one process keeps in mind
# After a crash of the database the processes report again who is here; meanwhile the number may
# only rise, so that a half-filled table is never shown.
SETTLING_SECONDS = 45.0


# A page of a commune: the commune's primary key, the page's key.
CommunePage = tuple[int, str]


class Numbers(NamedTuple):
    """Visits of a commune's portal by period, and who is online there now."""

    online: int = 0
    staff: int = 0
    today: int = 0
    yesterday: int = 0
    week_ago: int = 0  # the same weekday, whole
    this_week: int = 0
    this_month: int = 0
    all_time: int = 0
    carried_over: int = 0  # part of all_time that an earlier portal counted
    record: int = 0
    record_at: datetime | None = None
    shows_page_views: bool = False


# What a process shows before the database has ever answered it.
NOT_READ = Numbers()
# Of a commune that was opened a moment ago.
NOTHING_COUNTED = Numbers()


def count_online(moment: float) -> dict[int, tuple[int, int]]:
    """People and staff with a sign of life in the five minutes before `moment` (seconds since 1970), by commune.

    Communes where nobody is online are missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT commune_id, count(*) FILTER (WHERE NOT is_staff), count(*) FILTER (WHERE is_staff)"
            " FROM visitors_presence WHERE last_seen_at > to_timestamp(%s) AND last_seen_at <= to_timestamp(%s)"
            " GROUP BY commune_id",
            [moment - ONLINE_SECONDS, moment + CLOCK_TOLERANCE],
        )
        return {commune: (people, staff) for commune, people, staff in cursor.fetchall()}


def count_views(pages: set[CommunePage]) -> dict[CommunePage, int]:
    """All views of each page since counting began: closed months of its commune, and the days after them."""
    asked = sorted(pages)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT commune, value, sum(total)::bigint
            FROM (
                SELECT commune, array_agg(page) AS pages
                FROM unnest(%(communes)s::bigint[], %(pages)s::text[]) AS t (commune, page) GROUP BY commune
            ) AS asked
            CROSS JOIN LATERAL (
                SELECT value, total FROM visitors_monthshare
                WHERE commune_id = commune AND dimension = %(page)s AND value = ANY(asked.pages)
                UNION ALL
                SELECT value, total FROM visitors_dayshare
                WHERE commune_id = commune AND dimension = %(page)s AND value = ANY(asked.pages) AND day >= (
                    SELECT coalesce(max(month) + interval '1 month', '-infinity') FROM visitors_month
                    WHERE commune_id = commune
                )
            ) AS views
            GROUP BY commune, value
            """,
            {
                "page": int(Dimension.PAGE),
                "communes": [commune for commune, _ in asked],
                "pages": [page for _, page in asked],
            },
        )
        return dict.fromkeys(asked, 0) | {(commune, page): views for commune, page, views in cursor.fetchall()}


class Memo:
    """The last numbers read. `clock` gives seconds since 1970; tests set it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.begin()

    def begin(self) -> None:
        """Begin as a new process: after a fork, and between tests."""
        self._renewing = threading.Lock()
        self._numbers: dict[int, Numbers] | None = None
        self._read_at = 0.0
        self._settles_at = 0.0
        self._views: dict[CommunePage, int] = {}
        self._views_at = 0.0
        self._asked: set[CommunePage] = set()
        self._is_failing = False
        self.is_renewed_in_background = False

    def numbers(self, commune: int) -> Numbers:
        """The numbers of a commune as this process knows them; NOT_READ before the database has ever answered."""
        numbers = self._numbers_of_all()
        return numbers.get(commune, NOTHING_COUNTED) if numbers else NOT_READ

    def _numbers_of_all(self) -> dict[int, Numbers]:
        """Those of all communes; empty before the database has ever answered."""
        moment = self.clock()
        is_old = self._numbers is None or abs(moment - self._read_at) >= FRESH_SECONDS
        if is_old and not (self.is_renewed_in_background and self._numbers is not None):
            self._renew_quietly(moment)
        return self._numbers or {}

    def known_numbers(self, commune: int) -> Numbers | None:
        """The numbers of a commune; None where nothing is known, so that no page shows a zero that is none."""
        numbers = self.numbers(commune)
        return None if numbers is NOT_READ else numbers

    def views(self, commune: int, key: str) -> int | None:
        """How often a page of a commune has been opened; None where that is not shown, or cannot be read.

        The first time a process asks for a page it is read at once, later every 15 seconds.
        """
        if not self.numbers(commune).shows_page_views:
            return None
        page = (commune, key)
        views = self._views.get(page)
        if views is None:
            try:
                views = count_views({page})[page]
            except (DatabaseError, InterfaceError):
                return None
            # Other threads may begin a new table at any time.
            if len(self._views) >= MOST_PAGES:
                self._views = {}
            self._views[page] = views
        self._asked.add(page)
        return views

    def renew(self) -> None:
        """Read the numbers now. Raises DatabaseError; the old ones stay."""
        moment = self.clock()
        if self._asked and abs(moment - self._views_at) >= VIEWS_SECONDS:
            asked, self._asked, self._views_at = self._asked, set(), moment
            self._views.update(count_views(asked))
        numbers = read_numbers(moment)
        # Not longer, should the clock be put back meanwhile.
        if self._numbers is not None and 0 < self._settles_at - moment <= SETTLING_SECONDS:
            before = self._numbers
            numbers = {
                commune: now._replace(online=max(now.online, before.get(commune, NOTHING_COUNTED).online))
                for commune, now in numbers.items()
            }
        self._numbers, self._read_at = numbers, moment
        self._is_failing = False

    def connection_was_lost(self) -> None:
        """Hold the number until every process has reported who is here."""
        self._settles_at = self.clock() + SETTLING_SECONDS

    def _renew_quietly(self, moment: float) -> None:
        """One caller asks, the others take what there is; a failure is asked again after a while."""
        if not self._renewing.acquire(blocking=self._numbers is None):
            return
        try:
            if self._numbers is None or abs(moment - self._read_at) >= FRESH_SECONDS:
                self.renew()
        except (DatabaseError, InterfaceError) as error:
            self._read_at = moment
            self._numbers = self._numbers or {}
            if not self._is_failing:
                self._is_failing = True
                logger.warning("Visitor numbers cannot be read: %s", first_line(error))
        finally:
            self._renewing.release()


def read_numbers(moment: float, commune: int | None = None) -> dict[int, Numbers]:
    """Everything the block on the pages shows, of all communes or of one, in one statement. Raises DatabaseError.

    A commune costs its closed months and the days after them.
    """
    today = day_of(moment)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH presence AS (
                SELECT commune_id, count(*) FILTER (WHERE NOT is_staff) AS online,
                    count(*) FILTER (WHERE is_staff) AS staff
                FROM visitors_presence
                WHERE last_seen_at > to_timestamp(%(online_since)s) AND last_seen_at <= to_timestamp(%(online_until)s)
                GROUP BY commune_id
            )
            SELECT commune.id, coalesce(online, 0), coalesce(staff, 0), coalesce(today, 0)::bigint,
                coalesce(yesterday, 0)::bigint, coalesce(week_ago, 0)::bigint, coalesce(this_week, 0)::bigint,
                coalesce(this_month, 0)::bigint,
                (coalesce(closed.visits, 0) + coalesce(still_open, 0) + coalesce(carryover.visits, 0))::bigint,
                coalesce(carryover.visits, 0), coalesce(peak_online, 0), peak_at, coalesce(shows_page_views, false)
            FROM communes_commune AS commune
            LEFT JOIN presence ON presence.commune_id = commune.id
            CROSS JOIN LATERAL (
                SELECT max(month) + interval '1 month' AS until, sum(visits) AS visits,
                    least(coalesce(max(month) + interval '1 month', '-infinity'), %(first)s, %(week_ago)s) AS since
                FROM visitors_month WHERE commune_id = commune.id
            ) AS closed
            CROSS JOIN LATERAL (
                SELECT sum(visits) FILTER (WHERE day = %(today)s) AS today,
                    sum(visits) FILTER (WHERE day = %(yesterday)s) AS yesterday,
                    sum(visits) FILTER (WHERE day = %(week_ago)s) AS week_ago,
                    sum(visits) FILTER (WHERE day >= %(monday)s) AS this_week,
                    sum(visits) FILTER (WHERE day >= %(first)s) AS this_month,
                    sum(visits) FILTER (WHERE closed.until IS NULL OR day >= closed.until) AS still_open
                FROM visitors_day WHERE commune_id = commune.id AND day <= %(today)s AND day >= closed.since
            ) AS days
            LEFT JOIN LATERAL (
                SELECT peak_online, peak_at FROM visitors_day
                WHERE commune_id = commune.id AND day <= %(today)s AND day >= closed.since AND peak_at IS NOT NULL
                UNION ALL
                SELECT peak_online, peak_at FROM visitors_month
                WHERE commune_id = commune.id AND peak_at IS NOT NULL
                ORDER BY peak_online DESC, peak_at LIMIT 1
            ) AS record ON true
            LEFT JOIN visitors_carryover AS carryover ON carryover.commune_id = commune.id
            LEFT JOIN visitors_display AS display ON display.commune_id = commune.id
            WHERE %(commune)s::bigint IS NULL OR commune.id = %(commune)s
            """,
            {
                "online_since": moment - ONLINE_SECONDS,
                "online_until": moment + CLOCK_TOLERANCE,
                "today": today,
                "yesterday": today - timedelta(days=1),
                "week_ago": today - timedelta(days=7),
                "monday": _monday(today),
                "first": today.replace(day=1),
                "commune": commune,
            },
        )
        return {number: Numbers(*numbers) for number, *numbers in cursor.fetchall()}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# The one memo of this process.
memo = Memo()
