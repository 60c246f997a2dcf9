"""The thread of a serving process in which its clock goes.

Only a server starts it (where the WSGI application is made): tests and management commands have none.
"""

from __future__ import annotations

import os

from django.utils import timezone

from serving.background import BackgroundLoop
from upkeep import believedtime
from upkeep.clock import Clock
from upkeep.tasks import registered_tasks

TURN_SECONDS = 5.0  # a fraction of the lease
STOP_SECONDS = 2.0  # for running tasks, of the seconds a worker has to end

_clock: Clock | None = None


def start() -> None:
    """Let the clock of this process go, unless it does."""
    global _clock
    if not _loop.is_running:
        believedtime.follow()
        _clock = Clock(registered_tasks())
        _loop.start()


def stop() -> None:
    """End the thread; another process takes the lead."""
    _loop.stop()


def _turn() -> None:
    believedtime.learn()
    if _clock:
        _clock.turn(timezone.now())


def _leave() -> None:
    if _clock:
        _clock.leave(timezone.now(), STOP_SECONDS)


def _begin_in_child() -> None:
    """A server that loads the application before it forks has a clock in each of its children."""
    if _loop.begin_in_child():
        start()


_loop = BackgroundLoop(
    "upkeep",
    "The clock",
    _turn,
    finish=_leave,
    seconds=TURN_SECONDS,
    patience=2 * STOP_SECONDS,
    exit_priority=90,
)
os.register_at_fork(after_in_child=_begin_in_child)
