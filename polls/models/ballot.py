"""What was answered: one ballot per voter and poll, and what was ticked on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from polls.models.poll import Choice, Poll, Question
from textfields import LineField

if TYPE_CHECKING:
    from communes.models import Commune


class Status(models.TextChoices):
    COUNTED = "counted", _("counted")
    QUARANTINED = "quarantined", _("in quarantine")
    VOID = "void", _("void")


class Doubt(models.TextChoices):
    """Why a ballot went into quarantine."""

    NONE = "", _("none")
    NETWORK = "network", _("very many ballots from one network")
    UNPROVEN = "unproven", _("many ballots from one network, no proof given")
    TRAP = "trap", _("a field that people do not see was filled in")


class Hex(Func):
    """Bytes as hexadecimal letters."""

    function = "encode"
    output_field = models.CharField()

    def __init__(self, field: str) -> None:
        super().__init__(F(field), Value("hex"))


class BallotQuerySet(models.QuerySet):
    def of(self, commune: Commune | int) -> BallotQuerySet:
        """Ballots in the polls of `commune`."""
        return self.filter(poll__commune=commune)

    def counted(self) -> BallotQuerySet:
        return self.filter(status=Status.COUNTED)

    def quarantined(self) -> BallotQuerySet:
        return self.filter(status=Status.QUARANTINED)

    def of_network(self, name: str) -> BallotQuerySet:
        """Ballots whose network's or area's name, as officers see it, begins with `name`."""
        return self.alias(network_name=Hex("net_hash"), area_name=Hex("area_hash")).filter(
            Q(network_name__startswith=name.lower()) | Q(area_name__startswith=name.lower())
        )


class Ballot(models.Model):
    """Written by polls.casting.voting and polls.auditing.judging alone, each change together with its event."""

    poll = models.ForeignKey(
        Poll, models.PROTECT, related_name="ballots", verbose_name=_("poll"), help_text=_("The poll it belongs to.")
    )
    voter_hash = models.BinaryField(
        _("voter hash"),
        null=True,
        max_length=16,
        help_text=_("Tells voters of one poll apart; made from a random token, erased 90 days after closing."),
    )
    net_hash = models.BinaryField(
        _("network hash"),
        null=True,
        max_length=16,
        help_text=_("Tells networks of one poll apart; erased 90 days after closing."),
    )
    area_hash = models.BinaryField(
        _("area hash"),
        null=True,
        max_length=16,
        help_text=_("Tells the areas around networks apart (/24, IPv6: /48); erased 90 days after closing."),
    )
    tag = LineField(
        _("voter tag"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Stands for the voter in the codes of the log; made from the voter hash, kept when that is erased."
        ),
    )
    status = models.CharField(
        _("status"), max_length=11, choices=Status, default=Status.COUNTED, help_text=_("Only counted ballots count.")
    )
    doubt = models.CharField(
        _("doubt"), max_length=8, choices=Doubt, blank=True, default=Doubt.NONE, help_text=_("Why it was held back.")
    )
    created_at = models.DateTimeField(_("cast at"), help_text=_("When the ballot was first cast."))
    accepted_at = models.DateTimeField(
        _("accepted at"),
        null=True,
        help_text=_("When it took a place in its network's budget of that day; empty while it is held back."),
    )

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ["-pk"]
        permissions = [("judge_ballot", _("Can release or void ballots in quarantine"))]
        constraints = [
            models.UniqueConstraint(
                name="polls_ballot_one_per_voter",
                fields=["poll", "voter_hash"],
                violation_error_message=_("This voter has a ballot in this poll already."),
            ),
            models.UniqueConstraint(name="polls_ballot_poll_key", fields=["poll", "id"]),
            models.CheckConstraint(
                name="polls_ballot_status",
                condition=Q(status__in=["counted", "quarantined", "void"]),
                violation_error_message=_("A ballot is counted, in quarantine or void."),
            ),
        ]
        indexes = [
            models.Index(name="polls_ballot_network", fields=["poll", "net_hash", "accepted_at"]),
            models.Index(name="polls_ballot_area", fields=["poll", "area_hash", "accepted_at"]),
            models.Index(name="polls_ballot_tally", fields=["poll", "status", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def can_be_proven(self) -> bool:
        """Whether its voter may still do what makes it count, without an officer."""
        return self.status == Status.QUARANTINED and self.doubt in {Doubt.NETWORK, Doubt.UNPROVEN}


class Selection(models.Model):
    """One tick. The database ties ballot, question and choice to one and the same poll (migration 0002)."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+", verbose_name=_("poll"), help_text=_("The poll."))
    ballot = models.ForeignKey(
        Ballot,
        models.PROTECT,
        related_name="selections",
        db_constraint=False,
        verbose_name=_("ballot"),
        help_text=_("The ballot it is ticked on."),
    )
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        related_name="selections",
        db_constraint=False,
        verbose_name=_("aspect"),
        help_text=_("What it answers."),
    )
    choice = models.ForeignKey(
        Choice,
        models.PROTECT,
        related_name="selections",
        db_constraint=False,
        verbose_name=_("choice"),
        help_text=_("What was ticked."),
    )
    slot = models.PositiveSmallIntegerField(
        _("slot"), default=1, help_text=_("First, second … tick of the question; at most as many as the poll allows.")
    )

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks")
        constraints = [
            models.UniqueConstraint(
                name="polls_selection_once",
                fields=["ballot", "question", "choice"],
                violation_error_message=_("This choice is ticked already."),
            ),
            models.UniqueConstraint(
                name="polls_selection_slot",
                fields=["ballot", "question", "slot"],
                violation_error_message=_("Too many choices are ticked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}:{self.choice_id}"
