"""What voters add in their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from polls.models.ballot import Ballot
from textfields import MultilineField

if TYPE_CHECKING:
    from communes.models import Commune


class CommentQuerySet(models.QuerySet):
    def of(self, commune: Commune | int) -> CommentQuerySet:
        """Comments on ballots in the polls of `commune`."""
        return self.filter(ballot__poll__commune=commune)

    def published(self) -> CommentQuerySet:
        """Comments an officer allowed, on ballots that are not void."""
        return self.filter(status=Comment.Status.PUBLISHED).exclude(ballot__status="void")


class Comment(models.Model):
    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        PUBLISHED = "published", _("shown")
        HIDDEN = "hidden", _("not shown")

    ballot = models.OneToOneField(
        Ballot, models.PROTECT, related_name="comment", verbose_name=_("ballot"), help_text=_("The ballot it is on.")
    )
    text = MultilineField(_("comment"), max_length=1000, help_text=_("As the voter wrote it."))
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=Status,
        default=Status.WAITING,
        help_text=_("Show only what names nobody and insults nobody."),
    )
    reply = MultilineField(_("reply"), blank=True, help_text=_("The agency's public answer."))
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("replied by"),
        help_text=_("Who wrote the reply."),
    )
    created_at = models.DateTimeField(_("written at"), help_text=_("When the voter wrote it."))
    replied_at = models.DateTimeField(
        _("replied at"), null=True, editable=False, help_text=_("When the reply was written.")
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="polls_comment_not_empty",
                condition=~Q(text=""),
                violation_error_message=_("A comment has words."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
