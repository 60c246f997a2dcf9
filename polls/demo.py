"""A poll for the demonstration, with real ballots and a real log."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from communes.models import Commune
from polls.auditing.codes import line_code, tag
from polls.casting.voting import log_choices
from polls.models import Ballot, Choice, Doubt, Event, Poll, Question, Selection, Status

# When people vote: share of ballots by hour of the day, from midnight.
HOURS = (1, 0, 0, 0, 0, 1, 3, 6, 10, 11, 9, 6, 5, 6, 9, 10, 9, 6, 5, 7, 9, 7, 4, 2)


@transaction.atomic
def load_demo_poll(
    commune: Commune,
    question: str,
    choices_with_counts: Sequence[tuple[str, int]],
    days: int = 30,
    *,
    aspects: Sequence[str] = (),
    closed_days_ago: int | None = None,
    in_quarantine: int = 0,
) -> Poll:
    """A poll of `commune` that took the given numbers of ballots over the last `days` days; made only once.

    It is shown on every page unless it closed `closed_days_ago` days ago. With `aspects` every
    ballot answers each of them, around the choice it is counted under. The newest `in_quarantine` ballots,
    which come in addition, wait for an officer.
    """
    if poll := Poll.objects.of(commune).filter(title=question).first():
        return poll
    dice = random.Random(f"{commune.slug} {question}")
    ends_at = timezone.now() - timedelta(days=closed_days_ago or 0)
    poll = Poll.objects.create(
        commune=commune,
        title=question,
        opens_at=ends_at - timedelta(days=days),
        closes_at=None if closed_days_ago is None else ends_at,
        is_portal=closed_days_ago is None,
    )
    questions = Question.objects.bulk_create(
        Question(poll=poll, text=text, position=position) for position, text in enumerate(aspects or [""], 1)
    )
    is_scale = len(choices_with_counts) == 5
    choices = Choice.objects.bulk_create(
        Choice(poll=poll, label=label, position=position, score=6 - position if is_scale else None)
        for position, (label, _) in enumerate(choices_with_counts, 1)
    )
    picks = [index for index, (_, count) in enumerate(choices_with_counts) for _ in range(count)]
    dice.shuffle(picks)
    picks += [0] * in_quarantine
    moments = sorted(_moment(dice, poll.opens_at, ends_at) for _ in picks)
    statuses = [Status.COUNTED] * (len(picks) - in_quarantine) + [Status.QUARANTINED] * in_quarantine
    ballots = Ballot.objects.bulk_create(map(_ballot, [poll] * len(picks), moments, statuses))
    selections, events = [], []
    for ballot, pick in zip(ballots, picks, strict=True):
        ticks = [(asked, choices[pick if not aspects else _near(dice, pick, len(choices))]) for asked in questions]
        selections += [Selection(poll=poll, ballot=ballot, question=asked, choice=tick) for asked, tick in ticks]
        answers = frozenset((asked.pk, tick.pk) for asked, tick in ticks)
        line = {
            "kind": Event.Kind.CAST.value,
            "status": ballot.status.value,
            "choices": log_choices(answers),
            "challenge": secrets.token_urlsafe(16),
            "officer": "",
            "note": "",
            "created_at": ballot.created_at,
        }
        events.append(Event(poll=poll, ballot=ballot, **line, code=line_code(poll, ballot.tag, **line)))
    Selection.objects.bulk_create(selections)
    Event.objects.bulk_create(events)
    return poll


def _ballot(poll: Poll, moment: datetime, status: Status) -> Ballot:
    voter = secrets.token_bytes(16)
    return Ballot(
        poll=poll,
        voter_hash=voter,
        net_hash=secrets.token_bytes(16),
        area_hash=secrets.token_bytes(16),
        tag=tag(voter),
        created_at=moment,
        status=status,
        doubt=Doubt.TRAP if status == Status.QUARANTINED else Doubt.NONE,
        accepted_at=moment if status == Status.COUNTED else None,
    )


def _moment(dice: random.Random, start: datetime, end: datetime) -> datetime:
    """A moment between the two, at an hour when people are awake."""
    while True:
        day = timezone.localtime(start + (end - start) * dice.random())
        hour = dice.choices(range(24), weights=HOURS)[0]
        moment = day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60))
        if start <= moment < end:
            return moment


def _near(dice: random.Random, pick: int, count: int) -> int:
    return min(count - 1, max(0, pick + dice.choice((-1, 0, 0, 0, 1))))
