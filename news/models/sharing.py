"""Links by which somebody without an account reads and judges a draft."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from textfields import LineField, MultilineField
from upkeep.believedtime import believed_now


class Verdict(models.TextChoices):
    ENDORSED = "endorsed", _("endorsed")
    CHANGES = "changes", _("asks for changes")


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def open(self, at: datetime | None = None) -> ShareLinkQuerySet:
        """Links that work at the moment `at` (default: now); that to an article in the trash waits there with it."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at or believed_now(), article__trashed__isnull=True)

    def with_token(self, token: str) -> ShareLinkQuerySet:
        return self.filter(digest=digest_of(token))


class ShareLink(models.Model):
    article = models.ForeignKey(
        "news.Article",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="share_links",
        help_text=_("The draft that is shown."),
    )
    recipient = LineField(
        _("for whom"), max_length=120, help_text=_("Name and office of the reader; recorded with the answer.")
    )
    digest = LineField(
        _("digest"), max_length=64, unique=True, editable=False, help_text=_("The link itself is not stored.")
    )
    expires_at = models.DateTimeField(_("works until"), help_text=_("Afterwards the link leads nowhere."))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, help_text=_("When it was switched off."))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who shared the draft."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, help_text=_("When the draft was shared."))
    verdict = models.CharField(
        _("answer"), max_length=10, choices=Verdict.choices, blank=True, help_text=_("What the reader decided.")
    )
    comment = MultilineField(_("comment"), blank=True, help_text=_("What the reader wrote."))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, help_text=_("When the reader answered."))
    answered_version = models.PositiveIntegerField(
        _("version answered"), null=True, blank=True, help_text=_("The version the answer is about.")
    )

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=["", *Verdict.values]),
                name="news_sharelink_verdict_known",
                violation_error_message=_("Unknown answer."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.article} – {self.recipient}"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """192 random bits: nobody guesses a link."""
    return secrets.token_urlsafe(24)
