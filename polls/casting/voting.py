"""Casting a ballot: one statement, that is one transaction, ending with the line in the log.

The statement calls the database function `polls_cast` (models/cast.sql), because every vote pays for
each round trip and holds the lock of its poll's log until it is committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, connection
from django.utils import timezone
from psycopg2.extras import Json

from polls.auditing import tails
from polls.auditing.codes import vote_codes
from polls.casting.identity import Voter
from polls.casting.proof import AREA_TIMES
from polls.models import Poll

# Question and choice ids, as ticked.
Answers = frozenset[tuple[int, int]]


class Outcome(StrEnum):
    """What a vote did; the values are shown in the address of the result page."""

    CAST = "moi"
    CHANGED = "doi"
    UNCHANGED = "giu"
    QUARANTINED = "cho"
    # A ballot that waited was proven, or its network has room again.
    ACCEPTED = "nhan"


class ProofNeededError(Exception):
    """The network has used up what is free today. Nothing was written: the voter proves, or lets it wait."""

    def __init__(self, beyond: int) -> None:
        super().__init__(beyond)
        # Ballots beyond the free budget.
        self.beyond = beyond


class ChallengeUsedError(Exception):
    """The form was sent before with other choices: it works once."""


class ClosedError(Exception):
    """The poll is not open; a page that was read before may still have shown a ballot."""


class OutdatedError(Exception):
    """A choice or a question was taken off the ballot meanwhile; possible until the first vote."""


@dataclass(frozen=True)
class Vote:
    voter: Voter
    answers: Answers
    challenge: str
    # How far beyond the free budget the proof of the voter's browser reaches; None without one.
    proven_up_to: int | None = None
    # Whether the voter would rather have an officer look at the ballot than prove.
    may_wait: bool = False
    # Whether the field that people do not see was filled in.
    is_trapped: bool = False
    comment: str = ""


def cast(poll: Poll, vote: Vote, at: datetime) -> Outcome:
    """Record the vote, or change the voter's earlier one; all or nothing.

    A further vote with the same choices changes nothing, unless the ballot waits in quarantine and can
    be accepted now. Raises ProofNeededError, ChallengeUsedError, ClosedError or OutdatedError.
    """
    voter, budget = vote.voter, vote.voter.budget
    questions, choices = zip(*sorted(vote.answers), strict=True)
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    codes = vote_codes(poll, voter.hash, log_choices(vote.answers), vote.challenge, at)
    parameters = [poll.pk, voter.hash, voter.network, voter.area, at, day, vote.challenge]
    parameters += [list(questions), list(choices), vote.comment]
    parameters += [budget.free, budget.proven, AREA_TIMES]
    parameters += [vote.proven_up_to, vote.may_wait, vote.is_trapped, Json(codes)]
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT answer, beyond, line, line_hash FROM polls_cast(%s, %s, %s, %s, %s, %s, %s,"
                " %s::bigint[], %s::bigint[], %s, %s, %s, %s, %s, %s, %s, %s)",
                parameters,
            )
            answer, beyond, line, line_hash = cursor.fetchone()
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name in {
            "polls_selection_question_same_poll",
            "polls_selection_choice_same_poll",
        }:
            raise OutdatedError from error
        raise
    if answer == "closed":
        raise ClosedError
    if answer == "used":
        raise ChallengeUsedError
    if answer == "proof":
        raise ProofNeededError(beyond)
    if line:
        tails.keep_after_commit(poll, line, line_hash)
    return Outcome[answer.upper()]


def log_choices(answers: Answers) -> str:
    """Ticked choices as the log writes them: `question:choice`, sorted, by commas."""
    return ",".join(f"{question}:{choice}" for question, choice in sorted(answers))
