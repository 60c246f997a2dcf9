"""Checking a poll from outside its own code paths.

The log is read line by line, every hash and every code is computed anew, and the ballots are rebuilt from
it; then the rebuilt ballots, the stored ballots and the published numbers must agree. What the database
itself guards is looked at in polls/auditing/guards.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext

from polls import tally
from polls.auditing import codes, tails
from polls.models import Event, Poll, Status
from polls.models.poll import CLOSING_GRACE
from trail.chain import chained_hash, measured, microseconds, snapshot

# A log that is wrong in every line need not be printed in full.
MOST_FINDINGS = 50
# Lines that voters write, and lines that leave the choices as they are.
VOTES = (Event.Kind.CAST, Event.Kind.CHANGE, Event.Kind.ACCEPT)
DECISIONS = (Event.Kind.ACCEPT, Event.Kind.RELEASE, Event.Kind.VOID)


@dataclass
class Report:
    poll: Poll
    events: int = 0
    # Lines at the beginning that are from before there were codes: the chain alone vouches for them.
    uncoded: int = 0
    # Lines whose code does not fit.
    strange: list[int] = field(default_factory=list)
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


def audit(poll: Poll) -> Report:
    """Recount the poll and verify its log.

    Reads everything in one snapshot, so votes that arrive meanwhile do not disturb it.
    """
    report = Report(poll)
    with snapshot():
        for finding in _findings(poll, report):
            report.findings.append(finding)
            if len(report.findings) == MOST_FINDINGS:
                report.findings.append(gettext("There may be more: reading stopped here."))
                break
    return report


def _findings(poll: Poll, report: Report) -> Iterator[str]:
    replayed: dict[int, _Replayed] = {}
    yield from _replay(poll, report, replayed)
    yield from _strange_lines(poll, report)
    yield from _missing_end(poll, report)
    yield from _compare_ballots(poll, replayed)
    yield from _compare_published(poll, replayed)
    report.by_status = Counter(ballot.status for ballot in replayed.values())


def _replay(poll: Poll, report: Report, replayed: dict[int, _Replayed]) -> Iterator[str]:
    """Follow the log; fills `replayed`, yields what is wrong with the log itself."""
    last = definition_hash(poll)
    lines = poll.events.annotate(tag=F("ballot__tag")).order_by("position")
    for position, event in enumerate(lines.iterator(chunk_size=5000), 1):
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
        yield from _code_findings(poll, report, event)
        if event.kind in VOTES and not _was_open(poll, event.created_at):
            yield gettext("Line %(line)s is a vote outside the opening times.") % {"line": position}
        if event.kind == Event.Kind.ERASE:
            continue
        known = replayed.get(event.ballot_id)
        if (event.kind == Event.Kind.CAST) == (known is not None):
            message = gettext("Line %(line)s: ballot %(ballot)s is cast twice, or changed before it was cast.")
            yield message % {"line": position, "ballot": event.ballot_id}
        if event.kind == Event.Kind.CHANGE and known and event.status != known.status:
            yield gettext("Line %(line)s: a change of choices also changes the status.") % {"line": position}
        if event.kind == Event.Kind.ACCEPT and known and known.status != Status.QUARANTINED:
            yield gettext("Line %(line)s: a ballot that did not wait is accepted.") % {"line": position}
        if event.kind in DECISIONS and known and event.choices != known.choices:
            yield gettext("Line %(line)s: a decision about a ballot also changes its choices.") % {"line": position}
        replayed[event.ballot_id] = _Replayed(event.status, event.choices)


def _code_findings(poll: Poll, report: Report, event: Event) -> Iterator[str]:
    """What is wrong with the code of a line; one that does not fit is only noted in the report."""
    if event.position <= poll.uncoded_lines:
        report.uncoded = event.position
        if event.position == poll.uncoded_lines and event.hash != poll.uncoded_hash:
            message = gettext("Line %(line)s is not the one that ended the log when codes began: it was written anew.")
            yield message % {"line": event.position}
    elif not event.code:
        message = gettext("Line %(line)s (ballot %(ballot)s) carries no code: the portal did not write it.")
        yield message % {"line": event.position, "ballot": event.ballot_id}
    elif not codes.fits(poll, event.tag or "", event):
        report.strange.append(event.position)


def _strange_lines(poll: Poll, report: Report) -> Iterator[str]:
    coded = report.events - report.uncoded
    if len(report.strange) > 1 and len(report.strange) == coded:
        message = gettext(
            "None of %(count)s codes fits: the key of ballots is another than the one they were made with,"
            " or somebody without the key wrote the log."
        )
        yield message % {"count": coded}
        return
    for line in report.strange:
        yield gettext("Line %(line)s: its code does not fit, so the portal did not write it like this.") % {
            "line": line
        }


def _missing_end(poll: Poll, report: Report) -> Iterator[str]:
    """Compare the end of the log with the last line this machine has written."""
    tail = tails.seen(poll)
    if report.events < poll.uncoded_lines:
        message = gettext("The log ends with line %(line)s, but had %(seen)s when codes began: its end was cut off.")
        yield message % {"line": report.events, "seen": poll.uncoded_lines}
    if tail is None:
        return
    if report.events < tail.position:
        message = gettext("The log ends with line %(line)s, but this machine wrote line %(seen)s: its end was cut off.")
        yield message % {"line": report.events, "seen": tail.position}
    elif not poll.events.filter(position=tail.position, hash=tail.hash).exists():
        message = gettext("Line %(line)s is not the one this machine wrote: the log was written anew.")
        yield message % {"line": tail.position}


def _compare_ballots(poll: Poll, replayed: dict[int, _Replayed]) -> Iterator[str]:
    stored: dict[int, _Replayed] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM polls_ballot WHERE poll_id = %s AND tag <> '' AND tag <> polls_tag(voter_hash) ORDER BY id",
            [poll.pk],
        )
        for (ballot,) in cursor.fetchall():
            yield gettext("Ballot %(ballot)s was given another voter.") % {"ballot": ballot}
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
    lines = [str(poll.pk), str(poll.max_choices), measured(poll.title)]
    lines += [f"q{question.pk}:{measured(question.text)}" for question in poll.questions.order_by("pk")]
    lines += [
        f"c{choice.pk}:{'' if choice.score is None else choice.score}:{measured(choice.label)}"
        for choice in poll.choices.order_by("pk")
    ]
    return chained_hash(lines)


def event_hash(event: Event, previous: str) -> str:
    """SHA-256 over the line and the hash of the line before it."""
    return chained_hash(
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
            str(microseconds(event.created_at)),
            event.note,
        ]
    )
