"""What everybody must know now: a storm, a road that is closed, an office that moves its hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LINK, NO_LINK, LineField, LinkField, MultilineField

MOST_LETTERS = 1_000
# What an editor needs for the text of a storm, and not for a banner that is forgotten.
USUAL_DURATION = timedelta(days=1)


class Level(models.IntegerChoices):
    """How much an alert presses, the most pressing first."""

    URGENT = 1, _("emergency")
    WARNING = 2, _("warning")
    INFORMATION = 3, _("information")


def usual_end() -> datetime:
    """A day from now, to the next full hour: it is read aloud."""
    return (timezone.now() + USUAL_DURATION + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)


def this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


class AlertQuerySet(CommuneQuerySet["Alert"]):
    def published(self, at: datetime | None = None) -> AlertQuerySet:
        """Alerts a citizen may read at the moment `at` (default: now): those that hold, and those that held."""
        at = at or timezone.now()
        return self.filter(published_at__lte=at, starts_at__lte=at)

    def active(self, at: datetime | None = None) -> AlertQuerySet:
        """Alerts that stand on every page at the moment `at` (default: now), the most pressing first."""
        at = at or timezone.now()
        holding = self.published(at).filter(withdrawn_at=None, ends_at__gt=at)
        return holding.order_by("level", "-starts_at", "-pk")

    def past(self, at: datetime | None = None) -> AlertQuerySet:
        """Alerts that ended or were withdrawn before `at` (default: now), the newest first."""
        at = at or timezone.now()
        over = self.published(at).filter(Q(ends_at__lte=at) | Q(withdrawn_at__isnull=False))
        return over.order_by("-starts_at", "-pk")


class Alert(models.Model):
    commune = CommuneKey()
    level = models.PositiveSmallIntegerField(
        _("level"),
        choices=Level,
        default=Level.WARNING,
        help_text=_("Urgent: life or property is in danger. Readers cannot remove an urgent alert, only fold it."),
    )
    headline = LineField(
        _("headline"),
        max_length=120,
        help_text=_("What happens and what to do, in one sentence. It must be understood alone."),
    )
    text = MultilineField(
        _("text"),
        blank=True,
        validators=[MaxLengthValidator(MOST_LETTERS)],
        help_text=_("What people should do, where they find help. Short sentences."),
    )
    area = LineField(
        _("area"), max_length=120, blank=True, help_text=_("Where it holds, e.g. “Thôn 3, thôn 5”. Empty: everywhere.")
    )
    starts_at = models.DateTimeField(
        _("begins at"), default=this_minute, help_text=_("From this moment on it stands on every page.")
    )
    ends_at = models.DateTimeField(
        _("ends at"), default=usual_end, help_text=_("Then it leaves the pages by itself. It can be prolonged.")
    )
    link = LinkField(
        _("link"),
        max_length=300,
        blank=True,
        help_text=_("A page that says more: /… of this portal, or https://…"),
    )
    version = models.PositiveIntegerField(
        _("version"), default=1, editable=False, help_text=_("Grows when the words change: readers see it again.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        help_text=_("Who began it."),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False, help_text=_("Empty for a draft."))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        help_text=_("Who put it on the pages."),
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn at"), null=True, editable=False, help_text=_("When it was taken off the pages before its end.")
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        help_text=_("Who took it off the pages."),
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True, help_text=_("Set by the portal."))

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-starts_at", "-pk"]
        permissions = [("publish_alert", _("Can publish and withdraw alerts"))]
        constraints = [
            models.CheckConstraint(
                name="alerts_alert_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The alert must end after it starts."),
            ),
            models.CheckConstraint(
                name="alerts_alert_has_headline",
                condition=~Q(headline=""),
                violation_error_message=_("An alert needs a headline."),
            ),
            models.CheckConstraint(
                name="alerts_alert_known_level",
                condition=Q(level__in=Level.values),
                violation_error_message=_("Unknown level."),
            ),
            models.CheckConstraint(
                name="alerts_alert_link_is_safe",
                condition=Q(link="") | Q(link__regex=LINK),
                violation_error_message=NO_LINK,
            ),
            models.CheckConstraint(
                name="alerts_alert_withdrawn_after_publication",
                condition=Q(withdrawn_at=None) | Q(published_at__isnull=False),
                violation_error_message=_("What was never published cannot be withdrawn."),
            ),
            models.UniqueConstraint(
                name="alerts_alert_commune_once",
                fields=["commune", "headline", "starts_at"],
                condition=Q(withdrawn_at=None),
                violation_error_message=_("There is an alert with the same headline and the same beginning."),
            ),
        ]
        indexes = [
            models.Index(name="alerts_alert_active", fields=["commune", "ends_at"]),
            models.Index(name="alerts_alert_newest", fields=["commune", "-starts_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return reverse("alerts:alert_detail", args=[self.pk])

    @property
    def mark(self) -> str:
        """What a browser remembers a read alert by."""
        return f"{self.pk}.{self.version}"

    @property
    def is_urgent(self) -> bool:
        return self.level == Level.URGENT

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    def is_active(self, at: datetime | None = None) -> bool:
        """Whether it stands on every page at the moment `at` (default: now)."""
        at = at or timezone.now()
        return self.is_published(at) and self.withdrawn_at is None and self.ends_at > at

    def is_published(self, at: datetime | None = None) -> bool:
        """Whether a citizen may read it at the moment `at` (default: now)."""
        at = at or timezone.now()
        return self.published_at is not None and self.published_at <= at and self.starts_at <= at
