"""What a network may cast in a day, and the proof of work that opens the way beyond it.

The proof is ALTCHA's (the `altcha` package) with scrypt: each try fills a megabyte, so that a program is
little faster than a browser. docs/poll-method.md says what it costs whom.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import time
from dataclasses import dataclass

import altcha
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from polls.models import NetworkAllowance, Poll

# The area around a network (/24, IPv6: /48) has the budget of so many networks.
AREA_TIMES = 5
# scrypt's N and r: 128 · N · r bytes, one megabyte. A try takes about 1.5 ms of a desktop's core.
SCRYPT_N = 1024
SCRYPT_R = 8
# Tries a browser makes at most, right beyond the free budget; the mean is half of it.
FIRST_TRIES = 3600
# Ballots beyond the free budget that add FIRST_TRIES once more.
DOUBLING = 600
# A proof asked for while a whole room was voting is good for so many ballots more: nobody is asked
# twice because neighbours were quicker.
ROOM = 300
# Seconds: how long a proof may take, and how long the same one is asked for again.
LIFE = 60 * 60
KEPT = 10 * 60


@dataclass(frozen=True)
class Budget:
    """How many ballots one network may cast in one poll and day: freely, and with a proof."""

    free: int
    proven: int

    @classmethod
    def of(cls, poll: Poll, allowance: NetworkAllowance | None) -> Budget:
        """The poll's own budget, or the allow-listed network's where that is larger."""
        if allowance is None:
            return cls(poll.free_ballots, poll.proven_ballots)
        return cls(max(poll.free_ballots, allowance.free_ballots), max(poll.proven_ballots, allowance.proven_ballots))


def tries(beyond: int) -> int:
    """Tries at most for a ballot that follows `beyond` others over the free budget."""
    return FIRST_TRIES + FIRST_TRIES * max(0, beyond) // DOUBLING


def puzzle(poll: Poll, voter: bytes, beyond: int) -> str:
    """The ALTCHA challenge for the voter's browser, as JSON; the same one for some minutes.

    It is bound to poll and voter, who has one ballot, so one solution counts one ballot.
    """
    key = f"polls.puzzle.{poll.pk}.{voter.hex()}"
    known: tuple[int, str] | None = cache.get(key)
    if known and known[0] >= beyond - ROOM // 2:
        return known[1]
    challenge = altcha.create_challenge(
        "SCRYPT",
        SCRYPT_N,
        counter=secrets.randbelow(tries(beyond)),
        memory_cost=SCRYPT_R,
        parallelism=1,
        expires_at=int(time.time()) + LIFE,
        data={"poll": poll.pk, "voter": voter.hex(), "beyond": beyond, "tries": tries(beyond)},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("solution"),
    )
    text = json.dumps(challenge.to_dict())
    cache.set(key, (beyond, text), KEPT)
    return text


def proven_up_to(payload: str, poll: Poll, voter: bytes) -> int | None:
    """Ballots beyond the free budget the solution is good for; None if it is none for this poll and voter."""
    try:
        data = json.loads(base64.b64decode(payload, validate=True))["challenge"]["parameters"]["data"]
        if (data["poll"], data["voter"]) != (poll.pk, voter.hex()):
            return None
        # The signed hash of the solution spares computing it anew.
        found = altcha.verify_solution(payload, _secret("challenge"), hmac_key_secret=_secret("solution"))
        return data["beyond"] + ROOM if found.verified else None
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _secret(purpose: str) -> str:
    return salted_hmac(f"polls.proof.{purpose}", "altcha").hexdigest()
