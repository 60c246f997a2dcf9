"""What the alerts put on the work desk."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts.models import Alert
from section import Errand, Pile, Row


def piles_of(user: AbstractUser, at: datetime) -> list[Pile]:
    """For those who publish: drafts that wait for them. Empty ones are left out."""
    if not user.has_perm("alerts.publish_alert"):
        return []
    drafts = Alert.objects.of(user.commune).filter(published_at=None, ends_at__gt=at).order_by("level", "pk")
    rows = [
        Row(
            alert.headline,
            reverse("admin:alerts_alert_look", args=[alert.pk]),
            alert.get_level_display(),
            alert.updated_at,
        )
        for alert in drafts[:20]
    ]
    return [Pile(gettext("Alerts to publish"), rows, is_urgent=True)] if rows else []


def errands_of(user: AbstractUser) -> list[Errand]:
    if not user.has_perm("alerts.add_alert"):
        return []
    return [Errand(_("Write an alert"), reverse("admin:alerts_alert_add"))]
