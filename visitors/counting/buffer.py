"""What one process has counted and not yet written down.

A request adds to dictionaries in memory; `flush` writes them in one transaction. Nothing here
ever waits for the database inside a request, and nothing grows without bound.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError

from visitors.calendar import HOUR, day_of
from visitors.counting import flush
from visitors.counting.flush import Batch, Touch
from visitors.counting.identity import FETCH_AHEAD, Salts, Source, load_salts, salt_day_of
from visitors.counting.pages import REST
from visitors.counting.rollups import Arrival, CountKey, KnownValues
from visitors.models import Dimension

logger = logging.getLogger(__name__)

MOST_TOUCHES = 200_000  # visitors held while the database is away
MOST_COUNTS = 5_000  # pages, sites and bots of a commune in one batch; what exceeds it folds into REST
MOST_COUNTS_OF_ALL = 200_000  # the same of all communes together
MOST_WAITING = 50_000  # requests of a process that does not know the salt: its first, and while the database is away
MOST_VIEWS = 60  # different pages that one visitor can open between two writings
MOST_RECENT = 200_000  # visitors a process remembers
PRUNE_EVERY = 60.0  # seconds


class _Waiting(NamedTuple):
    source: Source
    moment: float
    is_staff: bool
    arrival: Arrival | None
    page: str | None


class Recent(NamedTuple):
    """A visitor this process has written down, and when."""

    last: float
    commune: int
    number: int  # in the presence table
    network: int
    is_staff: bool


class Buffer:
    """The counters of one process. Every method may be called from any thread.

    `clock` gives seconds since 1970; tests set it.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.begin()

    def begin(self) -> None:
        """Begin as a new process: after a fork, and between tests. Nobody else may be counting."""
        self._counting = threading.Lock()
        self._flushing = threading.Lock()
        self._process = secrets.randbits(63)
        self._sequence = 0
        self._salts: Salts | None = None
        self._coming_salts: Salts | None = None
        self._touches: dict[int, Touch] = {}
        self._counts: Counter[CountKey] = Counter()
        self._kinds: Counter[int] = Counter()  # how many different counts each commune has
        self._waiting: list[_Waiting] = []
        self._recent: dict[int, Recent] = {}
        self._known = KnownValues()
        self._frozen: list[Batch] = []  # taken out of the way of the requests, not yet written
        self._must_resend = False
        self._pruned_at = 0.0

    # --- Counting: in requests, memory only ---------------------------------------------------

    def count(self, commune: int, dimension: Dimension, value: str, *, times: int = 1) -> None:
        """Add to a number that a commune has this hour: a page view, a bot's request, something not counted."""
        with self._counting:
            self._add(commune, self.clock(), dimension, value, times)

    def _add(self, commune: int, moment: float, dimension: Dimension, value: str, times: int = 1) -> None:
        key = (commune, int(moment // HOUR), dimension, value)
        if key not in self._counts:
            if self._kinds[commune] >= MOST_COUNTS or len(self._counts) >= MOST_COUNTS_OF_ALL:
                key = (*key[:3], REST)
            else:
                self._kinds[commune] += 1
        self._counts[key] += times

    def touch(
        self, source: Source, *, is_staff: bool = False, arrival: Arrival | None = None, page: str | None = None
    ) -> None:
        """Note that a visitor is here.

        `arrival` describes a page view, for the case that it begins a visit; `page` is the page whose
        view counts unless the visitor has opened it within READING_SECONDS before.
        """
        moment = self.clock()
        with self._counting:
            sign = _Waiting(source, moment, is_staff, arrival, page)
            if (salts := self._salts_of(moment)) is not None:
                self._note(salts, sign)
            elif len(self._waiting) < MOST_WAITING:
                self._waiting.append(sign)
            elif page is not None:
                self._add(source.commune, moment, Dimension.PAGE, page)

    def _salts_of(self, moment: float) -> Salts | None:
        """The salts in use at a moment; None before they are read, and after the clock has jumped to another day."""
        day = salt_day_of(moment)
        return next((salts for salts in (self._salts, self._coming_salts) if salts and salts.day == day), None)

    def _note(self, salts: Salts, sign: _Waiting) -> None:
        source, moment, is_staff, arrival, page = sign
        identity = salts.identify(source, day_of(moment))
        touch = self._touches.get(identity.visitor)
        if touch is not None:
            touch.last = max(touch.last, moment)
            touch.is_staff = is_staff
            touch.arrival = touch.arrival or arrival
        elif len(self._touches) < MOST_TOUCHES:
            touch = self._touches[identity.visitor] = Touch(
                commune=source.commune,
                first=moment,
                last=moment,
                network=identity.network,
                twin=identity.twin,
                is_staff=is_staff,
                arrival=arrival,
            )
        if page is None:
            return
        if touch is None:
            self._add(source.commune, moment, Dimension.PAGE, page)
        elif page in touch.views:
            self._add(source.commune, moment, Dimension.EXCLUDED, flush.REPEATED)
        elif len(touch.views) >= MOST_VIEWS:
            self._add(source.commune, moment, Dimension.EXCLUDED, flush.CROWDED)
        else:
            touch.views[page] = moment

    # --- Writing: in the background, or where a test says so -----------------------------------

    def flush(self) -> int:
        """Write everything counted so far; returns how many visitors were written.

        Raises DatabaseError or InterfaceError when the database cannot take it now (it is away, being
        promoted, full, not migrated): the batch is kept and written by the next call, once, even if
        this call's COMMIT went through and only its reply was lost.
        """
        with self._flushing:
            moment = self.clock()
            self._load_salts(moment)
            written = 0
            while self._frozen or self._freeze(moment):
                written += self._write(self._frozen[0])
            if abs(moment - self._pruned_at) >= PRUNE_EVERY:  # the clock may have been put back
                self._pruned_at = moment
                self._forget_the_gone(moment)
            return written

    def connection_was_lost(self) -> None:
        """Tell the database again who is here: a crash of the server empties the presence table."""
        self._must_resend = True

    def _write(self, batch: Batch) -> int:
        try:
            numbers = flush.write(batch, self._known)
        except (DataError, IntegrityError):
            # SQLSTATE classes 22 and 23: what the database will never take must not hold up those behind it,
            # nor take the counts of other communes along.
            self._frozen[:1] = parts = self._split(batch)
            if not parts:
                logger.exception("A batch of visitor counts was rejected and dropped")
            return 0
        except (DatabaseError, InterfaceError):
            self.connection_was_lost()
            raise
        del self._frozen[0]
        if len(self._recent) < MOST_RECENT:
            for visitor, number in numbers.items():
                touch = batch.touches[visitor]
                self._recent[visitor] = Recent(touch.last, touch.commune, number, touch.network, touch.is_staff)
        return len(numbers)

    def _load_salts(self, moment: float) -> None:
        """Have the salt of now, and in time the one to come, so that no request waits for either."""
        if self._salts is None or self._salts.day != salt_day_of(moment):
            salts = self._coming_salts
            if salts is None or salts.day != salt_day_of(moment):
                salts = load_salts(moment)
            with self._counting:
                self._salts, self._coming_salts = salts, None
                for waiting in self._waiting:
                    self._note(self._salts_of(waiting.moment) or salts, waiting)
                self._waiting.clear()
        if self._coming_salts is None and salt_day_of(moment + FETCH_AHEAD) != self._salts.day:
            self._coming_salts = load_salts(moment + FETCH_AHEAD)

    def _split(self, batch: Batch) -> list[Batch]:
        """A batch of each commune; none where there is only one."""
        communes = {touch.commune for touch in batch.touches.values()} | {key[0] for key in batch.counts}
        parts = []
        for commune in sorted(communes) if len(communes) > 1 else ():
            self._sequence += 1
            parts.append(
                batch._replace(
                    sequence=self._sequence,
                    touches={visitor: touch for visitor, touch in batch.touches.items() if touch.commune == commune},
                    counts=Counter({key: number for key, number in batch.counts.items() if key[0] == commune}),
                )
            )
        return parts

    def _freeze(self, moment: float) -> bool:
        """Take what has been counted out of the way of the requests; False when there is nothing."""
        must_resend, self._must_resend = self._must_resend, False
        with self._counting:
            touches, self._touches = self._touches, {}
            counts, self._counts = self._counts, Counter()
            self._kinds = Counter()
        if not touches and not counts and not must_resend:
            return False
        known = set()
        for visitor, touch in touches.items():
            recent = self._recent.get(visitor)
            if recent is not None and abs(touch.first - recent.last) < flush.VISIT_SECONDS:
                if day_of(recent.last) == day_of(touch.last):
                    known.add(visitor)
                touch.number = recent.number
        if must_resend:
            for visitor, recent in self._recent.items():
                if visitor not in touches and abs(moment - recent.last) < flush.VISIT_SECONDS:
                    touches[visitor] = Touch(
                        commune=recent.commune,
                        first=recent.last,
                        last=recent.last,
                        network=recent.network,
                        twin=None,
                        is_staff=recent.is_staff,
                        arrival=None,
                        number=recent.number,
                    )
                    known.add(visitor)
        self._sequence += 1
        self._frozen.append(
            Batch(
                process=self._process,
                sequence=self._sequence,
                moment=moment,
                touches=touches,
                counts=counts,
                known=known,
            )
        )
        return True

    def _forget_the_gone(self, moment: float) -> None:
        gone = [visitor for visitor, recent in self._recent.items() if abs(moment - recent.last) > flush.VISIT_SECONDS]
        for visitor in gone:
            del self._recent[visitor]
        self._known.forget_before(day_of(moment))


# The one buffer of this process.
buffer = Buffer()
