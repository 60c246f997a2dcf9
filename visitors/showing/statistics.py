"""Reading the rollups of a commune (named by its primary key): any range of days, at a cost that hardly depends on its length.

Whole closed months are read from the month tables and only the days at the edges from the day
tables, so two years read about as many rows as two months.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from communes.models import Commune
from section import sections
from visitors.counting.pages import REST, is_path
from visitors.models import Dimension

LONGEST_DAILY = 92  # days; longer ranges are drawn by month


class Span(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @classmethod
    def ending(cls, last: date, length: int) -> Span:
        """So many days up to `last`."""
        return cls(last - timedelta(days=length - 1), last)

    def before(self) -> Span:
        """The span of the same length that ends the day before; of the same months where it is drawn by month."""
        if self.length > LONGEST_DAILY:
            months = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1
            return Span(_months_earlier(self.first, months), _months_earlier(self.last, months))
        return Span(self.first - timedelta(days=self.length), self.first - timedelta(days=1))

    def year_before(self) -> Span:
        """The same weekdays 52 weeks earlier; the same months where it is drawn by month."""
        if self.length > LONGEST_DAILY:
            return Span(_months_earlier(self.first, 12), _months_earlier(self.last, 12))
        return Span(self.first - timedelta(weeks=52), self.last - timedelta(weeks=52))


def _months_earlier(day: date, months: int) -> date:
    """The same day of an earlier month, or its last one."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Point(NamedTuple):
    """The numbers of one day or one month."""

    starts_on: date
    visitors: int = 0
    visits: int = 0
    views: int = 0
    staff_views: int = 0
    bot_requests: int = 0
    peak_online: int = 0
    peak_at: datetime | None = None
    corrected_at: datetime | None = None


class Share(NamedTuple):
    """One value of a dimension."""

    value: str
    total: int
    percent: float


@dataclass
class Breakdown:
    """The totals of each value of each dimension."""

    totals: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def top(self, dimension: Dimension, limit: int | None = None) -> list[Share]:
        """The largest values (all without a limit); the rest of the dimension last, under the empty value."""
        totals = self.totals[dimension]
        whole = totals.total()
        named = [(value, number) for value, number in totals.most_common() if value]
        shares = [Share(value, number, 100 * number / whole) for value, number in named[:limit]]
        rest = whole - sum(share.total for share in shares)
        return [*shares, Share("", rest, 100 * rest / whole)] if rest else shares

    def total(self, dimension: Dimension) -> int:
        return self.totals[dimension].total()

    def hours(self) -> list[list[int]]:
        """Views by weekday (Monday first) and hour."""
        totals = self.totals[Dimension.HOUR]
        return [[totals[f"{weekday}-{hour:02}"] for hour in range(24)] for weekday in range(1, 8)]


def months_and_edges(span: Span, closed: set[date]) -> tuple[list[date], list[Span]]:
    """The closed months that lie whole inside a span, and the days around them."""
    months: list[date] = []
    edges: list[Span] = []
    day = span.first
    while day <= span.last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        if day.day == 1 and following <= span.last + timedelta(days=1) and day in closed:
            months.append(day)
        else:
            last = min(following - timedelta(days=1), span.last)
            if edges and edges[-1].last == day - timedelta(days=1):
                edges[-1] = Span(edges[-1].first, last)
            else:
                edges.append(Span(day, last))
        day = following
    return months, edges


def closed_months(commune: int) -> set[date]:
    """The first days of the months whose sums are written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT month FROM visitors_month WHERE commune_id = %s", [commune])
        return {month for (month,) in cursor.fetchall()}


def points(commune: int, spans: Sequence[Span], closed: set[date]) -> list[list[Point]]:
    """The numbers of every day of each span, oldest first; of every month where the first is long.

    One statement for all of them.
    """
    by_month = spans[0].length > LONGEST_DAILY
    months: list[tuple[int, date]] = []
    edges: list[tuple[int, date, date]] = []
    for place, span in enumerate(spans):
        span_months, span_edges = months_and_edges(span, closed) if by_month else ([], [span])
        months += [(place, month) for month in span_months]
        edges += [(place, *edge) for edge in span_edges]
    found: list[dict[date, Point]] = [{} for _ in spans]
    with connection.cursor() as cursor:
        lists: list[list[Any]] = [[edge[column] for edge in edges] for column in range(3)]
        if by_month:
            lists = [[place for place, _ in months], [month for _, month in months], *lists]
        asked: list[Any] = [*lists[:2], commune, *lists[2:], commune] if by_month else [*lists, commune]
        cursor.execute(_MONTHS if by_month else _DAYS, asked)
        for place, starts_on, *numbers, peak_at, corrected_at in cursor.fetchall():
            found[place][starts_on] = Point._make((starts_on, *map(int, numbers), peak_at, corrected_at))
    # A day or month without a row has zeros, so that compared points stand side by side.
    return [
        [rows.get(start, Point(start)) for start in (_months_of(span) if by_month else _days_of(span))]
        for span, rows in zip(spans, found, strict=True)
    ]


def _days_of(span: Span) -> Iterable[date]:
    return (span.first + timedelta(days=number) for number in range(span.length))


def _months_of(span: Span) -> Iterable[date]:
    month = span.first.replace(day=1)
    while month <= span.last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def breakdown(commune: int, span: Span, closed: set[date]) -> Breakdown:
    """What the span is made of, in every dimension."""
    months, edges = months_and_edges(span, closed)
    result = Breakdown()
    with connection.cursor() as cursor:
        cursor.execute(
            _SHARES, [commune, months, [edge.first for edge in edges], [edge.last for edge in edges], commune]
        )
        for dimension, value, total in cursor.fetchall():
            result.totals[dimension][value] = int(total)
    return result


def sum_of(points: Iterable[Point]) -> Point:
    """The points as one, with the highest peak; `starts_on` of the first."""
    points = list(points)
    peak = max(points, key=lambda point: point.peak_online, default=Point(date.min))
    return Point(
        points[0].starts_on if points else date.min,
        sum(point.visitors for point in points),
        sum(point.visits for point in points),
        sum(point.views for point in points),
        sum(point.staff_views for point in points),
        sum(point.bot_requests for point in points),
        peak.peak_online,
        peak.peak_at,
        max((point.corrected_at for point in points if point.corrected_at), default=None),
    )


def page_hours(commune: int, span: Span) -> list[tuple[datetime, str, int]]:
    """Views of each page in each hour of the span, oldest first."""
    begin, end = (
        timezone.make_aware(datetime.combine(day, time.min)) for day in (span.first, span.last + timedelta(days=1))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hour_at, page, views FROM visitors_pagehour"
            " WHERE commune_id = %s AND hour_at >= %s AND hour_at < %s ORDER BY hour_at, views DESC, page",
            [commune, begin, end],
        )
        rows: list[tuple[datetime, str, int]] = cursor.fetchall()
    return rows


def page_names(pages: Iterable[str], commune: Commune) -> dict[str, tuple[str, str]]:
    """What pages are called and where they are, by key; a path is its own name, as is the key of a deleted page."""
    pages = set(pages) - {REST}
    names = {page: (page, page if is_path(page) else "") for page in pages}
    for section in sections().values():
        for key in pages & section.single_pages.keys():
            title, url_name = section.single_pages[key]
            names[key] = (str(title), reverse(url_name))
        for kind, read in section.page_titles.items():
            if ids := [int(page.removeprefix(f"{kind}:")) for page in pages if page.startswith(f"{kind}:")]:
                names |= {f"{kind}:{pk}": title for pk, title in read(ids, commune).items()}
    return names


_DAYS = """
    SELECT place, day, visitors, visits, views, staff_views, bot_requests, peak_online, peak_at, corrected_at
    FROM unnest(%s::int[], %s::date[], %s::date[]) AS edge (place, first, last)
    JOIN visitors_day ON commune_id = %s AND day BETWEEN first AND last
"""
_MONTHS = """
    SELECT place, month, visitors, visits, views, staff_views, bot_requests, peak_online, peak_at, corrected_at
    FROM unnest(%s::int[], %s::date[]) AS whole (place, month) JOIN visitors_month USING (month)
    WHERE commune_id = %s
    UNION ALL
    SELECT place, date_trunc('month', day)::date, sum(visitors), sum(visits), sum(views), sum(staff_views),
        sum(bot_requests), max(peak_online), (array_agg(peak_at ORDER BY peak_online DESC, peak_at))[1],
        max(corrected_at)
    FROM unnest(%s::int[], %s::date[], %s::date[]) AS edge (place, first, last)
    JOIN visitors_day ON commune_id = %s AND day BETWEEN first AND last
    GROUP BY 1, 2
    ORDER BY 1, 2
"""
_SHARES = """
    SELECT dimension, value, sum(total) FROM (
        SELECT dimension, value, total FROM visitors_monthshare WHERE commune_id = %s AND month = ANY(%s::date[])
        UNION ALL
        SELECT dimension, value, total
        FROM unnest(%s::date[], %s::date[]) AS edge (first, last)
        JOIN visitors_dayshare ON commune_id = %s AND day BETWEEN first AND last
    ) AS shares
    GROUP BY dimension, value
"""
