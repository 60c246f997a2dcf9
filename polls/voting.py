"""Casting a ballot: one statement, that is one transaction, ending with the line in the log.

The statement calls the database function `polls_cast` (migration 0002), because every vote pays for
each round trip and holds the lock of its poll's log until it is committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, connection

from polls.challenge import Budget
from polls.models import Poll

# Question and choice ids, as ticked.
Answers = frozenset[tuple[int, int]]


class Outcome(StrEnum):
    """What a vote did; the values are shown in the address of the result page."""

    CAST = "moi"
    CHANGED = "doi"
    UNCHANGED = "giu"
    QUARANTINED = "cho"


class ChallengeUsedError(Exception):
    """The form was sent before with other choices: it works once."""


class ClosedError(Exception):
    """The poll is not open, whatever a page that was read before said."""


class OutdatedError(Exception):
    """A choice or a question was taken off the ballot meanwhile; possible until the first vote."""


@dataclass(frozen=True)
class Vote:
    voter_hash: bytes
    net_hash: bytes
    answers: Answers
    challenge: str
    budget: Budget
    # Whether the browser solved the puzzle or the person the sum.
    is_proven: bool = False
    # Whether the field that people do not see was filled in.
    is_trapped: bool = False
    comment: str = ""


def cast(poll: Poll, vote: Vote, at: datetime) -> Outcome:
    """Record the vote, or change the voter's earlier one; all or nothing.

    A further vote with the same choices changes nothing. Beyond the network's budgets a new ballot
    waits in quarantine. Raises ChallengeUsedError, ClosedError or OutdatedError.
    """
    questions, choices = zip(*sorted(vote.answers), strict=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT polls_cast(%s, %s, %s, %s, %s, %s::bigint[], %s::bigint[], %s, %s, %s, %s, %s)",
                [
                    poll.pk,
                    vote.voter_hash,
                    vote.net_hash,
                    at,
                    vote.challenge,
                    list(questions),
                    list(choices),
                    vote.comment,
                    vote.budget.free,
                    vote.budget.proven,
                    vote.is_proven,
                    vote.is_trapped,
                ],
            )
            answer = cursor.fetchone()[0]
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
    return Outcome[answer.upper()]


def network_use(poll: Poll, net_hash: bytes, limit: int) -> int:
    """How many ballots of the poll came from the network; counting stops at `limit`."""
    return poll.ballots.filter(net_hash=net_hash)[:limit].count()


def log_choices(answers: Answers) -> str:
    """Ticked choices as the log writes them: `question:choice`, sorted, by commas."""
    return ",".join(f"{question}:{choice}" for question, choice in sorted(answers))
