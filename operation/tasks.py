"""What operating the portal has to do from time to time: the backup, and its proof."""

import os
import subprocess
import sys
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from upkeep.tasks import Task


class CommandFailedError(Exception):
    """What a command said last."""


def _run(limit: timedelta, command: str, *arguments: str) -> str:
    """Run a management command in a process of its own, which leaves this one its threads; its last words."""
    process = subprocess.run(
        ["nice", sys.executable, "manage.py", command, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"VAR_DIR": str(settings.VAR_DIR)},
        capture_output=True,
        text=True,
        timeout=limit.total_seconds(),
        check=False,
    )
    words = (process.stdout if process.returncode == 0 else process.stderr).strip().splitlines()
    if process.returncode:
        raise CommandFailedError(words[-1] if words else f"{command} ended with {process.returncode}")
    return words[-1] if words else ""


LIMIT = timedelta(hours=3)


def make_backup(at: datetime) -> str:
    """Make the night's backup; where it is and what it holds."""
    return (
        _run(LIMIT, "backup", "--by-the-clock")
        if settings.HAS_NIGHTLY_BACKUP
        else gettext("BACKUP_TO names no folder.")
    )


def check_backup(at: datetime) -> str:
    """Restore the last backup into a database that is dropped again, where the key to read it is at hand."""
    if not settings.HAS_NIGHTLY_BACKUP:
        return gettext("BACKUP_TO names no folder.")
    if settings.BACKUP_KEYS and not settings.BACKUP_IDENTITY:
        return gettext("BACKUP_IDENTITY names no private key: check the backup where that is kept.")
    return _run(LIMIT, "backup_check")


TASKS = [
    Task("backup", _("Back up the database and the media files"), time(2, 30), make_backup, LIMIT),
    Task("backup-check", _("Restore the last backup for a test"), timedelta(days=7), check_backup, LIMIT),
]
