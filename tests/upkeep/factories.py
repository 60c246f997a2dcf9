"""Tasks and moments for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from upkeep.clock import run_task
from upkeep.models import Process, TaskState
from upkeep.tasks import Task

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = timedelta(minutes=1)


def moment(text: str) -> datetime:
    """A local time such as "2026-11-18 03:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def make_task(run: Callable[[datetime], Any] = lambda at: None, **changes: Any) -> Task:
    values: dict[str, Any] = {"name": "test", "title": "Việc thử", "rhythm": 10 * MINUTE} | changes
    return Task(run=run, **values)


def make_daily(run: Callable[[datetime], Any] = lambda at: None, **changes: Any) -> Task:
    return make_task(run, **{"rhythm": time(3, 30)} | changes)


def run_if_due(task: Task, at: datetime, took: timedelta = timedelta(0)) -> TaskState | None:
    """What the leader does with one task at its turn, in this thread; the state afterwards if it ran."""
    TaskState.objects.ensure_exists([task], at)
    state = TaskState.objects.begin(task, at, Process())
    if state is None:
        return None
    run_task(task, state, lambda: at + took)
    return TaskState.objects.get(name=task.name)
