"""What the procedures put on the work desk."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from procedures.models import Procedure, State
from section import Pile, Row
from vietnamese import format_article_date

MOST = 20


def piles_of(user: AbstractUser, at: datetime) -> list[Pile]:
    """Drafts for those who publish, and procedures whose words are to be checked again. Empty ones are left out."""
    if not user.has_perm("procedures.publish_procedure"):
        return []
    own = Procedure.objects.of(user.commune)
    drafts = [
        Row(procedure.title, _address(procedure), moment=procedure.updated_at)
        for procedure in own.filter(state=State.DRAFT).order_by("-updated_at")[:MOST]
    ]
    due = [
        Row(procedure.title, _address(procedure), format_article_date(procedure.review_on))
        for procedure in own.due(timezone.localdate(at)).order_by("review_on", "pk")[:MOST]
    ]
    piles = [Pile(gettext("Procedures to publish"), drafts), Pile(gettext("Procedures to check again"), due)]
    return [pile for pile in piles if pile.rows]


def _address(procedure: Procedure) -> str:
    return reverse("admin:procedures_procedure_change", args=[procedure.pk])
