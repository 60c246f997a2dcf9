"""What the polls put on the work desk: piles that wait for somebody."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from polls.models import Ballot, Comment, Poll
from section import Errand, Pile, Row
from vietnamese import format_number


def piles_of(user: AbstractUser, at: datetime) -> list[Pile]:
    """The piles this person may work off; empty ones are left out."""
    found = []
    if user.has_perm("polls.judge_ballot"):
        found += [_bursts(user.commune), _quarantine(user.commune)]
    if user.has_perm("polls.change_comment"):
        found.append(_comments(user.commune))
    return [pile for pile in found if pile.rows]


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("polls.view_poll"):
        return []
    return [Errand(_("Polls"), reverse("admin:polls_poll_changelist"))]


def _bursts(commune: Commune) -> Pile:
    """Polls with an alert about a burst of votes that no officer has closed."""
    rows = [
        Row(poll.title, reverse("admin:polls_poll_results", args=[poll.pk]), moment=poll.alerted_at)
        for poll in Poll.objects.of(commune).alerted()
    ]
    return Pile(_("Bursts of votes"), rows, is_urgent=True)


def _quarantine(commune: Commune) -> Pile:
    """Polls with ballots in quarantine."""
    waiting = Ballot.objects.of(commune).quarantined()
    counted = waiting.order_by().values("poll", "poll__title").annotate(count=Count("pk"))
    address = reverse("admin:polls_ballot_changelist")
    rows = [
        Row(row["poll__title"], f"{address}?poll__id__exact={row['poll']}", _times(row))
        for row in counted.order_by("-count")
    ]
    return Pile(_("Ballots in quarantine"), rows, is_urgent=True)


def _comments(commune: Commune) -> Pile:
    """Polls with voters' comments that nobody has read."""
    waiting = Comment.objects.of(commune).filter(status=Comment.Status.WAITING)
    counted = waiting.order_by().values("ballot__poll", "ballot__poll__title").annotate(count=Count("pk"))
    address = f"{reverse('admin:polls_comment_changelist')}?status__exact={Comment.Status.WAITING}"
    rows = [Row(row["ballot__poll__title"], address, _times(row)) for row in counted.order_by("-count")]
    return Pile(_("Comments to read"), rows)


def _times(row: dict[str, int]) -> str:
    return gettext("%(count)s waiting") % {"count": format_number(row["count"])}
