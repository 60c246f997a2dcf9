"""The cache itself: a WSGI application around another."""

import functools
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from typing import Any

from serving.pagecache import encoding
from serving.pagecache.flights import Flight, Outcome, Refresher
from serving.pagecache.origin import Response, WSGIApp, differs, shared_request
from serving.pagecache.policy import FAILURE_STATUSES, Environ, Key, is_unchanged, lifetime, page_key
from serving.pagecache.store import Page, Store

logger = logging.getLogger(__name__)

# Seconds a page that may not be shared is remembered as such, so that nobody waits for another's.
REMEMBER_NOT_SHARED = 5.0
# Seconds between two attempts at a page while the application fails.
RETRY_AFTER = 1.0
# Seconds after a failure during which visitors get the old page at once and the attempts are made
# in the background: a database that hangs must not hold every thread.
TRUST_FAILURE = 10.0
MOST_REMEMBERED = 10_000
MOST_ACCEPT_ENCODINGS = 512
LONGEST_ACCEPT_ENCODING = 256
REFRESH_THREADS = 2
REFRESH_BACKLOG = 64
# Threads that make pages for visitors who wait, while an old one could stand in. They only wait
# for the application; as many as it has threads to render in, and some for those that hang.
LEADING_THREADS = 8

HIT = ("Cache-Status", "cong; hit")
# The environ key under which the application finds the cache in front of it.
ENVIRON_KEY = "serving.pagecache"


class PageCache:
    """Answer public pages from memory; everything else goes to `app` as it came.

    Args:
        app: the WSGI application behind.
        max_bytes: bound of all stored pages in all codings, in this process.
        known_parameters: names of the query parameters a public page may depend on, each single-valued.
        bypass_prefixes: paths that are never looked at.
        bypass_cookies: whoever sends one of these cookies gets everything from the application.
        wait_limit: seconds a request waits for another's render of the same page, or for its own
            while an old page can stand in.
        enabled: False makes the layer transparent.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        app: WSGIApp,
        *,
        max_bytes: int = 64 * 1024 * 1024,
        known_parameters: Collection[str] = frozenset({"trang"}),
        bypass_prefixes: Collection[str] = (),
        bypass_cookies: Collection[str] = frozenset({"sessionid"}),
        wait_limit: float = 3.0,
        enabled: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.enabled = enabled
        self._known_parameters = frozenset(name.encode() for name in known_parameters)
        # PATH_INFO holds bytes as latin-1 (PEP 3333).
        self._bypass_prefixes = tuple(prefix.encode().decode("latin-1") for prefix in bypass_prefixes)
        self._has_bypass_cookie = re.compile("|".join(map(re.escape, bypass_cookies)) or "(?!)").search
        self._wait_limit = wait_limit
        self._clock = clock
        self._store = Store(max_bytes)
        self._lookup = self._store.pages.get
        self._codings: dict[str | None, str] = {None: encoding.IDENTITY}
        self._lock = threading.Lock()
        self._flights: dict[Key, Flight] = {}
        self._not_shared: OrderedDict[Key, float] = OrderedDict()
        self._refresher = Refresher(REFRESH_THREADS, REFRESH_BACKLOG)
        self._leaders = Refresher(LEADING_THREADS, REFRESH_BACKLOG)
        self._generation = 0
        self._counts = dict.fromkeys(("misses", "stale", "renders", "coalesced", "failures", "untouched"), 0)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request. The path of a hit is kept short: see `_answer` for what it shares."""
        if not self._is_shareable(environ):
            return self._untouched(environ, start_response)
        # A key in normal form is found at once; any other spelling is looked up again below.
        page = self._lookup(
            (
                environ["wsgi.url_scheme"],
                environ.get("HTTP_X_FORWARDED_PROTO"),
                environ.get("HTTP_HOST"),
                environ.get("PATH_INFO", ""),
                environ.get("QUERY_STRING", ""),
            )
        )
        if page is not None:
            now = self._clock()
            if now < page.fresh_until:
                page.hits += 1
                return self._answer(page, HIT, now, environ, start_response)
        return self._look_further(environ, start_response)

    def _is_shareable(self, environ: Environ) -> bool:
        """Whether the request may get what another got. Its Cache-Control is not asked.

        Request directives are advisory (RFC 9111, section 5.2.1). Obeying `no-cache` would let
        anybody make the application render as often as they like.
        """
        if not self.enabled or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return False
        if "HTTP_AUTHORIZATION" in environ or "HTTP_RANGE" in environ:
            return False
        cookies = environ.get("HTTP_COOKIE")
        if cookies is None:
            return True
        # The name anywhere in the header is enough: a false match only costs speed.
        return self._has_bypass_cookie(cookies) is None

    def _untouched(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._counts["untouched"] += 1
        environ[ENVIRON_KEY] = self
        if not self.enabled or environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS", "TRACE"):
            return self.app(environ, start_response)

        def invalidating(status: str, *rest: Any) -> Any:
            # RFC 9111, section 4.4: a successful change makes the stored page of that address invalid.
            if status[0] in "23":
                key = page_key(environ, self._known_parameters)
                page = self._lookup(key) if key else None
                if page is not None:
                    self._store.drop(page)
            return start_response(status, *rest)

        return self.app(environ, invalidating)

    def _look_further(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer what is not fresh under the address as written."""
        if environ.get("PATH_INFO", "").startswith(self._bypass_prefixes):
            return self._untouched(environ, start_response)
        key = page_key(environ, self._known_parameters)
        if key is None:
            return self._untouched(environ, start_response)
        deadline = time.monotonic() + self._wait_limit
        mine = None
        while True:
            now = self._clock()
            page = self._lookup(key)
            if page is not None and now < page.fresh_until:
                page.hits += 1
                return self._answer(page, HIT, now, environ, start_response)
            if self._not_shared.get(key, now) > now:
                return self._untouched(environ, start_response)
            if page is not None and self._may_show_stale(page, now):
                self._refresh(page, environ, now)
                return self._answer_stale(page, now, environ, start_response)
            with self._lock:
                flight = self._flights.get(key)
                if flight is None:
                    if self._lookup(key) is not page:
                        continue  # made since we looked
                    mine = self._flights[key] = Flight()
            if mine is not None:
                self._counts["misses"] += 1
                lead = self._lead if self._stand_in(key) is None else self._lead_behind
                return lead(key, mine, environ, start_response)
            if not flight.wait(deadline - time.monotonic()):
                return self._overtake(key, flight, environ, start_response)
            if flight.page is not None:
                self._counts["misses"] += 1
                self._counts["coalesced"] += 1
                return self._answer(
                    flight.page, _forwarded(flight.page, "collapsed"), self._clock(), environ, start_response
                )
            # Not shared: the next round goes straight to the application. Failed: that is the leader's
            # own error, and whoever waited asks again, one after another.

    def _may_show_stale(self, page: Page, now: float) -> bool:
        """Whether the visitor gets the old page at once, without an attempt at the new one.

        A page past both times is never shown again. It stays until replaced or pushed out: the next
        render is likely to find its compressed bytes still good.
        """
        return now < page.revalidate_until or (now < page.error_until and now < page.failed_at + TRUST_FAILURE)

    def _overtake(
        self, key: Key, flight: Flight, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Go on without a leader who takes too long: show the old page, else render as the next leader."""
        now = self._clock()
        page = self._lookup(key)
        if page is not None and now < page.error_until:
            page.failed_at = now
            with self._lock:
                if self._flights.get(key) is flight:
                    del self._flights[key]
            return self._answer_stale(page, now, environ, start_response)
        mine = Flight()
        with self._lock:
            if self._flights.get(key, flight) is flight:
                self._flights[key] = mine
        self._counts["misses"] += 1
        return self._lead(key, mine, environ, start_response)

    def _lead_behind(
        self, key: Key, flight: Flight, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Have the page rendered behind: whoever asked waits no longer than a follower, then gets the old one."""
        task = functools.partial(self._render_behind, key, flight, shared_request(environ, key))
        if not self._leaders.submit(task):
            self._land(key, flight, Outcome.FAILED, None)
        elif not flight.wait(self._wait_limit):
            return self._overtake(key, flight, environ, start_response)
        if flight.page is not None:
            return self._answer(flight.page, _forwarded(flight.page, "stored"), self._clock(), environ, start_response)
        stale = self._stand_in(key) if flight.outcome is Outcome.FAILED else None
        if stale is None:
            # Not shared any more: ask again with everything the shared request left out.
            return self._untouched(environ, start_response)
        how = "fwd=stale" if flight.code is None else f"fwd=stale; fwd-status={flight.code}"
        return self._answer_stale(stale, self._clock(), environ, start_response, how)

    def _lead(self, key: Key, flight: Flight, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Render the page for this request and for whoever waits; no old page can stand in."""
        outcome, page, response = Outcome.FAILED, None, None
        try:
            page, response = self._render(key, environ)
            if page is not None:
                outcome = Outcome.STORED
            elif response.code not in FAILURE_STATUSES:
                outcome = Outcome.NOT_SHARED
        finally:
            self._land(key, flight, outcome, page)
        if page is not None:
            return self._answer(page, _forwarded(page, "stored"), self._clock(), environ, start_response)
        if outcome is Outcome.NOT_SHARED and differs(environ, key):
            # The shared request left something out that this page may need: ask again with everything.
            response.close()
            return self._untouched(environ, start_response)
        return response.hand_over(start_response)

    def _render(self, key: Key, environ: Environ) -> tuple[Page | None, Response]:
        """Ask the application once: a stored page, or None and its answer still to be read."""
        asked_at = self._clock()
        generation = self._generation
        before = self._lookup(key)
        shared = shared_request(environ, key)
        shared[ENVIRON_KEY] = self
        self._counts["renders"] += 1
        response = Response(self.app, shared)
        try:
            allowed = lifetime(response.code, response.headers)
            body = None if allowed is None else response.read(self._store.largest_body)
        except BaseException:
            response.close()
            raise
        if body is None:
            return None, response
        response.close()
        page = Page(key, response.status, response.headers, body, allowed, asked_at, before)
        self._store.put(page)
        if generation != self._generation:
            self._store.drop(page)
        return page, response

    def _land(self, key: Key, flight: Flight, outcome: Outcome, page: Page | None, code: int | None = None) -> None:
        """Tell the followers, and remember the result."""
        now = self._clock()
        before = self._lookup(key)
        if outcome is Outcome.FAILED:
            self._counts["failures"] += 1
            if before is not None:
                before.failed_at = now
        with self._lock:
            if outcome is Outcome.NOT_SHARED:
                self._not_shared[key] = now + REMEMBER_NOT_SHARED
                self._not_shared.move_to_end(key)
                if len(self._not_shared) > MOST_REMEMBERED:
                    self._not_shared.popitem(last=False)
            if self._flights.get(key) is flight:
                del self._flights[key]
        if outcome is Outcome.NOT_SHARED and before is not None:
            # Withdrawn, moved or made personal: what was public a moment ago is no longer.
            self._store.drop(before)
        flight.land(outcome, page, code)

    def _stand_in(self, key: Key) -> Page | None:
        """The old page that may be shown in place of an error (RFC 5861, section 4)."""
        page = self._lookup(key)
        return page if page is not None and self._clock() < page.error_until else None

    def _refresh(self, page: Page, environ: Environ, now: float) -> None:
        """Have a stale page rendered in the background, unless that is under way, done or just failed."""
        if now < page.failed_at + RETRY_AFTER:
            return
        key = page.key
        flight = Flight()
        with self._lock:
            if self._lookup(key) is not page or self._flights.setdefault(key, flight) is not flight:
                return
        if not self._refresher.submit(
            functools.partial(self._render_behind, key, flight, shared_request(environ, key))
        ):
            with self._lock:
                del self._flights[key]
            flight.land(Outcome.FAILED)

    def _render_behind(self, key: Key, flight: Flight, environ: Environ) -> None:
        outcome, page, code = Outcome.FAILED, None, None
        try:
            page, response = self._render(key, environ)
            code = response.code
            if page is not None:
                outcome = Outcome.STORED
            else:
                response.close()
                if response.code not in FAILURE_STATUSES:
                    outcome = Outcome.NOT_SHARED
        except Exception:
            logger.warning("refreshing %s failed", key.path, exc_info=True)
        finally:
            self._land(key, flight, outcome, page, code)

    def _answer_stale(
        self, page: Page, now: float, environ: Environ, start_response: Callable[..., Any], how: str = "hit"
    ) -> Iterable[bytes]:
        """Show an old page and say so: `detail` names the rule that allows it."""
        self._counts["stale"] += 1
        failing = how != "hit" or now >= page.revalidate_until or now < page.failed_at + TRUST_FAILURE
        detail = "stale-if-error" if failing else "stale-while-revalidate"
        marker = ("Cache-Status", f"cong; {how}; ttl={int(page.fresh_until - now)}; detail={detail}")
        return self._answer(page, marker, now, environ, start_response)

    def _answer(
        self, page: Page, marker: tuple[str, str], now: float, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Send a stored page; lists are shared with the server, except the one it may change."""
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        coding = self._codings.get(accepted) or self._learn(accepted)
        variant = page.variants.get(coding)
        if variant is None:
            added = page.build_variant(coding)
            if added:
                self._store.grow(page, added)
            variant = page.variants[coding]
        age = ("Age", str(int(now - page.made_at)))
        if ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ) and (
            # RFC 9110, section 13.2.1: conditions matter only where the answer were a success.
            page.status.startswith("200") and is_unchanged(environ, variant.etag, page.last_modified)
        ):
            start_response("304 Not Modified", [*variant.not_modified_headers, marker, age])
            return []
        start_response(page.status, [*variant.headers, marker, age])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [*variant.body]

    def _learn(self, accepted: str) -> str:
        """Negotiate a spelling of Accept-Encoding not seen before, and remember it if reasonable."""
        if len(accepted) > LONGEST_ACCEPT_ENCODING:
            return encoding.IDENTITY
        if len(self._codings) >= MOST_ACCEPT_ENCODINGS:
            self._codings = {None: encoding.IDENTITY}
        coding = self._codings[accepted] = encoding.negotiate(accepted)
        return coding

    def clear(self) -> None:
        """Forget every page of this process; renders already under way are not kept either."""
        self._generation += 1
        self._store.clear()
        with self._lock:
            self._not_shared.clear()

    def stats(self, busiest: int = 20) -> dict[str, Any]:
        """Counters of this process since its start, and its `busiest` pages.

        Counters that no lock guards are exact under the interpreter lock, approximate without.
        """
        now = self._clock()
        return {
            "enabled": self.enabled,
            "hits": self._store.hits(),
            **self._counts,
            "evictions": self._store.evictions,
            "entries": len(self._store.pages),
            "bytes": self._store.bytes,
            "max_bytes": self._store.max_bytes,
            "pages": [
                {
                    "address": page.key.path + (f"?{page.key.query}" if page.key.query else ""),
                    "host": page.key.host,
                    "status": page.status,
                    "hits": page.hits,
                    "renders": page.renders,
                    "bytes": page.size,
                    "age": int(now - page.made_at),
                }
                for page in self._store.busiest(busiest)
            ],
        }


def _forwarded(page: Page, how: str) -> tuple[str, str]:
    """The Cache-Status of a page that was not in memory, or only too old."""
    return ("Cache-Status", f"cong; fwd={'uri-miss' if page.renders == 1 else 'stale'}; {how}")
