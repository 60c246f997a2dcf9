"""How often one household may signal before it is no longer counted."""

from __future__ import annotations

import time
from collections.abc import Callable

# A minute's signals of one address in one process. A provider may put a thousand readers behind one
# address, each with one heartbeat a minute: the limit is far above them and far below a flood.
SIGNALS_PER_MINUTE = 3000
MOST_HOUSEHOLDS = 100_000  # remembered at once; beyond it newcomers are let through
MINUTE = 60.0


class Limiter:
    """Signals per household in the running minute; `clock` gives seconds and may be set by tests.

    A soft limit: two threads that add at the same moment may count one signal less.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._minute = -1
        self._signals: dict[bytes, int] = {}

    def allows(self, household: bytes) -> bool:
        """Count one signal; False when the household has used up this minute."""
        minute = int(self.clock() // MINUTE)
        if minute != self._minute:
            self._minute, self._signals = minute, {}
        signals = self._signals.get(household, 0)
        if signals >= SIGNALS_PER_MINUTE:
            return False
        if signals or len(self._signals) < MOST_HOUSEHOLDS:
            self._signals[household] = signals + 1
        return True


# The one limiter of this process.
limiter = Limiter()
