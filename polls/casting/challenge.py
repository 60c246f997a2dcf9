"""The one-time number of a ballot form.

It names the poll and the voter, works once (its id is unique in the log), not at once and not for ever.
Nothing is stored until the ballot is cast.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from enum import Enum

from django.core import signing

from polls.models import Poll

# Seconds a form must have been open before it is sent. A person needs longer to read a question.
MINIMUM_AGE = 1.0
MAXIMUM_AGE = 4 * 60 * 60.0

_signer = signing.Signer(salt="polls.challenge")


class Refusal(Enum):
    """Why a challenge is not accepted."""

    INVALID = "invalid"
    EARLY = "early"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Challenge:
    id: str
    poll: int
    voter: str
    issued_at: float

    @classmethod
    def issue(cls, poll: Poll, voter: bytes) -> Challenge:
        return cls(secrets.token_urlsafe(16), poll.pk, voter.hex(), time.time())

    def sign(self) -> str:
        """The text of the form's hidden field."""
        return _signer.sign_object([self.id, self.poll, self.voter, round(self.issued_at * 1000)])

    @classmethod
    def read(cls, text: str) -> Challenge | None:
        """The challenge in a hidden field; None unless the portal signed it."""
        try:
            # Forms of the version before this one carry a fifth value.
            identity, poll, voter, issued_at, *_ = _signer.unsign_object(text)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(identity, poll, voter, issued_at / 1000)

    def refusal(self, poll: Poll, voter: bytes) -> Refusal | None:
        """Why this challenge does not fit the poll, the voter or the moment; None if it does."""
        if (self.poll, self.voter) != (poll.pk, voter.hex()):
            return Refusal.INVALID
        age = time.time() - self.issued_at
        if age < MINIMUM_AGE:
            return Refusal.EARLY
        return Refusal.EXPIRED if age > MAXIMUM_AGE else None
