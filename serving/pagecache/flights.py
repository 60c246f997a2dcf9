"""One render at a time for each page: those who wait, and the threads that refresh."""

import contextlib
import enum
import queue
import threading
from collections.abc import Callable

from serving.pagecache.store import Page


class Outcome(enum.Enum):
    """How a render ended."""

    STORED = "stored"
    NOT_SHARED = "not shared"
    FAILED = "failed"


class Flight:
    """A render under way: the leader lands it once, followers wait for that."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.outcome: Outcome | None = None
        self.code: int | None = None
        self._landed = threading.Event()

    def land(self, outcome: Outcome, page: Page | None = None, code: int | None = None) -> None:
        """Let the followers go on, with the page if one was made that may be shared, else its status."""
        self.outcome, self.page, self.code = outcome, page, code
        self._landed.set()

    def wait(self, seconds: float) -> bool:
        """Whether the render ended within the time."""
        return self._landed.wait(max(seconds, 0))


class Refresher:
    """A few daemon threads that render stale pages while visitors are answered from memory.

    The threads start with the first task, so that a server may fork after building the application.
    """

    def __init__(self, threads: int, backlog: int) -> None:
        self._tasks: queue.Queue[Callable[[], None]] = queue.Queue(backlog)
        self._threads: list[threading.Thread] = []
        self._wanted = threads
        self._lock = threading.Lock()

    def submit(self, task: Callable[[], None]) -> bool:
        """Run the task soon; False when too many wait already. The task must not raise."""
        try:
            self._tasks.put_nowait(task)
        except queue.Full:
            return False
        if len(self._threads) < self._wanted:
            with self._lock:
                if len(self._threads) < self._wanted:
                    thread = threading.Thread(target=self._work, name="page-refresh", daemon=True)
                    # Where the system has no thread to spare, the next task asks again.
                    with contextlib.suppress(RuntimeError):
                        thread.start()
                        self._threads.append(thread)
        return True

    def _work(self) -> None:
        while True:
            self._tasks.get()()
