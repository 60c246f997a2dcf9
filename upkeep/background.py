"""The thread of a serving process in which its clock goes.

Only a server starts it (where the WSGI application is made): tests and management commands have none.
"""

from __future__ import annotations

import logging
import os
import threading
from multiprocessing.util import Finalize

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from upkeep.clock import Clock
from upkeep.tasks import registered_tasks

logger = logging.getLogger(__name__)

TURN_SECONDS = 5.0  # a fraction of the lease
LONGEST_BACK_OFF = 10.0  # seconds between attempts while the database is away
STOP_SECONDS = 2.0  # for running tasks, of the seconds a worker has to end

_stopping = threading.Event()
_thread: threading.Thread | None = None


def start() -> None:
    """Let the clock of this process go, unless it does."""
    global _thread
    if _thread is None:
        _thread = threading.Thread(target=_run, args=(Clock(registered_tasks()),), name="upkeep", daemon=True)
        _thread.start()
        # Runs on SIGTERM in any server that ends its workers in an orderly way, also in
        # children of multiprocessing, where atexit does not.
        Finalize(None, stop, exitpriority=90)


def stop() -> None:
    """End the thread; another process takes the lead."""
    global _thread
    thread, _thread = _thread, None
    if thread is not None:
        _stopping.set()
        thread.join(timeout=2 * STOP_SECONDS)
        _stopping.clear()


def _run(clock: Clock) -> None:
    failures = 0
    while not _stopping.wait(TURN_SECONDS if not failures else min(2.0 ** (failures - 1), LONGEST_BACK_OFF)):
        try:
            clock.turn(timezone.now())
            if failures:
                logger.info("The clock goes again")
            failures = 0
        except (DatabaseError, InterfaceError) as error:
            failures += 1
            connections.close_all()
            if failures == 1:
                logger.warning("The clock waits for the database: %s", str(error).strip().partition("\n")[0])
        except Exception:
            # The clock must outlive a mistake in it; the next turn begins afresh.
            failures += 1
            logger.exception("A turn of the clock failed")
    try:
        clock.leave(timezone.now(), STOP_SECONDS)
    except (DatabaseError, InterfaceError):
        logger.warning("The clock could not give up its lead; another process has it when the lease ends")
    connections.close_all()


def _begin_in_child() -> None:
    """A server that loads the application before it forks has a clock in each of its children."""
    global _thread, _stopping
    had_clock, _thread = _thread is not None, None
    _stopping = threading.Event()
    if had_clock:
        start()


os.register_at_fork(after_in_child=_begin_in_child)
