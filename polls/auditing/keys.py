"""The secrets that vouch for ballots. They are not in the database, and outlive SECRET_KEY.

A portal that has no BALLOT_KEY uses its SECRET_KEY in that place, as portals did before there was one.
What was made with a SECRET_KEY stays valid when BALLOT_KEY is set: nobody votes twice because of it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


def ballot_secrets() -> list[str]:
    """The secret that new things are made with, then those that old ones may have been made with."""
    candidates = [
        settings.BALLOT_KEY,
        *settings.BALLOT_KEY_FALLBACKS,
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    ]
    return list(dict.fromkeys(secret for secret in candidates if secret))


def code_keys() -> list[bytes]:
    """32 bytes for each of the secrets, to make codes with."""
    return [_code_key(secret) for secret in ballot_secrets()]


@lru_cache(maxsize=16)
def _code_key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"polls.codes").digest()


@register
def ballot_key_is_set(**kwargs: object) -> list[CheckMessage]:
    """Warn of a portal whose ballots hang on SECRET_KEY."""
    if settings.BALLOT_KEY:
        return []
    return [
        Warning(
            "BALLOT_KEY is not set: ballots are tied to SECRET_KEY, and a new SECRET_KEY would let everybody vote again",
            hint="Set BALLOT_KEY or BALLOT_KEY_FILE; `make run` creates one for this machine.",
            id="polls.W001",
        )
    ]
