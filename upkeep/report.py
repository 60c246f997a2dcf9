"""How the clock and its tasks stand, for the self-test page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upkeep import machineclock
from upkeep.models import ClockJump, MachineClock, TaskState
from upkeep.spans import in_words
from upkeep.tasks import Task

# A start may wait this long for the leader's turn, or for a new leader.
PATIENCE = timedelta(minutes=2)
JUMPS_SHOWN = 5


class Standing(models.TextChoices):
    """How a task stands, in one word."""

    FAILED = "failed", gettext_lazy("failed")
    LATE = "late", gettext_lazy("late")
    ASKED = "asked", gettext_lazy("about to start")
    RUNNING = "running", gettext_lazy("running")
    NEW = "new", gettext_lazy("not run yet")
    GOOD = "good", gettext_lazy("in order")


@dataclass(frozen=True)
class Row:
    """One task on the page."""

    task: Task
    state: TaskState
    standing: Standing

    @property
    def rhythm(self) -> str:
        """ "Every 10 minutes", "Every day at 3:30 SA"."""
        if isinstance(self.task.rhythm, timedelta):
            return _("Every %(span)s") % {"span": in_words(self.task.rhythm)}
        hour = self.task.rhythm.hour
        half = _("a.m.") if hour < 12 else _("p.m.")
        return _("Every day at %(time)s") % {"time": f"{hour % 12 or 12}:{self.task.rhythm.minute:02} {half}"}

    @property
    def duration(self) -> str:
        return "" if self.state.duration is None else in_words(self.state.duration)


@dataclass(frozen=True)
class Clocks:
    """The machine's clock beside the database's and beside what it showed before."""

    machine: datetime
    database: datetime
    latest: datetime
    is_behind: bool
    jumps: Sequence[ClockJump]

    @property
    def differ(self) -> bool:
        return abs(self.database - self.machine) > machineclock.TOLERANCE


def clocks(at: datetime) -> Clocks:
    """How the clocks stand when the machine's shows `at`."""
    known = MachineClock.objects.first() or MachineClock(latest_at=at)
    return Clocks(
        machine=at,
        database=at + known.database_offset,
        latest=known.latest_at,
        is_behind=known.latest_at > at + machineclock.TOLERANCE,
        jumps=list(ClockJump.objects.all()[:JUMPS_SHOWN]),
    )


def rows(tasks: Sequence[Task], at: datetime) -> list[Row]:
    """Every task with its state at `at`; one the clock has not met yet has an empty state."""
    states = TaskState.objects.in_bulk([task.name for task in tasks])
    met = [(task, states.get(task.name) or TaskState(name=task.name, next_at=task.first_due(at))) for task in tasks]
    return [Row(task, state, standing_of(task, state, at)) for task, state in met]


def standing_of(task: Task, state: TaskState, at: datetime) -> Standing:
    """The one word for `state` at the moment `at`."""
    if state.is_running and state.started_at:
        is_lost = at > state.started_at + task.limit + PATIENCE
        return Standing.LATE if is_lost else Standing.RUNNING
    if state.asked_by:
        return Standing.ASKED
    if state.next_at < at - PATIENCE:
        return Standing.LATE
    if state.failures:
        return Standing.FAILED
    return Standing.GOOD if state.started_at else Standing.NEW
