"""The geometry of the chart of ballots over time; the template draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 720, 200
MOST_BARS = 60


@dataclass(frozen=True)
class Bar:
    starts_on: date
    ends_on: date
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    highest: int
    width: int = WIDTH
    height: int = HEIGHT


def chart(per_day: list[tuple[date, int]]) -> Chart | None:
    """Bars from the first to the last day, several days to a bar when there are many; None without ballots."""
    if not per_day:
        return None
    counts = dict(per_day)
    first, last = per_day[0][0], per_day[-1][0]
    days_per_bar = -(-((last - first).days + 1) // MOST_BARS)
    step = timedelta(days=days_per_bar)
    starts = [first + number * step for number in range(((last - first).days // days_per_bar) + 1)]
    sums = [sum(counts.get(start + timedelta(days=day), 0) for day in range(days_per_bar)) for start in starts]
    highest = max(sums)
    room = WIDTH / len(starts)
    bars = []
    for number, (start, count) in enumerate(zip(starts, sums, strict=True)):
        height = HEIGHT * count / highest
        bars.append(
            Bar(
                start,
                min(last, start + step - timedelta(days=1)),
                count,
                round(number * room, 2),
                round(HEIGHT - height, 2),
                round(room * 0.8, 2),
                round(height, 2),
            )
        )
    return Chart(bars, highest)
