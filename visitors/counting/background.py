"""The thread of a serving process that writes counts down and renews the numbers.

Only a server allows it (`allow`, called where the WSGI application is made), so that tests and
management commands have no thread. It starts with the first visitor, hence after any fork.
"""

from __future__ import annotations

import logging
import os
import threading
from multiprocessing.util import Finalize

from django.db import DatabaseError, InterfaceError, connections

from visitors.counting.buffer import buffer
from visitors.counting.presence import memo

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 5.0
LONGEST_BACK_OFF = 10.0  # seconds between attempts while the database is away

_starting = threading.Lock()
_stopping = threading.Event()
_thread: threading.Thread | None = None
_is_allowed = False


def allow() -> None:
    """Let this process and its children run the thread once there is something to do."""
    global _is_allowed
    _is_allowed = True


def ensure_running() -> None:
    """Start the thread unless it runs or may not run. Costs a request next to nothing."""
    global _thread
    if not _is_allowed or _thread is not None:
        return
    with _starting:
        if _thread is None:
            _thread = threading.Thread(target=_run, name="visitor-counts", daemon=True)
            _thread.start()
            # Runs on SIGTERM in any server that ends its workers in an orderly way, also in
            # children of multiprocessing, where atexit does not.
            Finalize(None, stop, exitpriority=100)


def stop() -> None:
    """End the thread and write down what is left."""
    global _thread
    thread, _thread = _thread, None
    if thread is None:
        return
    _stopping.set()
    thread.join(timeout=10)
    _stopping.clear()
    memo.is_renewed_in_background = False


def _run() -> None:
    failures = 0
    while True:
        is_last = _stopping.wait(FLUSH_SECONDS if not failures else min(2.0 ** (failures - 1), LONGEST_BACK_OFF))
        try:
            buffer.flush()
            memo.renew()
            memo.is_renewed_in_background = True
            if failures:
                logger.info("Visitor counts are written again")
            failures = 0
        except (DatabaseError, InterfaceError) as error:
            failures += 1
            buffer.connection_was_lost()
            memo.connection_was_lost()
            connections.close_all()
            if failures == 1:
                logger.warning("Visitor counts wait for the database: %s", str(error).strip().partition("\n")[0])
        except Exception:
            # An error in one round must not end the thread; the next round starts anew.
            failures += 1
            logger.exception("Visitor counts could not be written")
        if is_last:
            connections.close_all()
            return


def _begin_in_child() -> None:
    """A forked process has its parent's counts and no thread: it must not write them twice."""
    global _thread, _starting, _stopping
    _thread = None
    _starting = threading.Lock()
    _stopping = threading.Event()
    buffer.begin()
    memo.begin()


os.register_at_fork(after_in_child=_begin_in_child)
