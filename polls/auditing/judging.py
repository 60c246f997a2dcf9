"""An officer's decision about a ballot: counted or void, with a reason, in the log."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from polls.auditing import tails
from polls.auditing.codes import line_code
from polls.casting.voting import log_choices
from polls.models import Ballot, Event, Poll, Status
from vietnamese import paragraphs

# What each decision makes of a ballot, and which ballots it applies to.
DECISIONS = {
    Event.Kind.RELEASE: (Status.COUNTED, {Status.QUARANTINED}),
    Event.Kind.VOID: (Status.VOID, {Status.QUARANTINED, Status.COUNTED}),
}


@transaction.atomic
def judge(ballots: list[int], kind: Event.Kind, officer: User, reason: str, at: datetime) -> int:
    """Release or void the ballots with these ids; returns how many it applied to.

    Ballots on which another officer decided meanwhile, and those of another commune than the officer
    works for, are left alone. Raises ValidationError
    without a reason.
    """
    reason = paragraphs(reason)
    if not reason:
        raise ValidationError(gettext("Please give a reason: it stays in the log."))
    status, applies_to = DECISIONS[kind]
    # In the order of ids, as everybody who locks several ballots.
    own = Ballot.objects.of(officer.commune).filter(pk__in=ballots, status__in=applies_to)
    # Not the rows of the polls: every vote holds those for a moment.
    locked = own.order_by("pk").select_for_update(of=("self",))
    decided = list(locked.prefetch_related("selections"))
    for ballot in decided:
        ballot.status = status
        ballot.save(update_fields=["status"])
    polls = Poll.objects.of(officer.commune).in_bulk({ballot.poll_id for ballot in decided})
    # One poll's lines after the other's: the log of each is locked once, in the order of polls.
    Event.objects.bulk_create(
        _line(polls[ballot.poll_id], ballot, kind, status, officer, reason, at)
        for ballot in sorted(decided, key=lambda ballot: (ballot.poll_id, ballot.pk))
    )
    for poll in polls.values():
        tails.keep_last_after_commit(poll)
    return len(decided)


def _line(
    poll: Poll, ballot: Ballot, kind: Event.Kind, status: Status, officer: User, reason: str, at: datetime
) -> Event:
    ticks = frozenset((tick.question_id, tick.choice_id) for tick in ballot.selections.all())
    line = {
        "kind": kind.value,
        "status": status.value,
        "choices": log_choices(ticks),
        "challenge": None,
        "officer": officer.get_username(),
        "note": reason,
        "created_at": at,
    }
    return Event(poll=poll, ballot=ballot, **line, code=line_code(poll, ballot.tag, **line))
