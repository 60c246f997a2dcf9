"""Where backups are kept: their names, how old the last one is, and which of them stay."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

NAME = re.compile(r"cong-(\d{8}T\d{6})Z\.tar(?:\.age|\.gpg)?")
BEGINNING = "cong-"
S3 = "s3://"  # what the address of a bucket begins with
_MOMENT = "%Y%m%dT%H%M%S"
CHECKED = "checked.json"
# The newest of each of so many days, weeks and months that have one.
DAYS, WEEKS, MONTHS = 7, 5, 6


@dataclass(frozen=True)
class Backup:
    """One archive."""

    address: str  # what `manage.py restore` is told: a path, or s3://bucket/name
    made_at: datetime
    size: int  # bytes

    @property
    def name(self) -> str:
        return self.address.rpartition("/")[2]


@dataclass(frozen=True)
class Check:
    """What the last check of a backup found; without an error it was restored and equal."""

    name: str
    checked_at: datetime
    error: str


def name_of(at: datetime, suffix: str) -> str:
    """The name of the backup made at a moment."""
    return f"{BEGINNING}{at.astimezone(UTC).strftime(_MOMENT)}Z.tar{suffix}"


class Place(ABC):
    """A folder or a bucket. Its methods raise OSError where it does not answer."""

    def backups(self) -> list[Backup]:
        """The backups, the newest first."""
        found = []
        for address, size in self._files():
            if match := NAME.fullmatch(address.rpartition("/")[2]):
                found.append(Backup(address, datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC), size))
        return sorted(found, key=lambda backup: backup.made_at, reverse=True)

    @abstractmethod
    def writing(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A file to write into, which has its name only once it is whole and the block has ended without an error."""

    @abstractmethod
    def reading(self, name: str) -> AbstractContextManager[BinaryIO]:
        """The content of a backup, from its beginning to its end."""

    def rotate(self) -> list[Backup]:
        """Remove what is not kept; the removed backups."""
        removed = _superfluous(self.backups())
        for backup in removed:
            self._remove(backup.name)
        return removed

    def note_check(self, check: Check) -> None:
        """Keep what a check found beside the backups."""
        kept = {"name": check.name, "checked_at": check.checked_at.isoformat(), "error": check.error}
        self._write(CHECKED, json.dumps(kept).encode())

    def last_check(self) -> Check | None:
        """What the last check found; None when there was none."""
        try:
            kept = json.loads(self._read(CHECKED))
            return Check(kept["name"], datetime.fromisoformat(kept["checked_at"]), kept["error"])
        except (FileNotFoundError, ValueError, KeyError):
            return None

    @abstractmethod
    def _files(self) -> Iterable[tuple[str, int]]:
        """Address and bytes of everything whose name begins as a backup's does."""

    @abstractmethod
    def _remove(self, name: str) -> None: ...

    @abstractmethod
    def _write(self, name: str, content: bytes) -> None: ...

    @abstractmethod
    def _read(self, name: str) -> bytes: ...


def _superfluous(found: list[Backup]) -> list[Backup]:
    kept: set[Backup] = set()
    for period, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        newest: dict[str, Backup] = {}
        for backup in found:  # the newest first
            newest.setdefault(backup.made_at.strftime(period), backup)
        kept |= set(list(newest.values())[:most])
    return [backup for backup in found if backup not in kept]
