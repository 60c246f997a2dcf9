"""The secrets that vouch for the lines of logs. They are not in the database, and outlive SECRET_KEY.

A portal that has no BALLOT_KEY uses its SECRET_KEY in that place, as portals did before there was one.
What was made with a SECRET_KEY stays valid when BALLOT_KEY is set.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.conf import settings


def vouching_secrets() -> list[str]:
    """The secret that new things are made with, then those that old ones may have been made with."""
    candidates = [
        settings.BALLOT_KEY,
        *settings.BALLOT_KEY_FALLBACKS,
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    ]
    return list(dict.fromkeys(secret for secret in candidates if secret))


def keys_for(purpose: bytes) -> list[bytes]:
    """32 bytes for each of the secrets; `purpose`: at most 16 bytes that keep them apart from other keys."""
    return [_key(secret, purpose) for secret in vouching_secrets()]


@lru_cache(maxsize=64)
def _key(secret: str, purpose: bytes) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=purpose).digest()
