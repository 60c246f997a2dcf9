"""Telling voters and networks of one poll apart without knowing who they are."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from polls.models import Poll
from serving.clientaddress import client_address, client_network

COOKIE = "phieu"
COOKIE_PATH = "/binh-chon/"
# Seconds: browsers cut any longer life to 400 days.
COOKIE_AGE = 400 * 24 * 60 * 60
TOKEN_BYTES = 16

_signer = signing.Signer(salt="polls.voter")


def read_token(request: HttpRequest) -> str | None:
    """The token of the voter's cookie, or None if there is none or the portal did not make it."""
    try:
        return _signer.unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return None


def new_token() -> str:
    """A random voter token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def signed(token: str) -> str:
    """The token as the cookie holds it: signed, so that only the portal can make one."""
    return _signer.sign(token)


def keep_token(response: HttpResponse, token: str) -> None:
    """Hand the token to the browser."""
    response.set_cookie(
        COOKIE,
        signed(token),
        max_age=COOKIE_AGE,
        path=COOKIE_PATH,
        secure=settings.CSRF_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def voter_hash(poll: Poll, token: str) -> bytes:
    """16 bytes that stand for the voter in this poll alone."""
    return _hash(poll, b"voter", token)


def network_hash(poll: Poll, request: HttpRequest) -> bytes:
    """16 bytes that stand for the voter's address (IPv6: its /64) in this poll alone."""
    return _hash(poll, b"network", str(client_network(client_address(request.META))))


def _hash(poll: Poll, purpose: bytes, text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16, key=bytes(poll.key), person=purpose).digest()
