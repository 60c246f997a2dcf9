"""Recognising a visitor within a day without knowing who it is: keyed hashes, whose salt is deleted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address, ip_network

from serving.clientaddress import Address, client_network
from visitors.calendar import day_of
from visitors.models import Salt

# Local time at which the salt changes: the hour with the fewest readers, so that few visits meet it.
ROTATION = 3.5 * 3600  # seconds after midnight
# The new salt is fetched this long before it comes into use, so that no request waits for it.
FETCH_AHEAD = 300.0  # seconds
SECRET_BYTES = 32
NEIGHBOURHOOD_IPV4 = 24
NEIGHBOURHOOD_IPV6 = 48


@dataclass(frozen=True, slots=True)
class Source:
    """What tells one visitor from the next. Lives in memory only, until it is hashed.

    `commune` is its primary key: whoever reads two portals is two visitors, and all hosts of a
    portal are one place.
    """

    address: Address
    user_agent: str
    commune: int


@dataclass(frozen=True, slots=True)
class Identity:
    """One visitor of a commune under the salt of the day, as signed 64-bit numbers.

    `twin` is the same visitor under the salt before, known while both have been in use on the
    present calendar day: it keeps someone who was here at 3 o'clock from counting twice.
    """

    visitor: int
    twin: int | None
    network: int


@dataclass(frozen=True, slots=True)
class Salts:
    """The secret in use, and the one before while it still matters."""

    day: date
    secret: bytes
    previous: bytes | None

    def identify(self, source: Source, today: date) -> Identity:
        """Hash a visitor; `today` is the calendar day in Vietnam."""
        household, neighbourhood = _networks(source.address)
        place = b"commune %d" % source.commune
        text = b"\0".join((household, source.user_agent.encode("utf-8", "replace"), place))
        before = self.previous if today == self.day else None
        return Identity(
            visitor=_hash(self.secret, text),
            twin=_hash(before, text) if before is not None else None,
            network=_hash(self.secret, b"\0".join((neighbourhood, place))),
        )


def salt_day_of(moment: float) -> date:
    """The day whose salt is in use at a moment in seconds since 1970."""
    return day_of(moment - ROTATION)


def load_salts(moment: float) -> Salts:
    """Read the salts of a moment (seconds since 1970) from the database, creating what is missing.

    Two processes that create the same day's salt end up with the same one. Raises DatabaseError.
    """
    day = salt_day_of(moment)
    found = _secrets(day)
    if day not in found:
        Salt.objects.bulk_create([Salt(day=day, secret=secrets.token_bytes(SECRET_BYTES))], ignore_conflicts=True)
        found = _secrets(day)
    return Salts(day=day, secret=found[day], previous=found.get(day - timedelta(days=1)))


def _secrets(day: date) -> dict[date, bytes]:
    rows = Salt.objects.filter(day__gte=day - timedelta(days=1)).values_list("day", "secret")
    return {row_day: bytes(secret) for row_day, secret in rows}


def _hash(secret: bytes, text: bytes) -> int:
    return int.from_bytes(blake2b(text, digest_size=8, key=secret).digest(), "big", signed=True)


def neighbourhood_of(address: Address) -> bytes:
    """The IPv4 /24 or IPv6 /48 of an address, as text."""
    return _networks(address)[1]


@lru_cache(maxsize=10_000)
def _networks(address: Address) -> tuple[bytes, bytes]:
    """The network of one household, and the one of its neighbourhood at the same provider."""
    prefix = NEIGHBOURHOOD_IPV6 if isinstance(address, IPv6Address) else NEIGHBOURHOOD_IPV4
    neighbourhood = ip_network((address, prefix), strict=False)
    return str(client_network(address)).encode(), b"network " + str(neighbourhood).encode()
