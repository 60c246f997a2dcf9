"""Days and hours in Vietnam, looked up rather than computed for every request."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache

from django.utils import timezone

HOUR = 3600


def day_of(moment: float) -> date:
    """The calendar day of a moment in seconds since 1970."""
    return _day_of_quarter(int(moment // 900))


def day_of_hour(hour: int) -> date:
    """The calendar day of an hour, counted since 1970."""
    return _day_of_quarter(hour * 4)


@lru_cache(maxsize=1000)
def midnight_of(day: date) -> datetime:
    """The beginning of a calendar day in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time.min))


def minute_of(moment: float) -> int:
    """How many minutes have passed between midnight in Vietnam and a moment in seconds since 1970."""
    return int((moment - midnight_of(day_of(moment)).timestamp()) // 60)


@lru_cache(maxsize=1000)
def weekday_and_hour(hour: int) -> str:
    """The value of Dimension.HOUR: "1-00" is Monday after midnight, "7-23" Sunday's last hour."""
    local = timezone.localtime(datetime.fromtimestamp(hour * HOUR, UTC))
    return f"{local.isoweekday()}-{local.hour:02}"


# A quarter of an hour is the finest step at which any time zone's day changes.
@lru_cache(maxsize=1000)
def _day_of_quarter(quarter: int) -> date:
    return timezone.localtime(datetime.fromtimestamp(quarter * 900, UTC)).date()
