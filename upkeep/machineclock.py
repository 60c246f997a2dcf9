"""Whether the machine's clock can be believed.

A clock cannot be asked whether it is right; it can be compared with what it showed before and with
the database's. A battery that is empty or a wrong time server makes it jump by years or days, and
what a portal deletes or counts by it would be wrong until somebody notices.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction

from upkeep.models import ClockJump, MachineClock

logger = logging.getLogger(__name__)

# Machines that serve one portal together may differ by so much.
TOLERANCE = timedelta(minutes=1)
# The clock is read every few seconds. A longer pause is a jump, or the portal was switched off.
LONGEST_PAUSE = timedelta(hours=1)
# Nothing is deleted by a clock that has just jumped ahead: it may soon be put back.
SETTLING = timedelta(hours=1)
# How exactly a clock that is put back must meet the time at which it should be.
SLACK = timedelta(hours=6)


class Standing(StrEnum):
    """How the clock stands."""

    STEADY = "steady"
    SETTLING = "settling"  # it jumped ahead not long ago; whether rightly, nobody knows
    RETURNED = "returned"  # this reading: it is back from a wrong future, whose rows are to go
    BEHIND = "behind"  # it stands before what the portal has seen


def read(at: datetime) -> Standing:
    """Compare the machine's clock, which shows `at`, with what it showed before, and remember it.

    Raises DatabaseError. A change is logged and kept for the self-test page.
    """
    with transaction.atomic():
        offset = database_offset(at)
        MachineClock.objects.bulk_create(
            [MachineClock(pk=1, latest_at=at, database_offset=offset)], ignore_conflicts=True
        )
        clock = MachineClock.objects.select_for_update().get(pk=1)
        if abs(offset) > TOLERANCE >= abs(clock.database_offset):
            logger.warning("The database's clock differs from the machine's by %s", offset)
        clock.database_offset = offset
        standing = _advance(clock, at)
        clock.save(update_fields=["latest_at", "left_at", "arrived_at", "behind_since_at", "database_offset"])
    return standing


def database_offset(at: datetime) -> timedelta:
    """The database's clock less the machine's, which shows `at`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        shown: datetime = cursor.fetchone()[0]
    return shown - at


def is_behind(at: datetime, newest: Iterable[datetime | None] = ()) -> bool:
    """Whether the clock, which shows `at`, stands before the latest moment the portal has seen.

    `newest` are moments of the newest rows elsewhere, None where there is no row.
    """
    seen = [MachineClock.objects.values_list("latest_at", flat=True).first(), *newest]
    return any(moment is not None and moment > at + TOLERANCE for moment in seen)


def is_settled(at: datetime) -> bool:
    """Whether the clock, which shows `at`, may delete what is old by it: it neither stands behind nor has just jumped.

    A jump that nobody has noted yet counts too.
    """
    clock = MachineClock.objects.filter(pk=1).first()
    if clock is None:
        return True
    if not clock.latest_at - TOLERANCE <= at <= clock.latest_at + LONGEST_PAUSE:
        return False
    return clock.arrived_at is None or at - clock.arrived_at >= SETTLING


def believe(at: datetime) -> None:
    """An operator says that the clock is right now: what the portal has seen later was wrong."""
    clock = MachineClock.objects.filter(pk=1).first()
    if clock is not None:
        _note_jump(clock.latest_at, at)
    MachineClock.objects.update_or_create(
        pk=1, defaults={"latest_at": at, "left_at": None, "arrived_at": None, "behind_since_at": None}
    )


def _advance(clock: MachineClock, at: datetime) -> Standing:
    latest = clock.latest_at
    if at > latest + LONGEST_PAUSE:
        _note_jump(latest, at)
        clock.left_at, clock.arrived_at, clock.latest_at, clock.behind_since_at = latest, at, at, None
        return Standing.SETTLING
    if at < latest - TOLERANCE:
        if latest - at <= LONGEST_PAUSE or _is_back(clock, at):
            _note_jump(latest, at)
            clock.left_at = clock.arrived_at = clock.behind_since_at = None
            clock.latest_at = at
            return Standing.RETURNED
        if clock.behind_since_at is None or at < clock.behind_since_at:
            _note_jump(latest, at)
            clock.behind_since_at = at
        return Standing.BEHIND
    clock.latest_at, clock.behind_since_at = max(latest, at), None
    has_settled = clock.arrived_at is None or at - clock.arrived_at >= SETTLING
    return Standing.STEADY if has_settled else Standing.SETTLING


def _is_back(clock: MachineClock, at: datetime) -> bool:
    """Whether `at` is where the clock would stand had it not jumped ahead.

    Else the clock stood right before and is wrong now, and what it wrote must not be touched.
    """
    if clock.left_at is None or clock.arrived_at is None:
        return False
    expected = clock.left_at + (clock.latest_at - clock.arrived_at)
    return max(clock.left_at - TOLERANCE, expected - SLACK) <= at <= expected + SLACK


def _note_jump(before: datetime, after: datetime) -> None:
    logger.warning("The machine's clock jumped from %s to %s", before.isoformat(), after.isoformat())
    ClockJump.objects.create(from_at=before, to_at=after)
