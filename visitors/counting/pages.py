"""Which page is being read, in a form nobody outside can invent.

A page that its view knows by a key carries a mark: its key ("article:123") and a short signature. The
beacon sends the mark back; without a valid one the page is counted by its path, and only so many
paths a day are kept apart.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest

from django.conf import settings

KEY = re.compile(r"[a-z]{1,16}(?::[0-9]{1,18})?")
PATH = re.compile(r"/[!-~]{0,198}")
SEPARATOR = "~"
SIGNATURE_BYTES = 6  # a guess succeeds once in 2**48, and gains one line in a table
REST = ""  # the value that stands for everything not kept apart


def mark(key: str) -> str:
    """The key with its signature, for the page's markup. Raises ValueError for what is no key."""
    if not KEY.fullmatch(key):
        raise ValueError(f"not a page key: {key!r}")
    return f"{key}{SEPARATOR}{_signature(key, settings.SECRET_KEY)}"


@lru_cache(maxsize=10_000)
def page_of(marked: str, path: str) -> str:
    """The key of a valid mark, else the path if it looks like one, else REST."""
    key, _, signature = marked.partition(SEPARATOR)
    if KEY.fullmatch(key) and compare_digest(signature.encode(), _signature(key, settings.SECRET_KEY).encode()):
        return key
    path = path.partition("?")[0].partition("#")[0]
    return path if PATH.fullmatch(path) else REST


def is_path(page: str) -> bool:
    """Whether the page was counted by a path, which anyone can invent, rather than by its key."""
    return page.startswith("/")


@lru_cache(maxsize=10_000)
def _signature(key: str, secret: str) -> str:
    digest = blake2b(
        key.encode(), digest_size=SIGNATURE_BYTES, key=blake2b(secret.encode()).digest(), person=b"page mark"
    )
    return urlsafe_b64encode(digest.digest()).decode()
