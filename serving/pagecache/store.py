"""Stored pages and the byte-bounded memory that holds them."""

import hashlib
import re
import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from serving.pagecache import encoding
from serving.pagecache.policy import ENTITY_TAG, Headers, Key, KeyParts, Lifetime, http_date

_SHARED_AGE = re.compile(r"s-maxage=\d+", re.IGNORECASE)

# What a page costs beside its bytes: objects, dictionaries, prebuilt lists.
PAGE_OVERHEAD = 2048
# A page larger than this part of the memory is not stored: it would push out too many others.
LARGEST_PART = 8

# Not the cache's to repeat: they belong to one connection (RFC 9110, 7.6.1) or are computed here.
_REPLACED = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "age",
        "cache-status",
        "content-length",
        "etag",
        "vary",
    ]
)
# What a 304 carries (RFC 9110, section 15.4.5); the client keeps the rest from its own copy.
_NOT_MODIFIED = frozenset(["cache-control", "content-location", "date", "expires"])


class Variant(NamedTuple):
    """One page in one content coding, ready to send."""

    body: list[bytes]
    headers: Headers
    not_modified_headers: Headers
    etag: str


class Page:
    """One stored response in every coding asked for so far. Times are seconds of the cache's clock."""

    __slots__ = (
        "__weakref__",
        "_bodies",
        "_compressible",
        "_control",
        "_headers",
        "_lock",
        "_tag",
        "_told",
        "error_until",
        "failed_at",
        "fresh_until",
        "hits",
        "hits_at_last_look",
        "key",
        "last_modified",
        "made_at",
        "renders",
        "revalidate_until",
        "size",
        "status",
        "stored_at",
        "variants",
    )

    def __init__(
        self,
        key: Key,
        status: str,
        headers: Headers,
        body: bytes,
        lifetime: Lifetime,
        asked_at: float,
        before: "Page | None" = None,
    ) -> None:
        """Take a response to a request made at `asked_at`; `before` is the page it replaces."""
        given = {name.lower(): value for name, value in headers}
        connection = {name.strip() for name in given.get("connection", "").lower().split(",")}
        self.key = key
        self.status = status
        self._headers = [pair for pair in headers if pair[0].lower() not in _REPLACED | connection]
        self._headers.append(("Vary", "Accept-Encoding"))
        self._control = _SHARED_AGE.split(given.get("cache-control", ""), maxsplit=1)
        self._told: tuple[int | None, tuple[str, str]] = (None, ("", ""))
        if self._says_shared_age:
            self._headers = [pair for pair in self._headers if pair[0].lower() != "cache-control"]
        age = given.get("age", "")
        self.made_at = asked_at - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)
        self.stored_at = asked_at
        self.fresh_until = self.made_at + lifetime.fresh
        self.revalidate_until = self.fresh_until + lifetime.while_revalidate
        self.error_until = self.fresh_until + lifetime.if_error
        self.last_modified = http_date(given.get("last-modified", ""))
        self.failed_at = float("-inf")
        self._compressible = lifetime.is_transformable and encoding.is_worth_compressing(
            body, given.get("content-type", "")
        )
        self._tag = given.get("etag", "")
        if not ENTITY_TAG.fullmatch(self._tag):
            self._tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        self._lock = threading.Lock()
        self.variants: dict[str, Variant] = {}
        self.renders = 1
        self.hits = self.hits_at_last_look = 0
        self._bodies = {encoding.IDENTITY: body}
        if before is not None and before._bodies[encoding.IDENTITY] == body:
            # A refresh seldom changes anything: the compressed bytes stay good.
            self._bodies = dict(before._bodies)
        text = sum(map(len, filter(None, key))) + sum(len(name) + len(value) for name, value in headers)
        self.size = PAGE_OVERHEAD + 4 * text + sum(map(len, self._bodies.values()))
        if before is not None:
            # The codings asked for until now are made at once: no visitor waits for the compressor.
            self.size += sum(self.build_variant(coding) for coding in list(before.variants))

    @property
    def _says_shared_age(self) -> bool:
        return len(self._control) == 2

    def freshness(self, now: float) -> tuple[str, str]:
        """The header that tells a cache in front how long it may keep the page, which is not new.

        `s-maxage` is what is left, less the second that caches which count in whole ones add; nginx does, and
        ignores Age as well. Where the page says only `max-age`, the header is its Age.
        """
        if not self._says_shared_age:
            return "Age", str(int(now - self.made_at))
        left = int(self.fresh_until - now) - 1
        told, header = self._told
        if told != left:
            header = ("Cache-Control", f"{self._control[0]}s-maxage={max(0, left)}{self._control[1]}")
            self._told = (left, header)  # for every hit of this second
        return header

    def build_variant(self, coding: str) -> int:
        """Prepare one coding, once; returns the bytes it added to the page."""
        with self._lock:
            if coding in self.variants:
                return 0
            added = 0
            if coding not in self._bodies and self._compressible:
                compressed = encoding.compress(self._bodies[encoding.IDENTITY], coding)
                if len(compressed) < len(self._bodies[encoding.IDENTITY]):
                    self._bodies[coding] = compressed
                    added = len(compressed)
            used = coding if coding in self._bodies and self._compressible else encoding.IDENTITY
            self.variants[coding] = self._variant(used)
            return added

    def _variant(self, coding: str) -> Variant:
        body = self._bodies[coding]
        headers = list(self._headers)
        etag = self._tag
        if coding != encoding.IDENTITY:
            headers.append(("Content-Encoding", coding))
            # Strong tags name exact bytes, so each coding has its own.
            etag = f'{etag[:-1]}-{coding}"'
        headers += [("Content-Length", str(len(body))), ("ETag", etag)]
        unchanged = [pair for pair in headers if pair[0].lower() in _NOT_MODIFIED | {"etag", "vary"}]
        return Variant([body], headers, unchanged, etag)


class Store:
    """Pages by key within a number of bytes; where room is needed, the owner of the most bytes gives it.

    So the pages of one owner, however many strangers ask for, push out no page of another. Of that owner
    the least recently used goes first. "Recently used" is a second chance: whoever was asked for since the
    last look moves to the back instead of leaving. A hit then needs no lock and no reordering. Reading
    `pages.get` needs no lock either; every change takes one.

    `owner_of` says whose page a host's is.
    """

    def __init__(self, max_bytes: int, owner_of: Callable[[str], Hashable] = lambda host: None) -> None:
        self.max_bytes = max_bytes
        self.largest_body = max_bytes // LARGEST_PART
        self.pages: dict[KeyParts, Page] = {}
        self._owner_of = owner_of
        self._owned: defaultdict[Hashable, OrderedDict[Key, Page]] = defaultdict(OrderedDict)
        self._owned_bytes: Counter[Hashable] = Counter()
        self._owners: dict[Key, Hashable] = {}  # as they were when the page was stored
        self.bytes = 0
        self.evictions = 0
        self.departed_hits = 0
        self._lock = threading.Lock()

    def put(self, page: Page) -> None:
        """Keep the page, unless a newer render of it is already kept."""
        owner = self._owner_of(page.key.host)
        with self._lock:
            before = self.pages.get(page.key)
            if before is not None:
                if before.stored_at > page.stored_at:
                    return
                self._count(page.key, -before.size)
                page.renders += before.renders
                page.hits = page.hits_at_last_look = before.hits
            else:
                self._owners[page.key] = owner
            self.pages[page.key] = page
            owned = self._owned[self._owners[page.key]]
            owned[page.key] = page
            owned.move_to_end(page.key)
            self._count(page.key, page.size)
            self._make_room()

    def grow(self, page: Page, added: int) -> None:
        """Count bytes that a page gained by a new coding."""
        with self._lock:
            page.size += added
            if self.pages.get(page.key) is page:
                self._count(page.key, added)
                self._make_room()

    def drop(self, page: Page) -> None:
        """Forget the page, unless it was replaced meanwhile."""
        with self._lock:
            if self.pages.get(page.key) is page:
                self._remove(page)

    def busiest(self, count: int) -> list[Page]:
        """The pages with most hits, the first first."""
        with self._lock:
            pages = list(self.pages.values())
        return sorted(pages, key=lambda page: page.hits, reverse=True)[:count]

    def hits(self) -> int:
        """How often a page was answered from here, pages since gone included."""
        with self._lock:
            return self.departed_hits + sum(page.hits for page in self.pages.values())

    def _count(self, key: Key, added: int) -> None:
        self.bytes += added
        self._owned_bytes[self._owners[key]] += added

    def _make_room(self) -> None:
        while self.bytes > self.max_bytes:
            owner, _bytes = max(self._owned_bytes.items(), key=lambda item: item[1])
            owned = self._owned[owner]
            page = next(iter(owned.values()))
            if page.hits != page.hits_at_last_look:
                page.hits_at_last_look = page.hits
                owned.move_to_end(page.key)
            else:
                self._remove(page)
                self.evictions += 1

    def _remove(self, page: Page) -> None:
        self._count(page.key, -page.size)
        del self.pages[page.key]
        owner = self._owners.pop(page.key)
        del self._owned[owner][page.key]
        if not self._owned[owner]:
            del self._owned[owner], self._owned_bytes[owner]
        self.departed_hits += page.hits
