"""The key that second factors are stored under: a copy of the database alone lets nobody make codes.

It is neither in the database nor SECRET_KEY, which is replaced more easily: without this key every second factor
would have to be set up anew. A portal without FACTOR_KEY uses SECRET_KEY in its place and warns; what was stored
under that can still be read when FACTOR_KEY is set.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


class UnknownKeyError(Exception):
    """A secret was stored under a key that is not at hand."""


def encrypt(text: str) -> str:
    """`text` under the present key, as ASCII."""
    return _fernet(*_secrets()).encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """What `encrypt` was given; raises UnknownKeyError where no key at hand made the token."""
    try:
        return _fernet(*_secrets()).decrypt(token.encode("ascii")).decode()
    except InvalidToken:
        raise UnknownKeyError("a second factor was stored under another FACTOR_KEY") from None


def _secrets() -> list[str]:
    candidates = [
        settings.FACTOR_KEY,
        *settings.FACTOR_KEY_FALLBACKS,
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    ]
    return [secret for secret in dict.fromkeys(candidates) if secret]


@lru_cache(maxsize=4)
def _fernet(*secrets: str) -> MultiFernet:
    digests = [
        hashlib.blake2b(secret.encode(), digest_size=32, person=b"accounts.factor").digest() for secret in secrets
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


@register
def factor_key_is_set(**kwargs: object) -> list[CheckMessage]:
    """Warn of a portal whose second factors hang on SECRET_KEY."""
    if settings.FACTOR_KEY:
        return []
    return [
        Warning(
            "FACTOR_KEY is not set: second factors are stored under SECRET_KEY, and a new SECRET_KEY would lose them",
            hint="Set FACTOR_KEY or FACTOR_KEY_FILE; `make run` creates one for this machine.",
            id="accounts.W001",
        )
    ]
