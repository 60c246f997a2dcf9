"""What all processes know of the clock: who leads it, and how each task stands."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from textfields import LineField, MultilineField
from upkeep.tasks import Task

# A leader that gives no sign for so long has lost the lead.
LEASE = timedelta(seconds=20)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Process:
    """A process that may lead. The token tells it from one that has its number later."""

    host: str = field(default_factory=lambda: socket.gethostname()[:255])
    number: int = field(default_factory=os.getpid)
    token: uuid.UUID = field(default_factory=uuid.uuid4)


class LeaderQuerySet(models.QuerySet["Leader"]):
    def current(self) -> Leader | None:
        """Who leads now; None when nobody has given a sign within the lease."""
        return self.filter(expires_at__gt=Now()).first()

    def take(self, process: Process) -> bool:
        """Whether `process` leads for the next LEASE: it did, or nobody does.

        One statement on one row, so that two processes cannot both succeed. The time is the
        database's: the machines need not agree on it.
        """
        is_mine = Q(token=process.token)
        taken = self.filter(is_mine | Q(expires_at__lte=Now())).update(
            since_at=Case(When(is_mine, then=F("since_at")), default=Now()),
            token=process.token,
            host=process.host,
            process=process.number,
            expires_at=Now() + LEASE,
        )
        return taken == 1

    def leave(self, process: Process) -> None:
        """Let another lead at once."""
        self.filter(token=process.token).update(expires_at=Now())

    def ensure_exists(self) -> None:
        """Have the row there that `take` competes for."""
        nobody = Leader(pk=1, token=uuid.uuid4(), process=0, since_at=LONG_AGO, expires_at=LONG_AGO)
        self.bulk_create([nobody], ignore_conflicts=True)


class Leader(models.Model):
    """The process that starts what is due."""

    token = models.UUIDField(_("token"), editable=False, help_text=_("Tells the process from all others."))
    host = LineField(_("machine"), max_length=255, help_text=_("The machine it runs on."))
    process = models.PositiveIntegerField(_("process"), help_text=_("Its number on that machine."))
    since_at = models.DateTimeField(_("leads since"), help_text=_("When it took the lead."))
    expires_at = models.DateTimeField(_("leads until"), help_text=_("It renews this every few seconds."))

    objects = LeaderQuerySet.as_manager()

    class Meta:
        verbose_name = _("leader of the clock")
        verbose_name_plural = _("leader of the clock")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="upkeep_leader_single")]

    def __str__(self) -> str:
        return f"{self.host}, {self.process}"


class TaskStateQuerySet(models.QuerySet["TaskState"]):
    def due(self, task: Task, at: datetime) -> TaskStateQuerySet:
        """The state of `task` if it should begin at `at`."""
        is_due = Q(next_at__lte=at) | Q(next_at__gt=at + task.longest_wait) | ~Q(asked_by="")
        return self.filter(is_due, name=task.name)

    def ensure_exists(self, tasks: list[Task], at: datetime) -> None:
        """Plan tasks that are new."""
        new = [TaskState(name=task.name, next_at=task.first_due(at)) for task in tasks]
        self.bulk_create(new, ignore_conflicts=True)

    def begin(self, task: Task, at: datetime, process: Process) -> TaskState | None:
        """Note that `process` runs `task` from `at`; None when it is not due, or another was faster.

        A run that is never ended, because its process died, is taken up after the task's limit: not
        at once, lest a task that kills its process kill the next.
        """
        begun = self.due(task, at).update(
            token=process.token,
            started_at=at,
            ended_at=None,
            next_at=at + task.limit,
            started_by=F("asked_by"),
            asked_by="",
        )
        return self.get(name=task.name) if begun else None

    def run(self, state: TaskState) -> TaskStateQuerySet:
        """The state, as long as the run it describes is the last one and not ended."""
        return self.filter(name=state.name, token=state.token, started_at=state.started_at, ended_at=None)

    def give_back(self, process: Process, at: datetime) -> None:
        """Let the next leader take up what `process` leaves unfinished."""
        self.filter(token=process.token, ended_at=None).update(next_at=at)

    def ask(self, task: Task, username: str, at: datetime) -> TaskState:
        """Have `task` begin at the leader's next turn, in the name of `username`."""
        self.ensure_exists([task], at)
        self.filter(name=task.name).update(asked_by=username)
        return self.get(name=task.name)


class TaskState(models.Model):
    """The last run of a task, its last failure and its next start."""

    name = LineField(_("task"), max_length=60, primary_key=True, help_text=_("Its name in the code."))
    token = models.UUIDField(_("token"), editable=False, null=True, help_text=_("The process of the last run."))
    started_at = models.DateTimeField(_("last start"), null=True, help_text=_("When the last run began."))
    ended_at = models.DateTimeField(_("last end"), null=True, help_text=_("Empty while it runs."))
    started_by = LineField(
        _("started by"), max_length=150, blank=True, help_text=_("Who asked for the last run; empty for the clock.")
    )
    result = MultilineField(_("result"), blank=True, help_text=_("What the last run that succeeded did."))
    failures = models.PositiveIntegerField(
        _("failures"), default=0, help_text=_("Failures in a row, up to the last run.")
    )
    failed_at = models.DateTimeField(_("last failure"), null=True, help_text=_("When a run failed last."))
    error = MultilineField(_("error"), blank=True, help_text=_("What the last failure said."))
    next_at = models.DateTimeField(_("next start"), help_text=_("The earliest moment of the next run."))
    asked_by = LineField(
        _("asked by"), max_length=150, blank=True, help_text=_("Who asked for a run that has not begun.")
    )

    objects = TaskStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of the clock")
        verbose_name_plural = _("self-test")
        default_permissions = ()
        permissions = [("operate", _("Can see the self-test and start tasks"))]
        ordering = ["name"]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and self.ended_at is None

    @property
    def duration(self) -> timedelta | None:
        """How long the last run took; None while it runs and before there was any."""
        return self.ended_at - self.started_at if self.started_at and self.ended_at else None


class MachineClock(models.Model):
    """What is known of the machine's clock: by it one can tell a clock that jumps. One row."""

    latest_at = models.DateTimeField(_("latest moment"), help_text=_("The last moment that was believed."))
    left_at = models.DateTimeField(_("left at"), null=True, help_text=_("From where the clock jumped ahead last."))
    arrived_at = models.DateTimeField(_("arrived at"), null=True, help_text=_("Where that jump led."))
    behind_since_at = models.DateTimeField(
        _("behind since"),
        null=True,
        help_text=_("What the clock showed when it fell behind. Empty when it goes right."),
    )
    database_offset = models.DurationField(
        _("difference of the database"), default=timedelta(0), help_text=_("The database's clock less the machine's.")
    )

    class Meta:
        verbose_name = _("clock of the machine")
        verbose_name_plural = _("clock of the machine")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="upkeep_machineclock_single")]

    def __str__(self) -> str:
        return f"{self.latest_at:%Y-%m-%d %H:%M:%S}"


class ClockJump(models.Model):
    """The clock went from one moment to another without the time between."""

    from_at = models.DateTimeField(_("from"), help_text=_("What it should have shown, or showed last."))
    to_at = models.DateTimeField(_("to"), help_text=_("What it showed then."))

    class Meta:
        verbose_name = _("jump of the clock")
        verbose_name_plural = _("jumps of the clock")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.from_at:%Y-%m-%d %H:%M:%S} → {self.to_at:%Y-%m-%d %H:%M:%S}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, at: datetime) -> LetterQuerySet:
        """What should be sent at `at`."""
        return self.filter(next_at__lte=at, given_up_at=None)

    def about(self, kind: str) -> LetterQuerySet:
        """What tells of one kind of things, and has not been sent."""
        return self.filter(about=kind)


class Letter(models.Model):
    """A mail that the mail server has not taken yet; one that it took is deleted."""

    subject = LineField(_("subject"), max_length=250, help_text=_("What the mail is called."))
    body = MultilineField(_("text"), help_text=_("The mail itself."))
    recipients = models.JSONField(_("recipients"), help_text=_("Addresses; none of them sees another."))
    about = LineField(_("about"), max_length=60, blank=True, help_text=_("The kind of thing that it tells of."))
    number = models.BigIntegerField(_("number"), default=0, help_text=_("Which of these things."))
    created_at = models.DateTimeField(_("written at"), auto_now_add=True, help_text=_("When it was put here."))
    next_at = models.DateTimeField(_("next attempt"), help_text=_("When it is tried next."))
    attempts = models.PositiveIntegerField(_("attempts"), default=0, help_text=_("Those that failed."))
    error = LineField(_("error"), max_length=250, blank=True, help_text=_("What the last attempt failed of."))
    given_up_at = models.DateTimeField(_("given up at"), null=True, help_text=_("When it was tried for the last time."))

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail that waits")
        verbose_name_plural = _("mails that wait")
        default_permissions = ()
        ordering = ["next_at", "pk"]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(given_up_at=None), name="upkeep_letter_due"),
            models.Index(fields=["about", "number"], name="upkeep_letter_about"),
        ]

    def __str__(self) -> str:
        return str(self.subject)
