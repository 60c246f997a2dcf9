"""Waiting for what happens in another thread or process, for as long as a busy machine may need."""

import contextlib
import time
from collections.abc import Callable

# Seconds. Far more than anything takes: a test waits so long only when it fails.
LONG = 60


def eventually(condition: Callable[[], object], seconds: float = LONG) -> None:
    """Return as soon as `condition` holds; an OSError means that nobody listens yet. Fails after `seconds`."""
    deadline, pause = time.monotonic() + seconds, 0.01
    while True:
        with contextlib.suppress(OSError):
            if condition():
                return
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(pause)
        pause = min(2 * pause, 0.3)
