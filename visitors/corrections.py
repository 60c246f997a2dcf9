"""Striking something out of the statistics: a span of time, a network, or a record that was none.

The numbers are corrected where they stand, so that every page and export agrees; what was taken out
is kept in the append-only list of corrections, and each corrected day says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Max, Min, Sum
from django.db.models.functions import Greatest

from visitors import upkeep
from visitors.calendar import HOUR, day_of, day_of_hour, weekday_and_hour
from visitors.counting.presence import read_numbers
from visitors.models import (
    Day,
    DayShare,
    Dimension,
    Hour,
    MinuteSample,
    Month,
    PageHour,
    Presence,
    Scope,
    Strike,
    StruckNetwork,
    Trace,
)

# Of each visit; which of them belong to what is struck out is not known, so they shrink in proportion.
VISIT_DIMENSIONS = (
    Dimension.ENTRY,
    Dimension.SOURCE,
    Dimension.REFERRER,
    Dimension.DEVICE,
    Dimension.BROWSER,
    Dimension.SYSTEM,
    Dimension.LANGUAGE,
)
ONE_HOUR = timedelta(hours=1)


class NetworkUse(NamedTuple):
    """What one network has added, as an administrator chooses it."""

    number: str
    visitors: int
    visits: int
    views: int
    begins_at: datetime
    ends_at: datetime


@dataclass
class _Removal:
    """What is taken out, by hour since 1970."""

    visitors: Counter[int] = field(default_factory=Counter)
    visits: Counter[int] = field(default_factory=Counter)
    views: Counter[tuple[int, str]] = field(default_factory=Counter)

    def days(self) -> dict[date, Counter[str]]:
        """The sums of each day touched."""
        days: dict[date, Counter[str]] = {}
        for name in ("visitors", "visits"):
            for hour, number in getattr(self, name).items():
                days.setdefault(day_of_hour(hour), Counter())[name] += number
        for (hour, _page), number in self.views.items():
            days.setdefault(day_of_hour(hour), Counter())["views"] += number
        return days


def network_number(network: int) -> str:
    """How a network's hash is written: 16 hexadecimal digits."""
    return f"{network % 2**64:016x}"


def networks_in_use(limit: int = 50) -> list[NetworkUse]:
    """The networks that have added most since the day before yesterday; older ones cannot be told apart."""
    rows = (
        Trace.objects.values("network")
        .annotate(
            all_visitors=Sum("visitors"),
            all_visits=Sum("visits"),
            all_views=Sum("views"),
            first=Min("hour_at"),
            last=Max("hour_at"),
        )
        .order_by("-all_views", "-all_visits", "network")[:limit]
    )
    return [
        NetworkUse(
            network_number(row["network"]),
            row["all_visitors"],
            row["all_visits"],
            row["all_views"],
            row["first"],
            row["last"] + ONE_HOUR,
        )
        for row in rows
    ]


def whole_hours(begins_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """The hours that hold a span: from the beginning of the first to the end of the last."""
    first, last = (moment.replace(minute=0, second=0, microsecond=0) for moment in (begins_at, ends_at))
    return first, last if last == ends_at and last > first else last + ONE_HOUR


def strike_out(strike: Strike, moment: datetime) -> None:
    """Take out what `strike` names, fill in how much it was, and save it. Raises DatabaseError."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [upkeep.MAINTENANCE_LOCK])
        strike.record_before = read_numbers(moment.timestamp()).record
        removal = _Removal()
        if strike.scope == Scope.NETWORK:
            removal = _take_network(strike, moment)
        elif strike.scope == Scope.SPAN:
            strike.begins_at, strike.ends_at = whole_hours(strike.begins_at, strike.ends_at)
            removal = _take_span(strike)
        samples = MinuteSample.objects.filter(minute_at__gte=strike.begins_at, minute_at__lt=strike.ends_at)
        if strike.scope != Scope.NETWORK:
            samples.update(is_struck=True)
        days = removal.days()
        _correct_hours(removal)
        for day, numbers in days.items():
            _correct_day(day, numbers, moment)
        _correct_pages(removal)
        touched = {*days, *_days_between(strike.begins_at, strike.ends_at)}
        _recompute_peaks(cursor, touched, moment)
        _sum_up_months(cursor, touched, moment)
        strike.by_day = {f"{day:%Y-%m-%d}": dict(numbers) for day, numbers in sorted(days.items())}
        for name in ("visitors", "visits", "views"):
            setattr(strike, name, sum(numbers[name] for numbers in days.values()))
        strike.record_after = read_numbers(moment.timestamp()).record
        strike.struck_at = moment
        strike.save(force_insert=True)


def _take_span(strike: Strike) -> _Removal:
    removal = _Removal()
    span = {"hour_at__gte": strike.begins_at, "hour_at__lt": strike.ends_at}
    for row in Hour.objects.filter(**span):
        removal.visitors[_hour(row.hour_at)] += row.visitors
        removal.visits[_hour(row.hour_at)] += row.visits
    for row in PageHour.objects.filter(**span):
        removal.views[_hour(row.hour_at), row.page] += row.views
    Trace.objects.filter(**span).delete()  # lest it be taken out again with its network
    return removal


def _take_network(strike: Strike, moment: datetime) -> _Removal:
    network = int(strike.network, 16)
    network -= 2**64 if network >= 2**63 else 0
    traces = Trace.objects.filter(network=network)
    removal = _Removal()
    for row in traces:
        removal.visitors[_hour(row.hour_at)] += row.visitors
        removal.visits[_hour(row.hour_at)] += row.visits
        removal.views[_hour(row.hour_at), row.page] += row.views
    hours = sorted({*removal.visits, *(hour for hour, _ in removal.views)})
    if hours:
        strike.begins_at, strike.ends_at = _moment(hours[0]), _moment(hours[-1] + 1)
    _strike_samples_of(removal)
    traces.delete()
    Presence.objects.filter(network=network).delete()
    StruckNetwork.objects.get_or_create(network=network, defaults={"struck_at": moment})
    return removal


def _strike_samples_of(removal: _Removal) -> None:
    """The number online cannot be told apart by network: samples go where most visits were the network's."""
    for hour, visits in removal.visits.items():
        whole = Hour.objects.filter(hour_at=_moment(hour)).values_list("visits", flat=True).first() or 0
        if visits and 2 * visits >= whole:
            span = MinuteSample.objects.filter(minute_at__gte=_moment(hour), minute_at__lt=_moment(hour + 1))
            span.update(is_struck=True)


def _correct_hours(removal: _Removal) -> None:
    for hour in sorted({*removal.visitors, *removal.visits}):
        Hour.objects.filter(hour_at=_moment(hour)).update(
            visitors=Greatest(F("visitors") - removal.visitors[hour], 0),
            visits=Greatest(F("visits") - removal.visits[hour], 0),
        )
    for (hour, page), number in sorted(removal.views.items()):
        PageHour.objects.filter(hour_at=_moment(hour), page=page).update(views=Greatest(F("views") - number, 0))


def _correct_day(day: date, numbers: Counter[str], moment: datetime) -> None:
    before = Day.objects.select_for_update().filter(day=day).first()
    if before is None:
        return
    after = {name: max(0, getattr(before, name) - numbers[name]) for name in ("visitors", "visits", "views")}
    Day.objects.filter(day=day).update(corrected_at=moment, **after)
    if before.visits:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE visitors_dayshare SET total = round(total * %s::numeric / %s)"
                " WHERE day = %s AND dimension = ANY(%s)",
                [after["visits"], before.visits, day, [int(dimension) for dimension in VISIT_DIMENSIONS]],
            )


def _correct_pages(removal: _Removal) -> None:
    """The views of pages, and of weekdays and hours, exactly."""
    shares: Counter[tuple[date, int, str]] = Counter()
    for (hour, page), number in removal.views.items():
        shares[day_of_hour(hour), Dimension.PAGE, page] += number
        shares[day_of_hour(hour), Dimension.HOUR, weekday_and_hour(hour)] += number
    for (day, dimension, value), number in sorted(shares.items()):
        rows = DayShare.objects.filter(day=day, dimension=dimension)
        if not rows.filter(value=value).update(total=Greatest(F("total") - number, 0)):
            # The page was folded into the rest when the day was closed.
            rows.filter(value="").update(total=Greatest(F("total") - number, 0))
    DayShare.objects.filter(day__in={day for day, _, _ in shares}, total=0).delete()


def _recompute_peaks(cursor: Any, days: Iterable[date], moment: datetime) -> None:
    for day in sorted(days):
        midnight = upkeep.midnight_of(day)
        samples = MinuteSample.objects.filter(minute_at__gte=midnight, minute_at__lt=midnight + timedelta(days=1))
        if not samples.filter(is_struck=True).exists():
            continue
        highest = samples.filter(is_struck=False, online__gt=0).order_by("-online", "minute_at").first()
        peak = (highest.online, highest.minute_at) if highest else (0, None)
        Day.objects.filter(day=day).update(peak_online=peak[0], peak_at=peak[1], corrected_at=moment)


def _sum_up_months(cursor: Any, days: Iterable[date], moment: datetime) -> None:
    for month in sorted({day.replace(day=1) for day in days}):
        if Month.objects.filter(month=month).exists():
            upkeep.sum_up(cursor, month, moment.timestamp())


def _days_between(begins_at: datetime, ends_at: datetime) -> set[date]:
    first, last = day_of(begins_at.timestamp()), day_of(ends_at.timestamp())
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // HOUR)


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)
