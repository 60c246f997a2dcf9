"""The one-time number of a ballot form, and the small check a busy network has to pass.

The form carries a signed challenge: it names the poll and the voter, works once (its id is unique
in the log), not at once and not for ever. When many ballots came from one network the form also
asks for a check: the browser's proof of work (ALTCHA, by the `altcha` package), or without
JavaScript a sum. Nothing is stored until the ballot is cast.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import time
from dataclasses import dataclass
from enum import Enum

import altcha
from django.core import signing
from django.utils.crypto import salted_hmac

from polls.models import NetworkAllowance, Poll

# Seconds a form must have been open before it is sent. A person needs longer to read a question.
MINIMUM_AGE = 1.0
MAXIMUM_AGE = 4 * 60 * 60.0
# Hashes the browser tries at most: 0.1 s on a small telephone at first, some seconds in the end.
FIRST_WORK = 20_000
MOST_WORK = 400_000

_signer = signing.Signer(salt="polls.challenge")


class Refusal(Enum):
    """Why a challenge is not accepted."""

    INVALID = "invalid"
    EARLY = "early"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Budget:
    """How many ballots one network may cast in one poll: freely, and with a check."""

    free: int
    proven: int

    @classmethod
    def of(cls, poll: Poll, allowance: NetworkAllowance | None) -> Budget:
        """The poll's own budget, or the allow-listed network's where that is larger."""
        if allowance is None:
            return cls(poll.free_ballots, poll.proven_ballots)
        return cls(max(poll.free_ballots, allowance.free_ballots), max(poll.proven_ballots, allowance.proven_ballots))

    def asks_for_check(self, used: int) -> bool:
        """Whether a further ballot needs a check once `used` were cast, and one would still help."""
        return self.free <= used < self.proven

    def work(self, used: int) -> int:
        """Hashes to try at most: grows from FIRST_WORK to MOST_WORK as the budget is used up."""
        over = (used - self.free) / max(1, self.proven - self.free)
        return int(FIRST_WORK + min(1.0, max(0.0, over)) * (MOST_WORK - FIRST_WORK))


@dataclass(frozen=True)
class Challenge:
    id: str
    poll: int
    voter: str
    issued_at: float
    # The two numbers of the sum, when a check is asked for.
    sum: tuple[int, int] | None = None

    @classmethod
    def issue(cls, poll: Poll, voter: bytes, *, checked: bool) -> Challenge:
        numbers = (secrets.randbelow(8) + 2, secrets.randbelow(8) + 2) if checked else None
        return cls(secrets.token_urlsafe(16), poll.pk, voter.hex(), time.time(), numbers)

    def sign(self) -> str:
        """The text of the form's hidden field."""
        values = [self.id, self.poll, self.voter, round(self.issued_at * 1000), self.sum]
        return _signer.sign_object(values)

    @classmethod
    def read(cls, text: str) -> Challenge | None:
        """The challenge in a hidden field; None unless the portal signed it."""
        try:
            identity, poll, voter, issued_at, numbers = _signer.unsign_object(text)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(identity, poll, voter, issued_at / 1000, tuple(numbers) if numbers else None)

    def refusal(self, poll: Poll, voter: bytes) -> Refusal | None:
        """Why this challenge does not fit the poll, the voter or the moment; None if it does."""
        if (self.poll, self.voter) != (poll.pk, voter.hex()):
            return Refusal.INVALID
        age = time.time() - self.issued_at
        if age < MINIMUM_AGE:
            return Refusal.EARLY
        return Refusal.EXPIRED if age > MAXIMUM_AGE else None

    def puzzle(self, work: int) -> str:
        """The ALTCHA challenge the browser solves, as JSON; bound to this challenge's id."""
        puzzle = altcha.create_challenge(
            "SHA-256",
            1,
            counter=secrets.randbelow(work),
            data={"id": self.id},
            hmac_secret=_puzzle_secret(),
        )
        return json.dumps(puzzle.to_dict())

    def is_solved_by(self, payload: str) -> bool:
        """Whether the payload is a solution of the puzzle made for this challenge."""
        try:
            data = json.loads(base64.b64decode(payload, validate=True))["challenge"]["parameters"]["data"]
            return data["id"] == self.id and altcha.verify_solution(payload, _puzzle_secret()).verified
        except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return False

    def is_answered_by(self, answer: int) -> bool:
        return self.sum is not None and sum(self.sum) == answer


def _puzzle_secret() -> str:
    return salted_hmac("polls.puzzle", "altcha").hexdigest()
