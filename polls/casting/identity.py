"""Telling voters and networks of one poll apart without knowing who they are."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_network

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from polls.casting.paper import Paper
from polls.casting.proof import Budget
from polls.models import Poll
from serving.clientaddress import Address, Network, client_address, client_network
from trail.keys import vouching_secrets

COOKIE = "phieu"
# Marks a browser that many people use, and tells the voter before what became of the ballot there.
SHARED_COOKIE = "may-dung-chung"
RECEIPT_COOKIE = "phieu-vua-gui"
# Seconds: browsers cut any longer life to 400 days.
COOKIE_AGE = 400 * 24 * 60 * 60
TOKEN_BYTES = 16
# Seconds after which a shared computer is another person's.
TURN = 60


@dataclass(frozen=True)
class Voter:
    """Who reads or sends a ballot of one poll, made once per request."""

    token: str
    # Whether the browser sent the token, that is, keeps cookies.
    is_known: bool
    # Whether staff marked the browser as one that many people use.
    is_shared: bool
    # 16 bytes each that stand for the voter, the network and the area around it in this poll alone.
    hash: bytes
    network: bytes
    area: bytes
    budget: Budget

    @classmethod
    def of(cls, request: HttpRequest, paper: Paper) -> Voter:
        """The voter whose token the request carries, or a new one."""
        token = read_token(request)
        address = client_address(request.META)
        voter = cls(
            token=token or new_token(),
            is_known=token is not None,
            is_shared=is_shared(request),
            hash=b"",
            network=_hash(paper.poll, b"network", str(client_network(address))),
            area=_hash(paper.poll, b"area", str(area_of(address))),
            budget=paper.budget(address),
        )
        return replace(voter, hash=voter_hash(paper.poll, voter.token))

    def followed(self, poll: Poll) -> Voter:
        """The next person at the same computer."""
        token = new_token()
        return replace(self, token=token, hash=voter_hash(poll, token))


def area_of(address: Address) -> Network:
    """The networks that one provider's customer can often choose from: the /24 or IPv6 /48."""
    return ip_network((address, 48 if isinstance(address, IPv6Address) else 24), strict=False)


def read_token(request: HttpRequest) -> str | None:
    """The token of the voter's cookie, or None if there is none or the portal did not make it."""
    return _unsigned("polls.voter", _held(request, COOKIE))


def new_token() -> str:
    """A random voter token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def signed(token: str) -> str:
    """The token as the cookie holds it: signed, so that only the portal can make one."""
    return _signer("polls.voter").sign(token)


def keep_token(response: HttpResponse, token: str) -> None:
    """Hand the token to the browser."""
    _set(response, COOKIE, signed(token), COOKIE_AGE)


def is_shared(request: HttpRequest) -> bool:
    """Whether staff marked the browser as one that many people use."""
    return _unsigned("polls.shared", _held(request, SHARED_COOKIE)) is not None


def mark_shared(response: HttpResponse, *, shared: bool) -> None:
    """Mark the browser as shared, or as one person's again."""
    if shared:
        _set(response, SHARED_COOKIE, _signer("polls.shared").sign("1"), COOKIE_AGE)
    else:
        for name in {SHARED_COOKIE, cookie_name(SHARED_COOKIE)}:
            response.delete_cookie(name, path=_cookie_path())


def keep_receipt(response: HttpResponse, poll: Poll, status: str) -> None:
    """Let a shared browser say for a turn what became of the ballot it no longer has the token of."""
    _set(response, RECEIPT_COOKIE, _signer("polls.receipt").sign(f"{poll.pk}.{status}"), TURN)


def read_receipt(request: HttpRequest, poll: Poll) -> str | None:
    """The status of the ballot that was just sent from a shared browser."""
    number, _, status = (_unsigned("polls.receipt", _held(request, RECEIPT_COOKIE)) or "").partition(".")
    return status if number == str(poll.pk) else None


def voter_hash(poll: Poll, token: str) -> bytes:
    """16 bytes that stand for the voter in this poll alone."""
    return _hash(poll, b"voter", token)


def cookie_name(name: str) -> str:
    """What the cookie is called: under TLS so that no page without it can set one.

    __Host- would send it to every page of the portal, since it wants the path "/".
    """
    return f"__Secure-{name}" if settings.CSRF_COOKIE_SECURE else name


def _held(request: HttpRequest, name: str) -> str:
    """What the browser holds; a cookie from before its name had a prefix counts as well, or its owner would vote twice."""
    return request.COOKIES.get(cookie_name(name)) or request.COOKIES.get(name, "")


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=seconds,
        path=_cookie_path(),
        secure=settings.CSRF_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie_path() -> str:
    """All pages of the polls, and no other."""
    return reverse("polls:poll_list")


def _signer(salt: str) -> signing.Signer:
    """Signs with the key of ballots, so that a new SECRET_KEY lets nobody vote twice."""
    key, *older = vouching_secrets()
    return signing.Signer(key=key, fallback_keys=older, salt=salt)


def _unsigned(salt: str, value: str) -> str | None:
    try:
        return _signer(salt).unsign(value)
    except signing.BadSignature:
        return None


def _hash(poll: Poll, purpose: bytes, text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16, key=bytes(poll.key), person=purpose).digest()
