"""Casting a ballot: one short transaction that ends with the line in the log.

The statements are written out in SQL because every vote pays for each of them. Order of locks:
the network's, the ballot's row, the poll's log (taken by the trigger of polls_event with the last
statement), so that two votes never wait for each other crosswise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, connection, transaction

from polls.challenge import Budget
from polls.models import Doubt, Event, Poll, Status

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

    A further vote with the same choices changes nothing. Raises ChallengeUsedError.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            doubt = _doubt(cursor, poll, vote)
            status = Status.QUARANTINED if doubt else Status.COUNTED
            cursor.execute(
                "INSERT INTO polls_ballot (poll_id, voter_hash, net_hash, status, doubt, created_at)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (poll_id, voter_hash) DO NOTHING RETURNING id",
                [poll.pk, vote.voter_hash, vote.net_hash, status, doubt, at],
            )
            if row := cursor.fetchone():
                _write(cursor, poll, row[0], Event.Kind.CAST, status, vote, at, note=doubt)
                return Outcome.QUARANTINED if doubt else Outcome.CAST
            cursor.execute(
                "SELECT id, status FROM polls_ballot WHERE poll_id = %s AND voter_hash = %s FOR UPDATE",
                [poll.pk, vote.voter_hash],
            )
            ballot, status = cursor.fetchone()
            if _answers(cursor, ballot) == vote.answers:
                _keep_comment(cursor, ballot, vote, at)
                return Outcome.UNCHANGED
            cursor.execute("DELETE FROM polls_selection WHERE ballot_id = %s", [ballot])
            _write(cursor, poll, ballot, Event.Kind.CHANGE, status, vote, at)
            return Outcome.CHANGED
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name == "polls_event_challenge":
            raise ChallengeUsedError from error
        raise


def network_use(poll: Poll, net_hash: bytes, limit: int) -> int:
    """How many ballots of the poll came from the network; counting stops at `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(_NETWORK_USE, [poll.pk, net_hash, limit])
        return cursor.fetchone()[0]


_NETWORK_USE = "SELECT count(*) FROM (SELECT 1 FROM polls_ballot WHERE poll_id = %s AND net_hash = %s LIMIT %s) AS used"


def _doubt(cursor, poll: Poll, vote: Vote) -> Doubt:
    """Why the ballot must wait for an officer, if it must.

    Votes of one network wait for each other here: no two of them see the same count.
    """
    if vote.is_trapped:
        return Doubt.TRAP
    lock = int.from_bytes(vote.net_hash[:8], signed=True)
    cursor.execute(
        f"SELECT pg_advisory_xact_lock(%s); {_NETWORK_USE}", [lock, poll.pk, vote.net_hash, vote.budget.proven]
    )
    used = cursor.fetchone()[0]
    if used >= vote.budget.proven:
        return Doubt.NETWORK
    if used >= vote.budget.free and not vote.is_proven:
        return Doubt.UNPROVEN
    return Doubt.NONE


def _answers(cursor, ballot: int) -> Answers:
    cursor.execute("SELECT question_id, choice_id FROM polls_selection WHERE ballot_id = %s", [ballot])
    return frozenset(cursor.fetchall())


def _write(
    cursor, poll: Poll, ballot: int, kind: Event.Kind, status: str, vote: Vote, at: datetime, *, note: str = ""
) -> None:
    """The ticks and the line in the log, in one round trip. The line comes last: it locks the log."""
    _keep_comment(cursor, ballot, vote, at)
    parameters: list = []
    answers = sorted(vote.answers)
    slots: dict[int, int] = {}
    for question, choice in answers:
        slots[question] = slots.get(question, 0) + 1
        parameters += [poll.pk, ballot, question, choice, slots[question]]
    ticks = ", ".join(["(%s, %s, %s, %s, %s)"] * len(answers))
    parameters += [poll.pk, kind, ballot, status, log_choices(vote.answers), vote.challenge, note, at]
    cursor.execute(
        f"INSERT INTO polls_selection (poll_id, ballot_id, question_id, choice_id, slot) VALUES {ticks};"
        " INSERT INTO polls_event (poll_id, position, kind, ballot_id, status, choices, challenge, officer, note,"
        " created_at, hash) VALUES (%s, 0, %s, %s, %s, %s, %s, '', %s, %s, '')",
        parameters,
    )


def _keep_comment(cursor, ballot: int, vote: Vote, at: datetime) -> None:
    """Store the voter's comment, or its new wording; what was answered stays as it was answered."""
    if not vote.comment:
        return
    cursor.execute(
        "INSERT INTO polls_comment (ballot_id, text, status, reply, created_at) VALUES (%s, %s, 'waiting', '', %s)"
        " ON CONFLICT (ballot_id) DO UPDATE SET text = excluded.text, created_at = excluded.created_at,"
        " status = 'waiting' WHERE polls_comment.reply = '' AND polls_comment.text <> excluded.text",
        [ballot, vote.comment, at],
    )


def log_choices(answers: Answers) -> str:
    """Ticked choices as the log writes them: `question:choice`, sorted, by commas."""
    return ",".join(f"{question}:{choice}" for question, choice in sorted(answers))
