"""Plausible days for a demonstration: deterministic, and loaded once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from communes.models import Commune
from visitors import upkeep
from visitors.models import Day, DayShare, Dimension, Hour, MinuteSamples, PageHour

BUSY_DAY = 420  # visits of an ordinary Wednesday in the last month
# Readers of a commune's portal: office hours, a break at noon, a second wave in the evening.
_BY_HOUR = (3, 2, 1, 1, 2, 6, 16, 38, 62, 70, 66, 48, 26, 34, 60, 66, 58, 40, 30, 38, 46, 38, 20, 8)
_BY_WEEKDAY = (1.1, 1.05, 1.0, 1.0, 0.95, 0.5, 0.42)
_SHARES = {
    Dimension.SOURCE: {"direct": 41, "search": 33, "social": 21, "site": 5},
    Dimension.REFERRER: {
        "google.com": 270, "zalo.me": 118, "facebook.com": 92, "coccoc.com": 34, "dichvucong.gov.vn": 21, "bing.com": 16,
        "thanhhoa.gov.vn": 12, "youtube.com": 5, "baothanhhoa.vn": 7, "tiktok.com": 4, "duckduckgo.com": 2,
    },
    Dimension.DEVICE: {"phone": 71, "computer": 26, "tablet": 3},
    Dimension.BROWSER: {
        "Chrome": 44, "Safari": 16, "Zalo": 13, "Cốc Cốc": 9, "Facebook": 7, "Edge": 5, "Samsung Internet": 3,
        "Android WebView": 1, "Firefox": 1, "other": 1,
    },
    Dimension.SYSTEM: {"Android": 52, "Windows": 24, "iOS": 20, "macOS": 3, "Linux": 1},
    Dimension.LANGUAGE: {"vi": 93, "en": 6, "fr": 1},
    Dimension.BOT: {"Googlebot": 46, "bingbot": 22, "coccocbot-web": 15, "AhrefsBot": 11, "GPTBot": 8, "Zalo": 3, "curl": 2},
    Dimension.EXCLUDED: {"bot": 60, "staff": 38, "prefetch": 12},
}  # fmt: skip


def load_demo_days(
    commune: Commune,
    days: int = 30,
    until: date | None = None,
    pages: Sequence[str] = ("home", "sitemap"),
    busy_day: int = BUSY_DAY,
) -> int:
    """Fill the `days` days of a commune up to `until` (default: today, up to this hour); returns how many were new.

    `pages` are page keys, the most read first. A day that has any number is left as it is, so a
    second call, or real visitors, are never disturbed.
    """
    now = timezone.localtime()
    last = until or now.date()
    wanted = [last - timedelta(days=number) for number in range(days)]
    with transaction.atomic():
        _keep_others_out()
        existing = set(Day.objects.of(commune).filter(day__in=wanted).values_list("day", flat=True))
        new = sorted(set(wanted) - existing)
        for day in new:
            _load(commune, day, until_hour=now.hour if day == now.date() else 24, pages=pages, busy_day=busy_day)
        upkeep.close_days(now.timestamp())
        upkeep.close_months(now.timestamp())
    return len(new)


def _keep_others_out() -> None:
    """Let whoever counts for a portal that serves wait until the days are stored.

    In the order in which they take the tables: else one of the two would have what the other needs next.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [upkeep.MAINTENANCE_LOCK])
        for model in (MinuteSamples, Day):
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _load(commune: Commune, day: date, *, until_hour: int, pages: Sequence[str], busy_day: int) -> None:
    random = Random(f"{commune.slug} {day:%Y-%m-%d}")
    level = busy_day * _growth(day) * _BY_WEEKDAY[day.weekday()] * random.uniform(0.85, 1.18) * _holiday(day)
    if random.random() < 0.03:
        level *= random.uniform(1.6, 2.6)  # an article that the whole district shares
    by_hour = [_around(random, level * weight / sum(_BY_HOUR)) for weight in _BY_HOUR[:until_hour]]
    visits = sum(by_hour)
    views_by_hour = [round(number * random.uniform(2.1, 2.9)) for number in by_hour]
    bots = _around(random, level * 0.5 * until_hour / 24)
    staff = _around(random, 40 * min(until_hour, 17) / 17) if day.weekday() < 5 else _around(random, 3)
    peak_hour = max(range(len(by_hour)), key=by_hour.__getitem__, default=0)
    peak = max(1, round(max(by_hour, default=0) / 5)) if visits else 0
    midnight = datetime.combine(day, time.min, timezone.get_current_timezone())
    visitors = round(visits * random.uniform(0.78, 0.86))
    Day.objects.create(
        commune=commune,
        day=day,
        visitors=visitors,
        visits=visits,
        views=sum(views_by_hour),
        staff_views=staff,
        bot_requests=bots,
        peak_online=peak,
        peak_at=midnight + timedelta(hours=peak_hour, minutes=random.randrange(60)) if peak else None,
    )
    shares = {dimension: _divide(random, visits, weights) for dimension, weights in _SHARES.items()}
    shares[Dimension.REFERRER] = _divide(
        random, visits - shares[Dimension.SOURCE]["direct"], _SHARES[Dimension.REFERRER]
    )
    shares[Dimension.BOT] = _divide(random, bots, _SHARES[Dimension.BOT])
    shares[Dimension.EXCLUDED] = Counter({"bot": bots // 6, "staff": staff, "prefetch": visits // 20})
    shares[Dimension.HOUR] = Counter({f"{day.isoweekday()}-{hour:02}": n for hour, n in enumerate(views_by_hour)})
    page_hours = _pages(random, views_by_hour, pages)
    shares[Dimension.PAGE] = Counter()
    for (_, page), number in page_hours.items():
        shares[Dimension.PAGE][page] += number
    shares[Dimension.ENTRY] = _divide(random, visits, dict(shares[Dimension.PAGE]))
    DayShare.objects.bulk_create(
        DayShare(commune=commune, day=day, dimension=dimension, value=value, total=number)
        for dimension, totals in shares.items()
        for value, number in sorted(totals.items())
        if number
    )
    PageHour.objects.bulk_create(
        PageHour(commune=commune, hour_at=midnight + timedelta(hours=hour), page=page, views=number)
        for (hour, page), number in sorted(page_hours.items())
    )
    by_hour_visitors = _divide(random, visitors, {str(hour): number for hour, number in enumerate(by_hour) if number})
    Hour.objects.bulk_create(
        [
            Hour(
                commune=commune,
                hour_at=midnight + timedelta(hours=hour),
                visits=number,
                visitors=by_hour_visitors[str(hour)],
            )
            for hour, number in enumerate(by_hour)
            if number
        ],
        ignore_conflicts=True,
    )
    online = _samples(random, by_hour)
    staff = [None if people is None else 0 for people in online]
    MinuteSamples.objects.bulk_create(
        [MinuteSamples(commune=commune, day=day, online=online, staff=staff)], ignore_conflicts=True
    )


def _growth(day: date) -> float:
    """From a third to the whole over the two years before the end of 2026, then slowly on."""
    years = (day - date(2026, 11, 30)).days / 365
    return max(0.3, 1 + 0.33 * years + 0.06 * math.sin(2 * math.pi * years))


def _holiday(day: date) -> float:
    """Quiet days of the solar calendar and around the lunar new year."""
    if (day.month, day.day) in {(1, 1), (4, 30), (5, 1), (9, 2)}:
        return 0.45
    tet = {2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17), 2027: date(2027, 2, 6)}.get(
        day.year
    )
    return 0.4 if tet and -2 <= (day - tet).days <= 4 else 1.0


def _around(random: Random, expected: float) -> int:
    return max(0, round(random.gauss(expected, math.sqrt(expected)))) if expected > 0 else 0


def _divide(random: Random, whole: int, weights: dict[str, float]) -> Counter[str]:
    """Share out a whole number by weights with some chance in them; the parts add up."""
    uneven = {name: weight * random.uniform(0.8, 1.25) for name, weight in weights.items()}
    scale = sum(uneven.values()) or 1
    parts = Counter({name: int(whole * weight / scale) for name, weight in uneven.items()})
    if parts:
        parts[max(parts, key=lambda name: uneven[name])] += whole - parts.total()
    return parts


def _pages(random: Random, views_by_hour: Iterable[int], pages: Sequence[str]) -> Counter[tuple[int, str]]:
    """The first page half as often again as the second, and so on: a few are read by most."""
    weights = [1 / (rank + 1.5) * random.uniform(0.6, 1.4) for rank in range(len(pages))]
    drawn: Counter[tuple[int, str]] = Counter()
    for hour, views in enumerate(views_by_hour):
        drawn.update((hour, page) for page in random.choices(pages, weights, k=views))
    return drawn


def _samples(random: Random, by_hour: Sequence[int]) -> list[int | None]:
    """One sample every ten minutes: enough to draw the curve of the day."""
    minutes = ((visits, minute) for visits in by_hour for minute in range(60))
    return [None if minute % 10 else _around(random, visits / 7) for visits, minute in minutes]
