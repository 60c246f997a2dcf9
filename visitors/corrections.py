"""Striking something out of the statistics of a commune: a span of time, a network, or a record that was none.

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

from communes.models import Commune
from visitors import samples, upkeep
from visitors.calendar import HOUR, day_of, day_of_hour, weekday_and_hour
from visitors.counting.presence import read_numbers
from visitors.models import (
    Day,
    DayShare,
    Dimension,
    Hour,
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


def networks_in_use(commune: Commune | None, limit: int = 50) -> list[NetworkUse]:
    """The networks that have added most to a commune's numbers since the day before yesterday; older ones cannot be told apart."""
    rows = (
        Trace.objects.of(commune)
        .values("network")
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
        commune = strike.commune_id
        strike.record_before = _record(commune, moment)
        removal = _Removal()
        if strike.scope == Scope.NETWORK:
            removal = _take_network(strike, moment)
        elif strike.scope == Scope.SPAN:
            strike.begins_at, strike.ends_at = whole_hours(strike.begins_at, strike.ends_at)
            removal = _take_span(strike)
        if strike.scope != Scope.NETWORK:
            samples.strike(commune, strike.begins_at, strike.ends_at)
        days = removal.days()
        _correct_hours(commune, removal)
        for day, numbers in days.items():
            _correct_day(commune, day, numbers, moment)
        _correct_pages(commune, removal)
        touched = {*days, *_days_between(strike.begins_at, strike.ends_at)}
        samples.recompute_peaks(commune, touched, moment)
        _sum_up_months(cursor, commune, touched, moment)
        strike.by_day = {f"{day:%Y-%m-%d}": dict(numbers) for day, numbers in sorted(days.items())}
        for name in ("visitors", "visits", "views"):
            setattr(strike, name, sum(numbers[name] for numbers in days.values()))
        strike.record_after = _record(commune, moment)
        strike.struck_at = moment
        strike.save(force_insert=True)


def _record(commune: int, moment: datetime) -> int:
    return read_numbers(moment.timestamp(), commune)[commune].record


def _take_span(strike: Strike) -> _Removal:
    removal = _Removal()
    span = {"hour_at__gte": strike.begins_at, "hour_at__lt": strike.ends_at}
    for row in Hour.objects.of(strike.commune_id).filter(**span):
        removal.visitors[_hour(row.hour_at)] += row.visitors
        removal.visits[_hour(row.hour_at)] += row.visits
    for row in PageHour.objects.of(strike.commune_id).filter(**span):
        removal.views[_hour(row.hour_at), row.page] += row.views
    Trace.objects.of(strike.commune_id).filter(**span).delete()  # lest it be taken out again with its network
    return removal


def _take_network(strike: Strike, moment: datetime) -> _Removal:
    network = int(strike.network, 16)
    network -= 2**64 if network >= 2**63 else 0
    traces = Trace.objects.of(strike.commune_id).filter(network=network)
    removal = _Removal()
    for row in traces:
        removal.visitors[_hour(row.hour_at)] += row.visitors
        removal.visits[_hour(row.hour_at)] += row.visits
        removal.views[_hour(row.hour_at), row.page] += row.views
    hours = sorted({*removal.visits, *(hour for hour, _ in removal.views)})
    if hours:
        strike.begins_at, strike.ends_at = _moment(hours[0]), _moment(hours[-1] + 1)
    _strike_samples_of(strike.commune_id, removal)
    traces.delete()
    Presence.objects.of(strike.commune_id).filter(network=network).delete()
    StruckNetwork.objects.bulk_create(
        [StruckNetwork(commune_id=strike.commune_id, network=network, struck_at=moment)], ignore_conflicts=True
    )
    return removal


def _strike_samples_of(commune: int, removal: _Removal) -> None:
    """The number online cannot be told apart by network: samples go where most visits were the network's."""
    for hour, visits in removal.visits.items():
        whole = Hour.objects.of(commune).filter(hour_at=_moment(hour)).values_list("visits", flat=True).first() or 0
        if visits and 2 * visits >= whole:
            samples.strike(commune, _moment(hour), _moment(hour + 1))


def _correct_hours(commune: int, removal: _Removal) -> None:
    for hour in sorted({*removal.visitors, *removal.visits}):
        Hour.objects.of(commune).filter(hour_at=_moment(hour)).update(
            visitors=Greatest(F("visitors") - removal.visitors[hour], 0),
            visits=Greatest(F("visits") - removal.visits[hour], 0),
        )
    for (hour, page), number in sorted(removal.views.items()):
        rows = PageHour.objects.of(commune).filter(hour_at=_moment(hour), page=page)
        rows.update(views=Greatest(F("views") - number, 0))


def _correct_day(commune: int, day: date, numbers: Counter[str], moment: datetime) -> None:
    before = Day.objects.of(commune).select_for_update().filter(day=day).first()
    if before is None:
        return
    after = {name: max(0, getattr(before, name) - numbers[name]) for name in ("visitors", "visits", "views")}
    Day.objects.of(commune).filter(day=day).update(corrected_at=moment, **after)
    if before.visits:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE visitors_dayshare SET total = round(total * %s::numeric / %s)"
                " WHERE commune_id = %s AND day = %s AND dimension = ANY(%s)",
                [after["visits"], before.visits, commune, day, [int(dimension) for dimension in VISIT_DIMENSIONS]],
            )


def _correct_pages(commune: int, removal: _Removal) -> None:
    """The views of pages, and of weekdays and hours, exactly."""
    shares: Counter[tuple[date, int, str]] = Counter()
    for (hour, page), number in removal.views.items():
        shares[day_of_hour(hour), Dimension.PAGE, page] += number
        shares[day_of_hour(hour), Dimension.HOUR, weekday_and_hour(hour)] += number
    for (day, dimension, value), number in sorted(shares.items()):
        rows = DayShare.objects.of(commune).filter(day=day, dimension=dimension)
        if not rows.filter(value=value).update(total=Greatest(F("total") - number, 0)):
            # The page was folded into the rest when the day was closed.
            rows.filter(value="").update(total=Greatest(F("total") - number, 0))
    DayShare.objects.of(commune).filter(day__in={day for day, _, _ in shares}, total=0).delete()


def _sum_up_months(cursor: Any, commune: int, days: Iterable[date], moment: datetime) -> None:
    months = {day.replace(day=1) for day in days}
    closed = Month.objects.of(commune).filter(month__in=months).values_list("month", flat=True)
    upkeep.sum_up(cursor, [(commune, month) for month in sorted(closed)], moment.timestamp())


def _days_between(begins_at: datetime, ends_at: datetime) -> set[date]:
    first, last = day_of(begins_at.timestamp()), day_of(ends_at.timestamp())
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // HOUR)


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)
