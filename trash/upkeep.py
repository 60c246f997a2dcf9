"""What has to be done from time to time: emptying the trash."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from trash.admin.throwing import kind_of
from trash.throwing import delete_for_good, due_items
from upkeep.tasks import Task


def empty_trash(at: datetime) -> int:
    """Delete for good what was thrown away 30 days before `at`; how much that was.

    What something uses again, or refers to, stays in the trash.
    """
    count = 0
    for item in due_items(at):
        kind = kind_of(item)
        row = kind.row_of(item) if kind else None
        if row is None or not kind.is_in_use(row):
            count += delete_for_good(row, item)
    return count


TASKS = [
    Task(
        name="trash-empty",
        title=_("Empty the trash of what has lain there for 30 days"),
        rhythm=time(3, 20),
        run=empty_trash,
        limit=timedelta(minutes=20),
        deletes=True,
    ),
]
