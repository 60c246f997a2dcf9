"""What the schedules put on the work desk."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from offices.models import Post
from schedules.models import ConfirmedYear, Reception, Status, WorkWeek
from schedules.rules.meetings import Rhythm
from section import Errand, Pile, Row
from vietnamese import fold

# The government announces the days off of a year in the autumn before it.
FIRST_MONTH_TO_ASK = 11
LAST_MONTH_TO_ASK = 3
# How the posts are called whose holder receives citizens every week.
CHAIRMAN = ("chu tich ubnd", "chu tich uy ban nhan dan")


def piles_of(user: AbstractUser, at: datetime) -> list[Pile]:
    """The piles this person may work off; empty ones are left out."""
    found = []
    if user.has_perm("schedules.change_holiday"):
        found.append(_years(user.commune, timezone.localdate(at)))
    if user.has_perm("schedules.change_reception"):
        found.append(_faults(user.commune))
    if user.has_perm("schedules.publish_workweek"):
        found.append(_drafts(user.commune))
    return [pile for pile in found if pile.rows]


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("schedules.add_workweek"):
        return []
    return [Errand(_("Enter the work schedule of a week"), reverse("admin:schedules_workweek_add"))]


def _years(commune: Commune, today: date) -> Pile:
    """From November on the next year, until March the present one: days off that nobody has confirmed."""
    asked = []
    if today.month >= FIRST_MONTH_TO_ASK:
        asked.append(today.year + 1)
    elif today.month <= LAST_MONTH_TO_ASK:
        asked.append(today.year)
    confirmed = set(ConfirmedYear.objects.holding(commune).values_list("year", flat=True))
    address = reverse("admin:schedules_holiday_changelist")
    note = gettext("The portal reckons with the days it expects until they are confirmed.")
    rows = [
        Row(gettext("Days off of %(year)s") % {"year": year}, address, note) for year in asked if year not in confirmed
    ]
    return Pile(_("Public holidays to confirm"), rows)


def _faults(commune: Commune) -> Pile:
    address = reverse("admin:schedules_reception_changelist")
    return Pile(_("Receptions of citizens"), [Row(fault, address) for fault in faults_of(commune)])


def _drafts(commune: Commune) -> Pile:
    weeks = WorkWeek.objects.of(commune).filter(status=Status.DRAFT).order_by("monday")
    rows = [Row(week.title, reverse("admin:schedules_workweek_change", args=[week.pk])) for week in weeks]
    return Pile(_("Work schedules to publish"), rows)


def faults_of(commune: Commune, on: date | None = None) -> list[str]:
    """What is missing in the receptions of a commune: a weekly one of the chairman, a holder of the post."""
    on = on or timezone.localdate()
    rules = list(Reception.objects.of(commune).over(on, on).select_related("post__person"))
    faults = [
        gettext("%(who)s no longer holds the post: choose who receives citizens now.") % {"who": rule}
        for rule in rules
        if not rule.post.is_held(on)
    ]
    chairmen = [post for post in Post.objects.of(commune).held(on).shown() if _is_chairman(post)]
    weekly = {rule.post_id for rule in rules if rule.rhythm == Rhythm.WEEKLY.value}
    if chairmen and not any(post.pk in weekly for post in chairmen):
        faults.append(gettext("The chairman has no weekly reception of citizens. Enter one, with its legal ground."))
    return faults


def _is_chairman(post: Post) -> bool:
    return fold(post.name).startswith(CHAIRMAN)
