"""The log of a poll: what happened to which ballot, in one order, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from polls.models.ballot import Ballot, Status
from polls.models.poll import Poll
from textfields import LineField, MultilineField

if TYPE_CHECKING:
    from communes.models import Commune


class EventQuerySet(models.QuerySet):
    def of(self, commune: Commune | int) -> EventQuerySet:
        """Lines in the logs of the polls of `commune`."""
        return self.filter(poll__commune=commune)


class Event(models.Model):
    """One line of the log.

    The database itself numbers and chains the lines and refuses to change or remove them
    (migration 0002): whoever inserts a line, by whatever way, gets it chained.
    """

    class Kind(models.TextChoices):
        CAST = "cast", _("cast")
        CHANGE = "change", _("changed by the voter")
        ACCEPT = "accept", _("counted after the voter's proof")
        RELEASE = "release", _("released from quarantine")
        VOID = "void", _("declared void")
        ERASE = "erase", _("voters' hashes erased")

    poll = models.ForeignKey(
        Poll, models.PROTECT, related_name="events", verbose_name=_("poll"), help_text=_("The poll.")
    )
    position = models.PositiveIntegerField(_("number"), default=0, help_text=_("Given by the database, from 1."))
    kind = models.CharField(_("event"), max_length=7, choices=Kind, help_text=_("What happened."))
    ballot = models.ForeignKey(
        Ballot,
        models.PROTECT,
        null=True,
        related_name="events",
        db_constraint=False,
        verbose_name=_("ballot"),
        help_text=_("The ballot it happened to."),
    )
    status = models.CharField(
        _("status"), max_length=11, choices=Status, blank=True, help_text=_("The ballot's status after the event.")
    )
    choices = MultilineField(
        _("choices"), blank=True, help_text=_("What is ticked after the event: question:choice, by commas.")
    )
    # Null, not empty: the decisions of officers have none, and those that are there are unique.
    challenge = LineField(_("form number"), max_length=22, null=True, help_text=_("Each ballot form works once."))
    officer = LineField(_("officer"), max_length=150, blank=True, help_text=_("Who decided, by account name."))
    note = MultilineField(_("reason"), blank=True, help_text=_("Why."))
    created_at = models.DateTimeField(_("at"), help_text=_("When it happened."))
    hash = LineField(
        _("chained hash"), max_length=64, default="", help_text=_("SHA-256 over the line and the hash before it.")
    )
    code = LineField(
        _("code"),
        max_length=32,
        blank=True,
        default="",
        db_default="",
        help_text=_("Made with a key that is not in the database; empty before the portal made codes."),
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        ordering = ["poll", "position"]
        constraints = [
            models.UniqueConstraint(
                name="polls_event_position",
                fields=["poll", "position"],
                violation_error_message=_("The log has this number already."),
            ),
            models.UniqueConstraint(
                name="polls_event_challenge",
                fields=["challenge"],
                violation_error_message=_("This ballot form was used already."),
            ),
        ]
        indexes = [models.Index(name="polls_event_ballot", fields=["ballot"])]

    def __str__(self) -> str:
        return f"{self.poll_id}/{self.position}"
