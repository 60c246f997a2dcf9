"""What a task of the clock is, and when it is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string

DAY = timedelta(days=1)
# After a failure the next attempt comes soon, then ever later.
FIRST_RETRY = timedelta(minutes=1)
MOST_DOUBLINGS = 6


@dataclass(frozen=True)
class Task:
    """Something that must happen by itself.

    `rhythm` is the time from one start to the next, or the local time of day of a daily task.
    `run` gets the moment of its start and returns what it did, in a few words or as a number. It may
    be run again after an interruption, and seldom twice at a time: it must bear both. `limit` is how
    long a run may take; it also bounds each of its statements in the database. One that `deletes` what
    is old is not started while the machine's clock may be wrong, unless somebody asks for it.
    """

    name: str  # never changes: the key of what is stored about the task
    title: str | Promise
    rhythm: timedelta | time
    run: Callable[[datetime], str | int | None]
    limit: timedelta = timedelta(minutes=10)
    deletes: bool = False

    def first_due(self, at: datetime) -> datetime:
        """When a task begins that is new at `at`: a daily one at its hour, any other at once."""
        return at if isinstance(self.rhythm, timedelta) else self.next_due(at)

    def next_due(self, at: datetime) -> datetime:
        """The start that follows one at `at`."""
        if isinstance(self.rhythm, timedelta):
            return at + self.rhythm
        local = timezone.localtime(at)
        day = local.date() + (DAY if local.time() >= self.rhythm else timedelta(0))
        due: datetime = timezone.make_aware(datetime.combine(day, self.rhythm))
        return due

    def retry_due(self, at: datetime, failures: int) -> datetime:
        """The attempt that follows a failure at `at`, the `failures`-th in a row."""
        wait: timedelta = FIRST_RETRY * 2 ** min(failures - 1, MOST_DOUBLINGS)
        return min(at + wait, self.next_due(at))

    @property
    def longest_wait(self) -> timedelta:
        """No start is further away, unless the machine's clock has been put back since it was planned."""
        interval = self.rhythm if isinstance(self.rhythm, timedelta) else 2 * DAY
        return max(interval, self.limit)


def registered_tasks() -> Sequence[Task]:
    """The tasks of this portal; `settings.UPKEEP_TASKS` says where their list is."""
    tasks: Sequence[Task] = import_string(settings.UPKEEP_TASKS)
    return tasks
