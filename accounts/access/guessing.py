"""Guessing is slowed down, and its victims are not.

What fails is counted in the database, so that several processes count as one, and before the password is looked at,
so that attempts at the same moment count too. Beyond a free number each failure makes the next attempt wait, twice
as long each time up to a bound; an attempt that comes too early is refused without a look at the password, and makes
nobody wait longer.

Whoever signed in before, with this browser (a signed cookie names its accounts) or from this network, is counted by
that alone: a stranger who guesses elsewhere cannot keep the owner out, and one who tries two hundred names behind the
same address keeps no colleague out. (OWASP describes the cookie as "device cookies".)
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import FailureCount, KnownNetwork, User
from serving.clientaddress import Address, client_address, client_network
from vietnamese import to_nfc


@dataclass(frozen=True)
class Budget:
    """How many attempts are looked at without a wait, and how long the next one waits at first and at most."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long after its last failure something with so many `failures` waits."""
        if failures < self.free:
            return timedelta(0)
        return min(self.first * 2 ** min(failures - self.free, 20), self.longest)


DEVICE, PAIR, ACCOUNT, NEAR, WIDE = "device", "pair", "account", "near", "wide"
QUARTER, SECONDS = timedelta(minutes=15), timedelta(seconds=5)
BUDGETS = {
    DEVICE: Budget(10, SECONDS, QUARTER),  # one name in a browser that knows it
    PAIR: Budget(5, SECONDS, QUARTER),  # one name from one network
    ACCOUNT: Budget(30, timedelta(seconds=30), timedelta(minutes=30)),  # one name, from wherever it was never used
    NEAR: Budget(10, SECONDS, QUARTER),  # one address, or the /64 of one line
    WIDE: Budget(30, SECONDS, QUARTER),  # the /24 or /48 around it: one office, or one customer of a provider
}
# After so long without a failure one begins anew; after so long without a sign-in a network is no longer known.
FORGOTTEN_AFTER = timedelta(days=1)
NETWORK_KNOWN = timedelta(days=90)

COOKIE_AGE = timedelta(days=180)
MOST_ACCOUNTS = 10
_SALT = "accounts.device"

# What is guessed; each has counts of its own.
PASSWORD, CODE, MAIL = "password", "code", "mail"


class TooEarlyError(Exception):
    """An attempt that waits; `seconds` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s too early")
        self.seconds = seconds


@dataclass(frozen=True)
class Attempt:
    """An attempt that is counted as a failure until it `succeeded`."""

    counts: list[FailureCount]

    def succeeded(self, at: datetime | None = None) -> None:
        """Forget the failures of this person here; of others, this attempt was none."""
        now = at or timezone.now()
        own = [count.pk for count in self.counts if count.kind in (DEVICE, PAIR)]
        shared = [count.pk for count in self.counts if count.kind not in (DEVICE, PAIR)]
        FailureCount.objects.filter(pk__in=own).delete()
        FailureCount.objects.filter(pk__in=shared).update(failures=Greatest(F("failures") - 1, Value(0)), open_at=now)


def begin(request: HttpRequest, name: str, what: str = PASSWORD, at: datetime | None = None) -> Attempt:
    """Count an attempt at what belongs to the account `name`, whether there is one or not; raises TooEarlyError."""
    at = at or timezone.now()
    wanted = sorted(_counted(request, name, what, at))
    with transaction.atomic():
        FailureCount.objects.bulk_create(
            [FailureCount(kind=k, name=n, place=p, failed_at=at, open_at=at) for k, n, p in wanted],
            ignore_conflicts=True,
        )
        counts = []
        for kind, code, place in wanted:  # in one order, so that two attempts cannot wait for each other
            counts.append(FailureCount.objects.select_for_update().get(kind=kind, name=code, place=place))
        opens = max(count.open_at for count in counts)
        if opens > at:
            raise TooEarlyError(math.ceil((opens - at).total_seconds()))
        for count in counts:
            count.failures = 1 if at - count.failed_at > FORGOTTEN_AFTER else count.failures + 1
            count.failed_at = at
            count.open_at = at + BUDGETS[count.kind].wait(count.failures)
        FailureCount.objects.bulk_update(counts, ["failures", "failed_at", "open_at"])
    return Attempt(counts)


def _counted(request: HttpRequest, name: str, what: str, at: datetime) -> list[tuple[str, str, str]]:
    """What an attempt counts for: (kind, code of the name, place) each."""
    code = _code(f"{what}:{to_nfc(name).strip()}")
    address = client_address(request.META)
    near = str(client_network(address))
    user = User.objects.filter(username=name).only("pk").first()
    mark = _marks(request).get(user.pk) if user else None
    if mark:
        return [(DEVICE, code, mark)]
    known = KnownNetwork.objects.filter(user=user, network=near, seen_at__gt=at - NETWORK_KNOWN)
    if user and known.exists():
        return [(PAIR, code, near)]
    networks = [(NEAR, what, near), (WIDE, what, _around(address))] if what != CODE else []
    return [(PAIR, code, near), (ACCOUNT, code, ""), *networks]


def _around(address: Address) -> str:
    """The /24 or /48 around an address."""
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _code(text: str) -> str:
    """People type a password where the name belongs: what is stored names nobody."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def remember(request: HttpRequest, response: HttpResponse, user: User, at: datetime | None = None) -> bool:
    """Know this browser and this network as the user's from now on; whether the browser was known before."""
    know_network(request, user, at)
    marks = _marks(request)
    is_known = user.pk in marks
    marks[user.pk] = marks.pop(user.pk, None) or secrets.token_urlsafe(12)  # the last one at the end
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(list(marks.items())[-MOST_ACCOUNTS:], salt=_SALT),
        max_age=COOKIE_AGE,
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return is_known


def know_network(request: HttpRequest, user: User, at: datetime | None = None) -> None:
    """Count the account of `user` apart from strangers where this request comes from.

    So it is where they signed in, or set a password by mail, and where an administrator set one for them: a new colleague
    gets in while somebody guesses behind the same address.
    """
    KnownNetwork.objects.update_or_create(
        user=user,
        network=str(client_network(client_address(request.META))),
        defaults={"seen_at": at or timezone.now()},
    )


def _marks(request: HttpRequest) -> dict[int, str]:
    """The accounts that have signed in with this browser, each with its mark; empty for a cookie that is not ours."""
    try:
        pairs = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=COOKIE_AGE)
        return {int(user): str(mark) for user, mark in pairs}
    except (signing.BadSignature, TypeError, ValueError):
        return {}


def forget_failures(name: str) -> int:
    """Let the account `name` be tried at once again, wherever; how many counts went."""
    codes = [_code(f"{what}:{to_nfc(name).strip()}") for what in (PASSWORD, CODE, MAIL)]
    return FailureCount.objects.filter(name__in=codes).delete()[0]
