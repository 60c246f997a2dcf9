"""What has to be done from time to time: forgetting voters, noticing bursts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Count, DateTimeField, Func, Value
from django.utils import timezone

from polls.models import Event, Poll

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
        updated = Poll.objects.forgettable(at).filter(pk=poll.pk).update(key=None, erased_at=at)
        if not updated:
            return
        poll.ballots.update(voter_hash=None, net_hash=None)
        Event.objects.create(poll=poll, kind=Event.Kind.ERASE, created_at=at)


@dataclass(frozen=True)
class Burst:
    starts_at: datetime
    ballots: int
    networks: int
    usual: float


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
