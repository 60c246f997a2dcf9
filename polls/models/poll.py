"""What is asked: a poll, its questions, and the choices every question offers."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.ranges import NumberRange
from communes.rows import CommuneKey, CommuneQuerySet
from textfields import LineField, MultilineField
from trash.rows import KeptManager, TrashKey, one_row
from upkeep.believedtime import believed_now

# How long after closing the hashes that tell voters and networks apart are kept.
RETENTION = timedelta(days=90)
# A vote that began just before the end may be written a moment after it.
CLOSING_GRACE = timedelta(seconds=5)


# A join that groups all ballots by all columns of the poll takes five times as long.
BALLOTS = "SELECT count(*) FROM polls_ballot AS b WHERE b.poll_id = polls_poll.id AND b.status = %s"


class TimeRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Visibility(models.TextChoices):
    ALWAYS = "always", _("at any time")
    AFTER_VOTING = "voted", _("after voting")
    AFTER_CLOSING = "closed", _("after the poll closes")


def new_key() -> bytes:
    """A secret of one poll's own: the same voter cannot be recognised in two polls."""
    return secrets.token_bytes(32)


class PollQuerySet(CommuneQuerySet):
    def published(self, at: datetime | None = None) -> PollQuerySet:
        """Polls a citizen may see at the moment `at` (default: now): open or closed."""
        return self.filter(opens_at__lte=at or believed_now())

    def open(self, at: datetime | None = None) -> PollQuerySet:
        """Polls that take votes at the moment `at` (default: now). Times decide, no job has to run."""
        at = at or believed_now()
        return self.published(at).filter(Q(closes_at=None) | Q(closes_at__gt=at))

    def closed(self, at: datetime | None = None) -> PollQuerySet:
        """Polls that took votes until some moment before or at `at` (default: now)."""
        return self.filter(closes_at__lte=at or believed_now())

    def current(self, at: datetime | None = None) -> Poll | None:
        """The poll shown on every page at the moment `at` (default: now)."""
        return self.open(at).filter(is_portal=True).first()

    def with_ballot_count(self) -> PollQuerySet:
        """Adds `ballot_count`: people whose ballot counts."""
        return self.annotate(ballot_count=RawSQL(BALLOTS, ["counted"], models.IntegerField()))

    def with_quarantined_count(self) -> PollQuerySet:
        """Adds `quarantined_count`: ballots that wait for an officer."""
        return self.annotate(quarantined_count=RawSQL(BALLOTS, ["quarantined"], models.IntegerField()))

    def alerted(self) -> PollQuerySet:
        """Polls with an alert about a burst that no officer has closed."""
        return self.filter(Q(alert_closed_at=None) | Q(alert_closed_at__lt=F("alerted_at")), alerted_at__isnull=False)

    def forgettable(self, at: datetime | None = None) -> PollQuerySet:
        """Polls whose voters' hashes have been kept long enough and must go."""
        return self.filter(erased_at=None, closes_at__lte=(at or timezone.now()) - RETENTION)


class Poll(models.Model):
    commune = CommuneKey()
    trashed = TrashKey()
    title = LineField(
        _("question"),
        max_length=200,
        help_text=_("What citizens are asked, e.g. “How do you rate this portal?”. Locked after the first vote."),
    )
    introduction = MultilineField(
        _("introduction"), blank=True, help_text=_("One or two sentences above the choices. May stay empty.")
    )
    opens_at = models.DateTimeField(
        _("opens at"), default=timezone.now, help_text=_("Citizens see the poll and vote from this moment on.")
    )
    closes_at = models.DateTimeField(
        _("closes at"), null=True, blank=True, help_text=_("No vote is taken from this moment on. Empty: no end.")
    )
    max_choices = models.PositiveSmallIntegerField(
        _("choices per question"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("How many choices one person may tick: 1 for a single choice."),
    )
    is_portal = models.BooleanField(
        _("on every page"), default=False, help_text=_("Show the poll beside every page. One poll at a time.")
    )
    results_visibility = models.CharField(
        _("show results"),
        max_length=6,
        choices=Visibility,
        default=Visibility.ALWAYS,
        help_text=_("When citizens may read the result."),
    )
    takes_comments = models.BooleanField(
        _("take comments"),
        default=False,
        help_text=_("Invite those who give a low score to say why. Comments are read before they are shown."),
    )
    free_ballots = models.PositiveIntegerField(
        _("free ballots per network and day"),
        default=20,
        help_text=_("Up to this many ballots a day from one network address are counted without a proof."),
    )
    proven_ballots = models.PositiveIntegerField(
        _("proven ballots per network and day"),
        default=1000,
        help_text=_(
            "Up to this many a day, ballots are counted after a computation by the voter's browser, "
            "longer with each ballot. Ballots beyond wait in quarantine for an officer."
        ),
    )
    key = models.BinaryField(_("key"), null=True, default=new_key, help_text=_("Erased with the voters' hashes."))
    erased_at = models.DateTimeField(
        _("hashes erased at"), null=True, editable=False, help_text=_("Set by the portal's clock.")
    )
    alerted_at = models.DateTimeField(
        _("last alert at"), null=True, editable=False, help_text=_("When officers were last told of a burst of votes.")
    )
    alert_closed_at = models.DateTimeField(
        _("last alert closed at"), null=True, editable=False, help_text=_("When an officer had seen to the last alert.")
    )
    uncoded_lines = models.PositiveIntegerField(
        _("lines without code"),
        default=0,
        db_default=0,
        editable=False,
        help_text=_("Lines of the log from before the portal made codes."),
    )
    uncoded_hash = LineField(
        _("hash of the last line without code"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Every code vouches for it, and so for the lines before."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("Set by the portal."))

    objects = KeptManager.from_queryset(PollQuerySet)()
    with_trashed = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            one_row("polls_poll"),
            models.CheckConstraint(
                name="polls_poll_closes_after_opening",
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("The poll must close after it opens."),
            ),
            models.CheckConstraint(
                name="polls_poll_max_choices",
                condition=Q(max_choices__gte=1, max_choices__lte=20),
                violation_error_message=_("One person may tick between 1 and 20 choices."),
            ),
            models.CheckConstraint(
                name="polls_poll_budgets",
                condition=Q(proven_ballots__gte=F("free_ballots")),
                violation_error_message=_("There must be at least as many proven ballots as free ones."),
            ),
            models.CheckConstraint(
                name="polls_poll_erased_after_retention",
                condition=Q(erased_at=None, key__isnull=False)
                | Q(
                    erased_at__isnull=False,
                    key=None,
                    closes_at__isnull=False,
                    erased_at__gte=F("closes_at") + RETENTION,
                ),
                violation_error_message=_("The voters' hashes of this poll are erased: it cannot open again."),
            ),
            ExclusionConstraint(
                name="polls_poll_commune_one_portal_poll_at_a_time",
                expressions=[
                    (NumberRange("commune"), RangeOperators.OVERLAPS),
                    (TimeRange("opens_at", "closes_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(is_portal=True, trashed__isnull=True),
                violation_error_message=_("Another poll is on every page at that time."),
            ),
        ]
        indexes = [models.Index(name="polls_poll_commune", fields=["commune", "opens_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("polls:ballot", args=[self.pk])

    def clean(self) -> None:
        if self.closes_at and self.opens_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": gettext("The poll must close after it opens.")})
        if None not in (self.free_ballots, self.proven_ballots) and self.proven_ballots < self.free_ballots:
            message = gettext("There must be at least as many proven ballots as free ones.")
            raise ValidationError({"proven_ballots": message})
        if self.pk:
            self._clean_times()
        if self.erased_at and (not self.closes_at or self.erased_at < self.closes_at + RETENTION):
            message = gettext("The voters' hashes of this poll are erased: it cannot open again.")
            raise ValidationError({"closes_at": message})

    def _clean_times(self) -> None:
        """Votes that were taken must stay inside the opening times."""
        votes = self.events.filter(challenge__isnull=False).order_by("position")
        first, last = votes.first(), votes.last()
        if first and self.opens_at and self.opens_at > first.created_at:
            raise ValidationError({"opens_at": gettext("There are votes before this moment. Choose an earlier one.")})
        if last and self.closes_at and self.closes_at + CLOSING_GRACE < last.created_at:
            raise ValidationError({"closes_at": gettext("There are votes after this moment. Choose a later one.")})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django does, but for the one portal poll at a time.

        Django would look for another in all communes, and would say so at no field.
        """
        unchecked = {*(exclude or ())}
        super().validate_constraints(unchecked | {"commune"})
        times = {"is_portal", "opens_at", "closes_at"}
        if self.is_portal and not times & unchecked and self._meets_another_portal_poll():
            raise ValidationError({"is_portal": gettext("Another poll is on every page at that time.")})

    def _meets_another_portal_poll(self) -> bool:
        others = Poll.objects.of(self.commune_id).filter(is_portal=True).exclude(pk=self.pk)
        others = others.filter(Q(closes_at=None) | Q(closes_at__gt=self.opens_at))
        if self.closes_at:
            others = others.filter(opens_at__lt=self.closes_at)
        return others.exists()

    def is_published(self, at: datetime | None = None) -> bool:
        return self.opens_at <= (at or believed_now())

    def is_open(self, at: datetime | None = None) -> bool:
        at = at or believed_now()
        return self.is_published(at) and not self.is_closed(at)

    def is_closed(self, at: datetime | None = None) -> bool:
        return self.closes_at is not None and self.closes_at <= (at or believed_now())

    def has_public_results(self, at: datetime | None = None) -> bool:
        """Whether everyone may read the result at the moment `at` (default: now)."""
        return self.results_visibility == Visibility.ALWAYS or self.is_closed(at)

    def is_locked(self) -> bool:
        """Whether the question and the choices may no longer change, because someone voted."""
        return self.pk is not None and self.events.exists()

    def clone(self) -> Poll:
        """A copy with the same questions and choices, without votes, to be opened by hand."""
        copy = Poll.objects.create(
            commune_id=self.commune_id,
            title=self.title,
            introduction=self.introduction,
            opens_at=timezone.now() + timedelta(days=7),
            max_choices=self.max_choices,
            results_visibility=self.results_visibility,
            takes_comments=self.takes_comments,
            free_ballots=self.free_ballots,
            proven_ballots=self.proven_ballots,
        )
        Question.objects.bulk_create(
            Question(poll=copy, text=question.text, position=question.position) for question in self.questions.all()
        )
        Choice.objects.bulk_create(
            Choice(poll=copy, label=choice.label, score=choice.score, position=choice.position)
            for choice in self.choices.all()
        )
        return copy


class Question(models.Model):
    """One question of a poll. A poll with one question leaves the text empty: its title asks."""

    poll = models.ForeignKey(
        Poll, models.CASCADE, related_name="questions", verbose_name=_("poll"), help_text=_("The poll it belongs to.")
    )
    text = LineField(
        _("aspect"), max_length=150, blank=True, help_text=_("What is rated, e.g. “Interface” or “Content”.")
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, blank=True, help_text=_("Smaller numbers come first; empty: as written.")
    )

    class Meta:
        verbose_name = _("aspect to rate")
        verbose_name_plural = _("aspects to rate")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="polls_question_unique_text",
                fields=["poll", "text"],
                violation_error_message=_("This aspect is already in the poll."),
            ),
            # What the composite foreign key of a selection points to.
            models.UniqueConstraint(name="polls_question_poll_key", fields=["poll", "id"]),
        ]

    def __str__(self) -> str:
        return self.text or self.poll.title


class Choice(models.Model):
    """An answer that every question of its poll offers."""

    poll = models.ForeignKey(
        Poll, models.CASCADE, related_name="choices", verbose_name=_("poll"), help_text=_("The poll it belongs to.")
    )
    label = LineField(_("choice"), max_length=150, help_text=_("In a few words, e.g. “Very satisfied”."))
    score = models.PositiveSmallIntegerField(
        _("score"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 (worst) to 5 (best), for averages over time. Empty if the choices are no scale."),
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, blank=True, help_text=_("Smaller numbers come first; empty: as written.")
    )

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="polls_choice_unique_label",
                fields=["poll", "label"],
                violation_error_message=_("This choice is already in the poll."),
            ),
            models.UniqueConstraint(name="polls_choice_poll_key", fields=["poll", "id"]),
            models.CheckConstraint(
                name="polls_choice_score",
                condition=Q(score=None) | Q(score__gte=1, score__lte=5),
                violation_error_message=_("A score is a number from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_low(self) -> bool:
        """Whether whoever picks it is invited to say why."""
        return self.score is not None and self.score <= 2
