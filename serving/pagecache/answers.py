"""Answering from a stored page: which coding, 304 or whole, and what Cache-Status says of it."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from serving.pagecache import encoding
from serving.pagecache.policy import Environ, is_unchanged
from serving.pagecache.store import Page, Store

# Seconds after a failure during which visitors get the old page at once and the attempts are made
# in the background: a database that hangs must not hang every thread.
TRUST_FAILURE = 10.0
MOST_ACCEPT_ENCODINGS = 512
LONGEST_ACCEPT_ENCODING = 256

HIT = ("Cache-Status", "cong; hit")


class Answers:
    """Sends the pages of a store; remembers what each spelling of Accept-Encoding means."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.stale = 0
        self._store = store
        self._clock = clock
        self._codings: dict[str | None, str] = {None: encoding.IDENTITY}

    def new(self, page: Page, how: str, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Show a page that was not in memory, or only too old; `how` says who rendered it."""
        marker = ("Cache-Status", f"cong; fwd={'uri-miss' if page.renders == 1 else 'stale'}; {how}")
        return self.send(page, marker, self._clock(), environ, start_response)

    def old(
        self, page: Page, now: float, environ: Environ, start_response: Callable[..., Any], how: str = "hit"
    ) -> Iterable[bytes]:
        """Show an old page and say so: `detail` names the rule that allows it."""
        self.stale += 1
        failing = how != "hit" or now >= page.revalidate_until or now < page.failed_at + TRUST_FAILURE
        detail = "stale-if-error" if failing else "stale-while-revalidate"
        marker = ("Cache-Status", f"cong; {how}; ttl={int(page.fresh_until - now)}; detail={detail}")
        return self.send(page, marker, now, environ, start_response)

    def send(
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
        freshness = page.freshness(now)
        if ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ) and (
            # RFC 9110, section 13.2.1: conditions matter only where the answer were a success.
            page.status.startswith("200") and is_unchanged(environ, variant.etag, page.last_modified)
        ):
            start_response("304 Not Modified", [*variant.not_modified_headers, marker, freshness])
            return []
        start_response(page.status, [*variant.headers, marker, freshness])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [*variant.body]

    def _learn(self, accepted: str | None) -> str:
        """Negotiate a spelling of Accept-Encoding not seen before, and remember it if reasonable."""
        if accepted is None or len(accepted) > LONGEST_ACCEPT_ENCODING:
            return encoding.IDENTITY
        if len(self._codings) >= MOST_ACCEPT_ENCODINGS:
            self._codings = {None: encoding.IDENTITY}
        coding = self._codings[accepted] = encoding.negotiate(accepted)
        return coding
