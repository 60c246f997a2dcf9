"""How many of some ballots were cast when: the picture above the officers' list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, DateTimeField, Func, Max, Min, QuerySet, Value

from polls.models import Ballot

WIDTH, HEIGHT = 720, 120
MOST_BARS = 60
# The widths a bar may have, in time; the smallest is used that needs no more than MOST_BARS.
STEPS = [
    *(timedelta(minutes=minutes) for minutes in (1, 5, 10, 30)),
    *(timedelta(hours=hours) for hours in (1, 6)),
    *(timedelta(days=days) for days in (1, 7, 30, 365)),
]
# Any midnight of the portal's time zone that begins a week: bars are counted from here.
ORIGIN = datetime(2025, 12, 28, 17, tzinfo=UTC)


@dataclass(frozen=True)
class Bar:
    starts_at: datetime
    ends_at: datetime
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Course:
    bars: list[Bar]
    highest: int
    starts_at: datetime
    ends_at: datetime
    width: int = WIDTH
    height: int = HEIGHT


def course(ballots: QuerySet[Ballot]) -> Course | None:
    """A bar for each stretch of time in which ballots were cast; None when there are fewer than two."""
    plain = ballots.order_by().prefetch_related(None).select_related(None)
    span = plain.aggregate(first=Min("created_at"), last=Max("created_at"), count=Count("pk"))
    if span["count"] < 2:
        return None
    first, last = span["first"], span["last"]
    step = next((step for step in STEPS if (last - first) / step < MOST_BARS - 1), STEPS[-1])
    counts = dict(
        plain.annotate(
            stretch=Func(Value(step), "created_at", Value(ORIGIN), function="DATE_BIN", output_field=DateTimeField())
        )
        .values_list("stretch")
        .annotate(number=Count("pk"))
    )
    start = min(counts)
    room = WIDTH / (round((max(counts) - start) / step) + 1)
    highest = max(counts.values())
    bars = [
        Bar(
            moment,
            moment + step,
            count,
            x=round((moment - start) / step * room, 2),
            y=round(HEIGHT - HEIGHT * count / highest, 2),
            width=round(room * 0.8, 2),
            height=round(HEIGHT * count / highest, 2),
        )
        for moment, count in sorted(counts.items())
    ]
    return Course(bars, highest, start, max(counts) + step)
