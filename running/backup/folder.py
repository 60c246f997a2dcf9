"""Backups in a folder of this machine, or of another one that is mounted here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from running.backup.place import BEGINNING, Place


class Folder(Place):
    """A folder, which is made when the first backup comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """See Place. The file is on the disk, too, when it has its name."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self.path / f".{name}.part"
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.rename(self.path / name)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """See Place."""
        with (self.path / name).open("rb") as file:
            yield file

    def _files(self) -> Iterator[tuple[str, int]]:
        for path in self.path.glob(f"{BEGINNING}*"):
            yield str(path), path.stat().st_size

    def _remove(self, name: str) -> None:
        (self.path / name).unlink()

    def _write(self, name: str, content: bytes) -> None:
        (self.path / name).write_bytes(content)

    def _read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()
