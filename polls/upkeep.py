"""What has to be done from time to time: forgetting voters, noticing bursts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, DateTimeField, Func, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.work import people_with
from polls.auditing import tails
from polls.auditing.codes import line_code
from polls.models import Comment, Event, Poll
from upkeep import outbox
from upkeep.tasks import Task
from vietnamese import format_datetime_12h, format_number

# A stretch of time whose ballots are counted together, and what makes their number a burst.
STRETCH = timedelta(minutes=10)
BURST_AT_LEAST = 30
BURST_TIMES_USUAL = 6
# How far back bursts are looked for and the usual number is taken from.
WINDOW = timedelta(days=1)
USUAL_OVER = timedelta(days=14)
# Any full hour: stretches are counted from here.
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
# Officers are told at most this often about one poll.
ALERT_EVERY = timedelta(hours=6)


def forget_voters(poll: Poll, at: datetime | None = None) -> None:
    """Erase the hashes that tell the poll's voters and networks apart, and the key they were made with.

    Ballots, totals and the log stay, and can still be recounted and verified.
    """
    at = at or timezone.now()
    with transaction.atomic():
        updated = Poll.objects.of(poll.commune_id).forgettable(at).filter(pk=poll.pk).update(key=None, erased_at=at)
        if not updated:
            return
        poll.ballots.update(voter_hash=None, net_hash=None, area_hash=None)
        line = {
            "kind": Event.Kind.ERASE.value,
            "status": "",
            "choices": "",
            "challenge": None,
            "officer": "",
            "note": "",
            "created_at": at,
        }
        Event.objects.create(poll=poll, **line, code=line_code(poll, "", **line))
        tails.keep_last_after_commit(poll)


def forget_due_voters(at: datetime) -> list[Poll]:
    """Forget the voters of every commune's poll that is due at the moment `at`; a task of the clock, for once a day."""
    due = list(Poll.objects.everywhere().forgettable(at))
    for poll in due:
        forget_voters(poll, at)
    return due


def forget_comments(at: datetime) -> int:
    """Delete the comments that nobody showed of polls whose voters are forgotten at the moment `at`; how many."""
    forgotten = Comment.objects.filter(ballot__poll__erased_at__lte=at)
    return forgotten.exclude(status=Comment.Status.PUBLISHED).delete()[0]


def alert_of_bursts(at: datetime) -> list[tuple[Poll, list[Burst]]]:
    """Write to the officers of each commune about bursts in its open polls; a task of the clock, for every ten minutes.

    An alert stands on the desk until an officer closes it; one poll alerts once in ALERT_EVERY.
    """
    found = [(poll, bursts(poll, at)) for poll in Poll.objects.everywhere().open(at).select_related("commune")]
    found = [(poll, poll_bursts) for poll, poll_bursts in found if poll_bursts]
    due = Q(alerted_at=None) | Q(alerted_at__lte=at - ALERT_EVERY)
    for poll, poll_bursts in found:
        # The update decides who alerts when two runs meet.
        own = Poll.objects.of(poll.commune).filter(pk=poll.pk)
        if own.filter(due).update(alerted_at=at):
            try:
                _write_to_officers(poll, poll_bursts)
            except OSError:
                # An alert that was not sent is still due.
                own.filter(alerted_at=at).update(alerted_at=poll.alerted_at)
                raise
    return found


def burst_line(burst: Burst) -> str:
    """The burst in one sentence."""
    return gettext("%(moment)s: %(ballots)s ballots in ten minutes from %(networks)s networks (usual: %(usual)s)") % {
        "moment": format_datetime_12h(burst.starts_at),
        "ballots": format_number(burst.ballots),
        "networks": format_number(burst.networks),
        "usual": format_number(burst.usual, 1),
    }


def _write_to_officers(poll: Poll, found: list[Burst]) -> None:
    officers = people_with("polls.judge_ballot", poll.commune)
    address = poll.commune.origin + reverse("admin:polls_poll_results", args=[poll.pk])
    if recipients := [officer.email for officer in officers if officer.email]:
        outbox.put(
            gettext("A burst of votes: %(poll)s") % {"poll": poll},
            "\n".join([poll.commune.name, *map(burst_line, found), address]),
            recipients,
        )


@dataclass(frozen=True)
class Burst:
    starts_at: datetime
    ballots: int
    networks: int
    usual: float

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + STRETCH


def bursts(poll: Poll, at: datetime | None = None) -> list[Burst]:
    """Stretches of the last day with far more ballots than usual, oldest first.

    Usual is the mean of the stretches of the two weeks before in which the poll was open.
    """
    at = at or timezone.now()
    since = at - WINDOW
    usual_from = max(poll.opens_at, since - USUAL_OVER)
    stretches = max(1.0, (since - usual_from) / STRETCH)
    usual = poll.ballots.filter(created_at__gte=usual_from, created_at__lt=since).count() / stretches
    threshold = max(BURST_AT_LEAST, BURST_TIMES_USUAL * usual)
    rows = (
        poll.ballots.filter(created_at__gte=since, created_at__lte=at)
        .order_by()
        .annotate(
            stretch=Func(
                Value(STRETCH), "created_at", Value(MIDNIGHT), function="DATE_BIN", output_field=DateTimeField()
            )
        )
        .values("stretch")
        .annotate(ballots=Count("pk"), networks=Count("net_hash", distinct=True))
        .filter(ballots__gt=threshold)
        .order_by("stretch")
    )
    return [Burst(row["stretch"], row["ballots"], row["networks"], usual) for row in rows]


def _forget_in_words(at: datetime) -> str:
    return "\n".join(gettext("%(poll)s: voters' hashes erased.") % {"poll": poll} for poll in forget_due_voters(at))


def _alert_in_words(at: datetime) -> str:
    return "\n".join("\n".join([str(poll), *map(burst_line, found)]) for poll, found in alert_of_bursts(at))


TASKS = [
    Task(
        name="polls-forget-voters",
        title=_("Erase the voters' hashes of polls that closed long ago"),
        rhythm=timedelta(minutes=10),
        run=_forget_in_words,
        limit=timedelta(minutes=30),
        deletes=True,
    ),
    Task(
        name="polls-comments",
        title=_("Delete the comments on polls that were not shown"),
        rhythm=time(3, 35),
        run=forget_comments,
        deletes=True,
    ),
    Task(
        name="polls-bursts",
        title=_("Tell the officers of bursts of ballots"),
        rhythm=timedelta(minutes=10),
        run=_alert_in_words,
    ),
]
