"""A thread of a serving process that does one thing again and again, also through an outage of the database.

Threads that live for a while only, and end by themselves, need none of this (`serving.outages`,
`serving.clients.bodies`).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from multiprocessing.util import Finalize

from django.db import DatabaseError, InterfaceError, connections

from serving.outages import first_line, full_disk

logger = logging.getLogger(__name__)

LONGEST_BACK_OFF = 10.0  # seconds between attempts while turns fail


class BackgroundLoop:
    """Calls `turn` every `seconds` until the process ends in an orderly way, and `finish` then.

    `name` names the thread, and `subject` is what the log says of it ("The clock"). `lost` is called
    when a turn found the database away. `stop` waits `patience` seconds for the last turn. Loops of a
    higher `exit_priority` stop first.
    """

    def __init__(
        self,
        name: str,
        subject: str,
        turn: Callable[[], object],
        *,
        finish: Callable[[], object],
        seconds: float,
        patience: float,
        exit_priority: int,
        lost: Callable[[], object] = lambda: None,
    ) -> None:
        self._name, self._subject = name, subject
        self._turn, self._finish, self._lost = turn, finish, lost
        self.seconds = seconds
        self._patience, self._exit_priority = patience, exit_priority
        self._failures = 0
        self._begin()

    def _begin(self) -> None:
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        """Start the thread unless it runs. May be called from any thread, and costs next to nothing.

        Raises RuntimeError where the system has no thread to spare; the next call tries again.
        """
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                self._stopping = threading.Event()
                thread = threading.Thread(target=self._run, args=(self._stopping,), name=self._name, daemon=True)
                thread.start()
                self._thread = thread
                # Runs on SIGTERM in any server that ends its workers in an orderly way, also in
                # children of multiprocessing, where atexit does not.
                Finalize(None, self.stop, exitpriority=self._exit_priority)

    def stop(self) -> None:
        """End the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(timeout=self._patience)

    def begin_in_child(self) -> bool:
        """Forget the thread, which did not come along into a forked process; returns whether there was one."""
        was_running = self.is_running
        self._begin()
        return was_running

    def _run(self, stopping: threading.Event) -> None:
        self._failures = 0
        while not stopping.wait(self._pause()):
            self._attempt(self._turn)
        self._attempt(self._finish)
        connections.close_all()

    def _pause(self) -> float:
        return min(2.0 ** (self._failures - 1), LONGEST_BACK_OFF) if self._failures else self.seconds

    def _attempt(self, act: Callable[[], object]) -> None:
        """Log the beginning and the end of an outage, not every turn of it."""
        try:
            act()
        except (DatabaseError, InterfaceError) as error:
            self._failures += 1
            full_disk.note(error)
            self._lost()
            connections.close_all()
            if self._failures == 1:
                logger.warning("%s waits for the database: %s", self._subject, first_line(error))
        except Exception:
            # The loop must outlive a mistake in what it calls; the next turn begins afresh.
            self._failures += 1
            logger.exception("%s failed", self._subject)
        else:
            if self._failures:
                logger.info("%s goes again", self._subject)
            self._failures = 0
