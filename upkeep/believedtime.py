"""The moment by which the portal decides what citizens see.

It is the machine's time, but never before what the portal has known the time to be. A machine whose
battery is empty starts years back: by its clock no article has appeared yet, what has expired is
back, and closed polls take votes again. The portal then goes on with the last moment it believed, and
/healthz says that the clock is wrong.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from upkeep.machineclock import TOLERANCE
from upkeep.models import LONG_AGO, MachineClock

_latest = LONG_AGO
# Nothing is asked of the database in tests and commands, where no thread keeps the answer fresh.
_asks_first = False


def believed_now() -> datetime:
    """Now; while the machine's clock stands before the last moment that was believed, that moment.

    Costs no query, but for the first call in a serving process. Raises DatabaseError then.
    """
    if _asks_first:
        learn()
    at = timezone.now()
    return at if at >= _latest - TOLERANCE else _latest


def follow() -> None:
    """From now on know the last moment that was believed: a thread of this process calls `learn`."""
    global _asks_first
    _asks_first = True


def learn() -> None:
    """Read the last moment that was believed, which the clock of one process writes down. Raises DatabaseError."""
    global _asks_first, _latest
    _latest = MachineClock.objects.values_list("latest_at", flat=True).first() or LONG_AGO
    _asks_first = False
