"""What the polls put on the work desk: piles that wait for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils.translation import gettext

from polls.models import Ballot, Comment, Poll


@dataclass(frozen=True)
class Pile:
    title: str
    count: int
    # Where one works it off.
    address: str


def piles(user: AbstractBaseUser) -> list[Pile]:
    """The piles this person may work off, the most urgent first; empty ones are left out."""
    found = []
    if user.has_perm("polls.judge_ballot"):
        found += [burst_pile(), quarantine_pile()]
    if user.has_perm("polls.change_comment"):
        found.append(comment_pile())
    return [pile for pile in found if pile.count]


def burst_pile() -> Pile:
    """Polls with an alert about a burst of votes that no officer has closed; leads to the one if it is one."""
    alerted = list(Poll.objects.alerted().values_list("pk", flat=True))
    if len(alerted) == 1:
        address = reverse("admin:polls_poll_results", args=alerted)
    else:
        address = reverse("admin:polls_poll_changelist")
    return Pile(gettext("Bursts of votes"), len(alerted), address)


def quarantine_pile() -> Pile:
    """Ballots in quarantine."""
    return Pile(
        gettext("Ballots in quarantine"),
        Ballot.objects.quarantined().count(),
        reverse("admin:polls_ballot_changelist"),
    )


def comment_pile() -> Pile:
    """Voters' comments that nobody has read."""
    address = f"{reverse('admin:polls_comment_changelist')}?status__exact={Comment.Status.WAITING}"
    waiting = Comment.objects.filter(status=Comment.Status.WAITING)
    return Pile(gettext("Comments to read"), waiting.count(), address)
