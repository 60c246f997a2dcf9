"""The thread of a serving process that writes counts down and renews the numbers.

Only a server allows it (`allow`, called where the WSGI application is made), so that tests and
management commands have no thread. It starts with the first visitor, hence after any fork.
"""

from __future__ import annotations

import contextlib
import os

from serving.background import BackgroundLoop
from visitors.counting.buffer import buffer
from visitors.counting.presence import memo

FLUSH_SECONDS = 5.0

_is_allowed = False


def allow() -> None:
    """Let this process and its children run the thread once there is something to do."""
    global _is_allowed
    _is_allowed = True


def ensure_running() -> None:
    """Start the thread unless it runs or may not run. Costs a request next to nothing."""
    if _is_allowed:
        with contextlib.suppress(RuntimeError):  # the system has no thread to spare; the next visitor asks again
            loop.start()


def _turn() -> None:
    buffer.flush()
    memo.renew()
    memo.is_renewed_in_background = True


def _finish() -> None:
    memo.is_renewed_in_background = False
    buffer.flush()


def _lost() -> None:
    buffer.connection_was_lost()
    memo.connection_was_lost()


def _begin_in_child() -> None:
    """A forked process has its parent's counts and no thread: it must not write them twice."""
    loop.begin_in_child()
    buffer.begin()
    memo.begin()


loop = BackgroundLoop(
    "visitor-counts",
    "The visitor count",
    _turn,
    finish=_finish,
    lost=_lost,
    seconds=FLUSH_SECONDS,
    patience=10,
    exit_priority=100,
)
os.register_at_fork(after_in_child=_begin_in_child)
