"""How often one household may signal to a portal before it is no longer counted."""

from __future__ import annotations

import time
from collections.abc import Callable

# A minute's signals of one address in one process. A provider may put a thousand readers behind one
# address, each with one heartbeat a minute: the limit is far above them and far below a flood.
SIGNALS_PER_MINUTE = 3000
# Views of one page in half an hour, in one process, by browsers of one neighbourhood that ask not to be followed.
PRIVATE_VIEWS = 20
MOST_HOUSEHOLDS = 100_000  # of all communes, remembered at once; beyond it newcomers are let through
MINUTE = 60.0
HALF_AN_HOUR = 1800.0


class Limiter:
    """At most `limit` signals per commune and household in each `span` of seconds; `clock` may be set by tests.

    A soft limit: two threads that add at the same moment may count one signal less.
    """

    def __init__(self, limit: int, span: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._limit = limit
        self._span = span
        self.begin()

    def begin(self) -> None:
        """Forget everything."""
        self._running = -1
        self._signals: dict[tuple[int, bytes], int] = {}

    def allows(self, commune: int, household: bytes) -> bool:
        """Count one signal; False when the household has used up this span."""
        key = (commune, household)
        running = int(self.clock() // self._span)
        if running != self._running:
            self._running, self._signals = running, {}
        signals = self._signals.get(key, 0)
        if signals >= self._limit:
            return False
        if signals or len(self._signals) < MOST_HOUSEHOLDS:
            self._signals[key] = signals + 1
        return True


# Those of this process.
limiter = Limiter(SIGNALS_PER_MINUTE, MINUTE)
private_views = Limiter(PRIVATE_VIEWS, HALF_AN_HOUR)
