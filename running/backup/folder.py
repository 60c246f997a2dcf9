"""The folder of the backups: their names, how old the last one is, and which are kept."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

NAME = re.compile(r"cong-(\d{8}T\d{6})Z\.tar(?:\.age|\.gpg)?")
_MOMENT = "%Y%m%dT%H%M%S"
CHECKED = "checked.json"
# The newest of each of so many days, weeks and months that have one.
DAYS, WEEKS, MONTHS = 7, 5, 6


@dataclass(frozen=True)
class Backup:
    """One file in the folder."""

    path: Path
    made_at: datetime

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Check:
    """What the last check of a backup found; without an error it was restored and equal."""

    name: str
    checked_at: datetime
    error: str


def backups(folder: Path) -> list[Backup]:
    """The backups in the folder, the newest first."""
    found = []
    for path in folder.glob("cong-*"):
        if match := NAME.fullmatch(path.name):
            found.append(Backup(path, datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC)))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


@contextmanager
def new_backup(folder: Path, at: datetime, suffix: str) -> Iterator[BinaryIO]:
    """A file that has its name in the folder only once it is whole and on the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"cong-{at.astimezone(UTC).strftime(_MOMENT)}Z.tar{suffix}"
    partial = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def rotate(folder: Path) -> list[Path]:
    """Remove what is not kept; the removed files."""
    removed = [backup.path for backup in _superfluous(backups(folder))]
    for path in removed:
        path.unlink()
    return removed


def _superfluous(found: list[Backup]) -> list[Backup]:
    kept: set[Path] = set()
    for period, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        newest: dict[str, Path] = {}
        for backup in found:  # the newest first
            newest.setdefault(backup.made_at.strftime(period), backup.path)
        kept |= set(list(newest.values())[:most])
    return [backup for backup in found if backup.path not in kept]


def note_check(folder: Path, check: Check) -> None:
    """Keep what a check found beside the backups."""
    text = json.dumps({"name": check.name, "checked_at": check.checked_at.isoformat(), "error": check.error})
    (folder / CHECKED).write_text(text, encoding="utf-8")


def last_check(folder: Path) -> Check | None:
    """What the last check found; None when there was none."""
    try:
        kept = json.loads((folder / CHECKED).read_text(encoding="utf-8"))
        return Check(kept["name"], datetime.fromisoformat(kept["checked_at"]), kept["error"])
    except (OSError, ValueError, KeyError):
        return None
