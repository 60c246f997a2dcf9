"""The one clock: whatever must happen by itself is a task in its list.

Every serving process has a clock; one of them leads and starts what is due. The lead is a lease: a
row with an expiry that the leader renews at each turn. An advisory lock held by a connection would
tell of a death at once, but behind a pool that hands connections on after each transaction
(pgbouncer, DATABASE_POOLED) it belongs to nobody in particular. A row locked for the length of a
task (FOR UPDATE SKIP LOCKED) works there, but keeps a transaction open for the half hour of the
link check, which holds up vacuum and pins a connection of the pool. A lease needs neither, and is
the only mechanism for all installations; its price is that a killed leader is missed for LEASE.

The lead alone would not keep a task from running twice when a leader is halted and wakes up after
its lease. So the start of a run is a conditional update too, and notes when the next may begin.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from serving.outages import first_line
from upkeep.machineclock import is_settled as is_clock_settled
from upkeep.models import Leader, Process, TaskState
from upkeep.spans import in_words
from upkeep.tasks import Task

logger = logging.getLogger(__name__)

# The link check waits for other servers most of the time, and nothing shall wait for it.
MOST_AT_ONCE = 3
TEXT_LENGTH = 500  # characters kept of a result or an error


@dataclass
class _Run:
    task: Task
    state: TaskState
    thread: threading.Thread
    started_at: datetime
    is_overdue: bool = False


class Clock:
    """The clock of one process. One thread calls its methods; each task runs in a thread of its own.

    `now` tells when a task has ended; tests set it.
    """

    def __init__(self, tasks: Sequence[Task], now: Callable[[], datetime] = timezone.now) -> None:
        self._tasks = list(tasks)
        self._now = now
        self._process = Process()
        self._runs: dict[str, _Run] = {}
        self._leads = False
        self._is_ready = False

    def turn(self, at: datetime) -> bool:
        """Start what is due at `at` if this process leads; returns whether it does. Raises DatabaseError."""
        if not self._is_ready:
            Leader.objects.ensure_exists()
            self._is_ready = True
        led, self._leads = self._leads, Leader.objects.take(self._process)
        if self._leads and not led:
            logger.info("Process %s leads the clock", self._process.number)
        self._look_after_runs(at)
        if self._leads:
            self._start_due(at)
        return self._leads

    def leave(self, at: datetime, timeout: float = 0) -> None:
        """Wait `timeout` seconds for running tasks, then leave them and the lead to another process."""
        self.wait(timeout)
        TaskState.objects.give_back(self._process, at)
        Leader.objects.leave(self._process)
        self._leads = False

    def wait(self, timeout: float) -> bool:
        """Whether all running tasks have ended within `timeout` seconds."""
        end = time.monotonic() + timeout
        for run in list(self._runs.values()):
            run.thread.join(max(end - time.monotonic(), 0))
        return not any(run.thread.is_alive() for run in self._runs.values())

    def _look_after_runs(self, at: datetime) -> None:
        """Forget the runs that have ended; a thread cannot be stopped, so say so of one that takes too long."""
        for name, run in list(self._runs.items()):
            if not run.thread.is_alive():
                del self._runs[name]
            elif not run.is_overdue and at - run.started_at > run.task.limit:
                run.is_overdue = True
                error = _("Still running after %(span)s.") % {"span": in_words(run.task.limit)}
                logger.error("Task %s still runs after its limit of %s", name, run.task.limit)
                TaskState.objects.run(run.state).update(failed_at=at, error=error, failures=F("failures") + 1)

    def _start_due(self, at: datetime) -> None:
        states = list(TaskState.objects.values_list("name", "next_at", "asked_by"))
        planned = {name: next_at for name, next_at, _asked_by in states}
        asked = {name for name, _next_at, asked_by in states if asked_by}
        is_settled = is_clock_settled(at)
        if new := [task for task in self._tasks if task.name not in planned]:
            TaskState.objects.ensure_exists(new, at)
        for task in sorted(self._tasks, key=lambda task: planned.get(task.name, at)):
            if len(self._runs) >= MOST_AT_ONCE:
                return
            if task.deletes and not is_settled and task.name not in asked:
                continue
            if task.name not in self._runs and (state := TaskState.objects.begin(task, at, self._process)):
                thread = threading.Thread(
                    target=_run_in_thread, args=(task, state, self._now), name=f"upkeep-{task.name}", daemon=True
                )
                thread.start()
                self._runs[task.name] = _Run(task, state, thread, at)


def _run_in_thread(task: Task, state: TaskState, now: Callable[[], datetime]) -> None:
    try:
        _limit_statements(task.limit)
        run_task(task, state, now)
    except (DatabaseError, InterfaceError) as error:
        # Nothing could be noted. The run is taken up again after the task's limit.
        logger.warning("Task %s lost the database: %s", task.name, first_line(error))
    finally:
        connections.close_all()


def _limit_statements(limit: timedelta) -> None:
    """Give the statements of this thread the time of its task, where the connection is its own.

    Pages have a few seconds only, which may be too short to erase the hashes of a large poll. Behind
    a pool the setting would go to whoever has the connection next; there the pool sets limits.
    """
    if not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        with connection.cursor() as cursor:
            milliseconds = int(limit / timedelta(milliseconds=1))
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(milliseconds)])


def run_task(task: Task, state: TaskState, now: Callable[[], datetime] = timezone.now) -> None:
    """Run `task`, whose begin is noted in `state`, and note what became of it.

    A failure is logged when it is new, not at each attempt. Raises DatabaseError when the database
    cannot take the note.
    """
    started_at = state.started_at or now()
    try:
        result = task.run(started_at)
    except Exception as mistake:  # noqa: BLE001 (whatever it is, it is noted and the clock goes on)
        _note_failure(task, state, mistake, now)
        return
    end = now()
    TaskState.objects.run(state).update(
        ended_at=end,
        result="" if result is None else str(result)[:TEXT_LENGTH],
        failures=0,
        next_at=max(task.next_due(started_at), end),
    )


def _note_failure(task: Task, state: TaskState, mistake: Exception, now: Callable[[], datetime]) -> None:
    error = f"{type(mistake).__name__}: {mistake}".strip()[:TEXT_LENGTH]
    if not state.failures or state.error != error:
        logger.error("Task %s failed: %s", task.name, error, exc_info=mistake)
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # so that the note may go over a new one
    end = now()
    TaskState.objects.run(state).update(
        ended_at=end,
        failed_at=end,
        error=error,
        failures=F("failures") + 1,
        next_at=task.retry_due(end, state.failures + 1),
    )
