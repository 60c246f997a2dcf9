"""The cache itself: a WSGI application around another, which looks pages up and decides who gets which."""

import re
import time
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any

from serving.pagecache.answers import HIT, TRUST_FAILURE, Answers
from serving.pagecache.flights import Flight, Outcome
from serving.pagecache.origin import WSGIApp, differs
from serving.pagecache.policy import Environ, Key, page_key
from serving.pagecache.renders import ENVIRON_KEY, Renders
from serving.pagecache.store import Page, Store


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
        owner_of: whose pages those of a host are; the memory is shared out among the owners.
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
        owner_of: Callable[[str], Hashable] = lambda host: None,
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
        self._store = Store(max_bytes, owner_of)
        self._lookup = self._store.pages.get
        self._answers = Answers(self._store, clock)
        self._renders = Renders(app, self._store, self, clock)
        self._counts = dict.fromkeys(("misses", "coalesced", "untouched"), 0)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request. The path of a hit is kept short: see `Answers.send` for what it shares."""
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
                return self._answers.send(page, HIT, now, environ, start_response)
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
        # The name anywhere in the header is enough: a cookie too many costs only speed.
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
        while True:
            now = self._clock()
            page = self._lookup(key)
            if page is not None and now < page.fresh_until:
                page.hits += 1
                return self._answers.send(page, HIT, now, environ, start_response)
            if self._renders.is_not_shared(key, now):
                return self._untouched(environ, start_response)
            if page is not None and self._may_show_stale(page, now):
                self._renders.refresh(page, environ, now)
                return self._answers.old(page, now, environ, start_response)
            joined = self._renders.join(key, page)
            if joined is None:
                continue  # made since we looked
            flight, is_mine = joined
            if is_mine:
                self._counts["misses"] += 1
                lead = self._lead if self._stand_in(key) is None else self._lead_behind
                return lead(key, flight, environ, start_response)
            if not flight.wait(deadline - time.monotonic()):
                return self._overtake(key, flight, environ, start_response)
            if flight.page is not None:
                self._counts["misses"] += 1
                self._counts["coalesced"] += 1
                return self._answers.new(flight.page, "collapsed", environ, start_response)
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
            self._renders.give_up_on(key, flight)
            return self._answers.old(page, now, environ, start_response)
        self._counts["misses"] += 1
        return self._lead(key, self._renders.succeed(key, flight), environ, start_response)

    def _lead_behind(
        self, key: Key, flight: Flight, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Have the page rendered behind: whoever asked waits no longer than a follower, then gets the old one."""
        if self._renders.lead_behind(key, flight, environ) and not flight.wait(self._wait_limit):
            return self._overtake(key, flight, environ, start_response)
        if flight.page is not None:
            return self._answers.new(flight.page, "stored", environ, start_response)
        stale = self._stand_in(key) if flight.outcome is Outcome.FAILED else None
        if stale is None:
            # Not shared any more: ask again with everything the shared request left out.
            return self._untouched(environ, start_response)
        how = "fwd=stale" if flight.code is None else f"fwd=stale; fwd-status={flight.code}"
        return self._answers.old(stale, self._clock(), environ, start_response, how)

    def _lead(self, key: Key, flight: Flight, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Render the page for this request and for whoever waits; no old page can stand in."""
        outcome, page, response = self._renders.lead(key, flight, environ)
        if page is not None:
            return self._answers.new(page, "stored", environ, start_response)
        if outcome is Outcome.NOT_SHARED and differs(environ, key):
            # The shared request left something out that this page may need: ask again with everything.
            response.close()
            return self._untouched(environ, start_response)
        return response.hand_over(start_response)

    def _stand_in(self, key: Key) -> Page | None:
        """The old page that may be shown in place of an error (RFC 5861, section 4)."""
        page = self._lookup(key)
        return page if page is not None and self._clock() < page.error_until else None

    def stats(self, busiest: int = 20) -> dict[str, Any]:
        """Counters of this process since its start, and its `busiest` pages.

        Counters that no lock guards are exact under the interpreter lock, approximate without.
        """
        now = self._clock()
        return {
            "enabled": self.enabled,
            "hits": self._store.hits(),
            **self._counts,
            **self._renders.counts,
            "stale": self._answers.stale,
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
