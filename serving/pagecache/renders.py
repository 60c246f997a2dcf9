"""Rendering: who leads and who waits, what is made in the background, and what follows from a render."""

import functools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from serving.pagecache.flights import Flight, Outcome, Refresher
from serving.pagecache.origin import Response, WSGIApp, shared_request
from serving.pagecache.policy import FAILURE_STATUSES, Environ, Key, lifetime
from serving.pagecache.store import Page, Store

logger = logging.getLogger(__name__)

# Seconds a page that may not be shared is remembered as such, so that nobody waits for another's.
REMEMBER_NOT_SHARED = 5.0
# Seconds between two attempts at a page while the application fails.
RETRY_AFTER = 1.0
MOST_REMEMBERED = 10_000
REFRESH_THREADS = 2
REFRESH_BACKLOG = 64
# Threads that make pages for visitors who wait, while an old one could stand in. They only wait
# for the application; as many as it has threads to render in, and some for those that hang.
LEADING_THREADS = 8

# The environ key under which the application finds the cache in front of it.
ENVIRON_KEY = "serving.pagecache"


class Renders:
    """The renders under way in this process, one for each page, and the pages found not to be shared.

    `cache` is what the application finds under ENVIRON_KEY.
    """

    def __init__(self, app: WSGIApp, store: Store, cache: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self.flights: dict[Key, Flight] = {}
        self.counts = dict.fromkeys(("renders", "failures"), 0)
        self._app = app
        self._cache = cache
        self._clock = clock
        self._store = store
        self._lookup = store.pages.get
        self._lock = threading.Lock()
        self._not_shared: OrderedDict[Key, float] = OrderedDict()
        self._refresher = Refresher(REFRESH_THREADS, REFRESH_BACKLOG)
        self._leaders = Refresher(LEADING_THREADS, REFRESH_BACKLOG)

    # --- Who renders ---

    def join(self, key: Key, page: Page | None) -> tuple[Flight, bool] | None:
        """The render of a page under way, or a new one to be led (True); None if `page` was replaced meanwhile."""
        with self._lock:
            flight = self.flights.get(key)
            if flight is not None:
                return flight, False
            if self._lookup(key) is not page:
                return None
            flight = self.flights[key] = Flight()
            return flight, True

    def give_up_on(self, key: Key, flight: Flight) -> None:
        """Let others lead: this render takes too long."""
        with self._lock:
            if self.flights.get(key) is flight:
                del self.flights[key]

    def succeed(self, key: Key, flight: Flight) -> Flight:
        """A render of one's own, in the place of one that takes too long."""
        mine = Flight()
        with self._lock:
            if self.flights.get(key, flight) is flight:
                self.flights[key] = mine
        return mine

    # --- Rendering ---

    def lead(self, key: Key, flight: Flight, environ: Environ) -> tuple[Outcome, Page | None, Response]:
        """Render for whoever asks and for those who wait; raises what the application raises."""
        outcome: Outcome = Outcome.FAILED
        page: Page | None = None
        try:
            page, response = self._render(key, environ)
            outcome = _outcome(page, response)
        finally:
            self._land(key, flight, outcome, page)
        return outcome, page, response

    def lead_behind(self, key: Key, flight: Flight, environ: Environ) -> bool:
        """Have the page rendered for somebody who waits; False, with the render failed, when too many are."""
        is_begun = self._leaders.submit(self._behind(key, flight, environ))
        if not is_begun:
            self._land(key, flight, Outcome.FAILED, None)
        return is_begun

    def refresh(self, page: Page, environ: Environ, now: float) -> None:
        """Have a stale page rendered in the background, unless that is under way, done or just failed."""
        if now < page.failed_at + RETRY_AFTER:
            return
        key = page.key
        flight = Flight()
        with self._lock:
            if self._lookup(key) is not page or self.flights.setdefault(key, flight) is not flight:
                return
        if not self._refresher.submit(self._behind(key, flight, environ)):
            with self._lock:
                del self.flights[key]
            flight.land(Outcome.FAILED)

    def _behind(self, key: Key, flight: Flight, environ: Environ) -> Callable[[], None]:
        return functools.partial(self._render_behind, key, flight, shared_request(environ, key))

    def _render_behind(self, key: Key, flight: Flight, environ: Environ) -> None:
        outcome: Outcome = Outcome.FAILED
        page: Page | None = None
        code: int | None = None
        try:
            page, response = self._render(key, environ)
            code = response.code
            if page is None:
                response.close()
            outcome = _outcome(page, response)
        except Exception:
            logger.warning("refreshing %s failed", key.path, exc_info=True)
        finally:
            self._land(key, flight, outcome, page, code)

    def _render(self, key: Key, environ: Environ) -> tuple[Page | None, Response]:
        """Ask the application once: a stored page, or None and its answer still to be read."""
        asked_at = self._clock()
        before = self._lookup(key)
        shared = shared_request(environ, key)
        shared[ENVIRON_KEY] = self._cache
        self.counts["renders"] += 1
        response = Response(self._app, shared)
        try:
            allowed = lifetime(response.code, response.headers)
            body = None if allowed is None else response.read(self._store.largest_body)
        except BaseException:
            response.close()
            raise
        if allowed is None or body is None:
            return None, response
        response.close()
        page = Page(key, response.status, response.headers, body, allowed, asked_at, before)
        self._store.put(page)
        return page, response

    # --- What follows from a render ---

    def is_not_shared(self, key: Key, now: float) -> bool:
        """Whether the page was found not to be shared a moment ago."""
        return self._not_shared.get(key, now) > now

    def _land(self, key: Key, flight: Flight, outcome: Outcome, page: Page | None, code: int | None = None) -> None:
        """Tell the followers, and remember what the render has shown."""
        now = self._clock()
        before = self._lookup(key)
        if outcome is Outcome.FAILED:
            self.counts["failures"] += 1
            if before is not None:
                before.failed_at = now
        with self._lock:
            if outcome is Outcome.NOT_SHARED:
                self._not_shared[key] = now + REMEMBER_NOT_SHARED
                self._not_shared.move_to_end(key)
                if len(self._not_shared) > MOST_REMEMBERED:
                    self._not_shared.popitem(last=False)
            if self.flights.get(key) is flight:
                del self.flights[key]
        if outcome is Outcome.NOT_SHARED and before is not None:
            # Withdrawn, moved or made personal: what was public a moment ago is no longer.
            self._store.drop(before)
        flight.land(outcome, page, code)


def _outcome(page: Page | None, response: Response) -> Outcome:
    if page is not None:
        return Outcome.STORED
    return Outcome.FAILED if response.code in FAILURE_STATUSES else Outcome.NOT_SHARED
