"""Checking a poll from outside its own code paths.

The log is read line by line, every hash is computed anew, and the ballots are rebuilt from it; then
the rebuilt ballots, the stored ballots and the published numbers must agree.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext

from polls import tally
from polls.models import Event, Poll, Status
from polls.models.poll import CLOSING_GRACE

# Triggers without which the log could be changed, or choices edited, unnoticed.
GUARDS = {
    "polls_event_chain",
    "polls_event_keep",
    "polls_event_keep_all",
    "polls_selection_within_maximum",
    "polls_poll_definition",
    "polls_question_definition",
    "polls_question_text",
    "polls_choice_definition",
    "polls_choice_text",
}
# A log that is wrong in every line need not be printed in full.
MOST_FINDINGS = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Report:
    poll: Poll
    events: int = 0
    head: str = ""
    by_status: Counter = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.findings


@dataclass
class _Replayed:
    status: str
    choices: str


def missing_guards() -> list[str]:
    """Triggers that are absent or switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname = ANY(%s) AND tgenabled = 'O'", [list(GUARDS)])
        return sorted(GUARDS - {name for (name,) in cursor.fetchall()})


def audit(poll: Poll) -> Report:
    """Recount the poll and verify its log.

    Reads everything in one snapshot, so votes that arrive meanwhile do not disturb it.
    """
    report = Report(poll)
    with _snapshot():
        for finding in _findings(poll, report):
            report.findings.append(finding)
            if len(report.findings) == MOST_FINDINGS:
                report.findings.append(gettext("There may be more: reading stopped here."))
                break
    return report


@contextmanager
def _snapshot() -> Iterator[None]:
    """One view of the data for all queries; inside a caller's transaction it is that one's."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _findings(poll: Poll, report: Report) -> Iterator[str]:
    replayed: dict[int, _Replayed] = {}
    yield from _replay(poll, report, replayed)
    yield from _compare_ballots(poll, replayed)
    yield from _compare_published(poll, replayed)
    report.by_status = Counter(ballot.status for ballot in replayed.values())


def _replay(poll: Poll, report: Report, replayed: dict[int, _Replayed]) -> Iterator[str]:
    """Follow the log; fills `replayed`, yields what is wrong with the log itself."""
    last = definition_hash(poll)
    for position, event in enumerate(poll.events.order_by("position").iterator(chunk_size=5000), 1):
        if event.position != position:
            yield gettext("Line %(found)s of the log stands where line %(expected)s should: lines are missing.") % {
                "found": event.position,
                "expected": position,
            }
            return
        if event.hash != event_hash(event, last):
            if position == 1:
                message = gettext("Line %(line)s does not fit its hash: it, the question or a choice was changed.")
            else:
                message = gettext("Line %(line)s does not fit its hash: it was changed.")
            yield message % {"line": position}
        last = event.hash
        report.events, report.head = position, event.hash
        if event.kind in (Event.Kind.CAST, Event.Kind.CHANGE) and not _was_open(poll, event.created_at):
            yield gettext("Line %(line)s is a vote outside the opening times.") % {"line": position}
        if event.kind == Event.Kind.ERASE:
            continue
        known = replayed.get(event.ballot_id)
        if (event.kind == Event.Kind.CAST) == (known is not None):
            message = gettext("Line %(line)s: ballot %(ballot)s is cast twice, or changed before it was cast.")
            yield message % {"line": position, "ballot": event.ballot_id}
        if event.kind == Event.Kind.CHANGE and known and event.status != known.status:
            yield gettext("Line %(line)s: a change of choices also changes the status.") % {"line": position}
        if event.kind in (Event.Kind.RELEASE, Event.Kind.VOID) and known and event.choices != known.choices:
            yield gettext("Line %(line)s: an officer's decision also changes the choices.") % {"line": position}
        replayed[event.ballot_id] = _Replayed(event.status, event.choices)


def _compare_ballots(poll: Poll, replayed: dict[int, _Replayed]) -> Iterator[str]:
    stored: dict[int, _Replayed] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id, b.status, coalesce(string_agg(s.question_id || ':' || s.choice_id, ','"
            " ORDER BY s.question_id, s.choice_id), '')"
            " FROM polls_ballot b LEFT JOIN polls_selection s ON s.ballot_id = b.id"
            " WHERE b.poll_id = %s GROUP BY b.id",
            [poll.pk],
        )
        for ballot, status, choices in cursor.fetchall():
            stored[ballot] = _Replayed(status, choices)
    for ballot in sorted(replayed.keys() - stored.keys()):
        yield gettext("Ballot %(ballot)s is in the log but was removed.") % {"ballot": ballot}
    for ballot in sorted(stored.keys() - replayed.keys()):
        yield gettext("Ballot %(ballot)s is not in the log.") % {"ballot": ballot}
    for ballot in sorted(stored.keys() & replayed.keys()):
        if stored[ballot].status != replayed[ballot].status:
            yield gettext("Ballot %(ballot)s has status %(stored)s, the log says %(logged)s.") % {
                "ballot": ballot,
                "stored": stored[ballot].status,
                "logged": replayed[ballot].status,
            }
        if stored[ballot].choices != replayed[ballot].choices:
            yield gettext("Ballot %(ballot)s has ticks %(stored)s, the log says %(logged)s.") % {
                "ballot": ballot,
                "stored": stored[ballot].choices,
                "logged": replayed[ballot].choices,
            }


def _compare_published(poll: Poll, replayed: dict[int, _Replayed]) -> Iterator[str]:
    counted = [ballot for ballot in replayed.values() if ballot.status == Status.COUNTED]
    ticks = Counter(tick for ballot in counted for tick in ballot.choices.split(",") if tick)
    published = tally.results(poll)
    if published.people != len(counted):
        yield gettext("Published: %(published)s people. Recounted from the log: %(recounted)s.") % {
            "published": published.people,
            "recounted": len(counted),
        }
    for item in published.questions:
        for row in item.rows:
            recounted = ticks[f"{item.question.pk}:{row.choice.pk}"]
            if row.count != recounted:
                message = gettext("Published for “%(choice)s”: %(published)s. Recounted from the log: %(recounted)s.")
                yield message % {"choice": row.choice, "published": row.count, "recounted": recounted}


def _was_open(poll: Poll, at: datetime) -> bool:
    return poll.opens_at <= at and (poll.closes_at is None or at < poll.closes_at + CLOSING_GRACE)


def definition_hash(poll: Poll) -> str:
    """SHA-256 over what is asked: what the first line of the log is chained to."""
    lines = [str(poll.pk), str(poll.max_choices), _measured(poll.title)]
    lines += [f"q{question.pk}:{_measured(question.text)}" for question in poll.questions.order_by("pk")]
    lines += [
        f"c{choice.pk}:{'' if choice.score is None else choice.score}:{_measured(choice.label)}"
        for choice in poll.choices.order_by("pk")
    ]
    return _sha256(lines)


def event_hash(event: Event, previous: str) -> str:
    """SHA-256 over the line and the hash of the line before it."""
    microseconds = (event.created_at - EPOCH) // timedelta(microseconds=1)
    return _sha256(
        [
            previous,
            str(event.poll_id),
            str(event.position),
            event.kind,
            "" if event.ballot_id is None else str(event.ballot_id),
            event.status,
            event.choices,
            event.challenge or "",
            event.officer,
            str(microseconds),
            event.note,
        ]
    )


def _measured(text: str) -> str:
    return f"{len(text)}:{text}"


def _sha256(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
