"""Media files that appear under their name whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.storage import FileSystemStorage

# Hidden, so that the server never answers it; what a killed process leaves, upkeep removes.
PARTIAL = ".part-"


class WholeFileStorage(FileSystemStorage):
    """Files on the disk, written under a temporary name in their folder, synced and then renamed."""

    def _save(self, name: str, content: Any) -> str:
        final = PurePosixPath(name)
        hidden = str(final.with_name(PARTIAL + secrets.token_hex(8)))
        written = Path(self.path(hidden))
        try:
            super()._save(hidden, content)  # type: ignore[misc]  # django-stubs leaves out what a storage is made of
            _sync(written)
            target = Path(self.path(name))
            written.replace(target)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
        _sync(target.parent)
        return name

    def walk(self, folder: str = "") -> Iterator[tuple[str, datetime]]:
        """Name and time of every file below a folder, of those that are only being written too."""
        for above, _folders, names in os.walk(self.path(folder)):
            for name in names:
                path = Path(above, name)
                try:
                    changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                except FileNotFoundError:  # renamed or removed this moment
                    continue
                yield path.relative_to(self.path("")).as_posix(), changed_at


def _sync(path: Path) -> None:
    """Wait until the disk holds the file, or for a folder the names in it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
