"""Writing and reading the archive: a tar of `database.dump`, `media/…` and, last, `manifest.json`."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

FORMAT = 1
DATABASE, MEDIA, MANIFEST = "database.dump", "media/", "manifest.json"
CHUNK = 1024 * 1024


class BackupError(Exception):
    """A backup cannot be made or read. The message is for the operator."""


@dataclass
class Manifest:
    """What is in a backup, so that a restore can be compared with it."""

    made_at: str  # RFC 3339, UTC
    portal: str  # its version
    server: int  # major version of PostgreSQL, and of the program that wrote the dump
    dumped_by: int
    tables: dict[str, int]  # rows
    left_out: list[str]  # tables whose rows are not in it
    facts: dict[str, Any] | None  # what the portal says of its contents, such as each poll's result; None: not asked
    format: int = FORMAT
    files: dict[str, str] = field(default_factory=dict)  # SHA-256 by name in the archive


class Writer:
    """Adds files to an archive and notes their digests."""

    def __init__(self, target: BinaryIO) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 (closed by finish)
        self.digests: dict[str, str] = {}

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Add a file of `size` bytes. Raises BackupError when it is another size."""
        entry = tarfile.TarInfo(name)
        entry.size = size
        digesting = _Digesting(content)
        try:
            self._tar.addfile(entry, digesting)
        except OSError as error:
            raise BackupError(f"{name} changed while it was copied: {error}") from error
        self.digests[name] = digesting.digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and the end of the archive."""
        manifest.files = dict(sorted(self.digests.items()))
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        self._tar.addfile(entry, io.BytesIO(text))
        self._tar.close()


def unpack(source: BinaryIO, folder: Path) -> Manifest:
    """Write the archive's files below `folder` and return its manifest. Raises BackupError unless all is whole."""
    digests: dict[str, str] = {}
    manifest: Manifest | None = None
    for entry, content in _entries(source):
        if entry.name == MANIFEST:
            manifest = _read_manifest(content.read())
            continue
        target = folder / entry.name
        if not entry.isfile() or not target.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"The archive holds {entry.name!r}, which no backup of this portal does")
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("xb") as file:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
        digests[entry.name] = digest.hexdigest()
    if manifest is None:
        raise BackupError("The archive has no manifest: it was cut off, or is no backup of this portal")
    if damaged := sorted(name for name, digest in manifest.files.items() if digests.get(name) != digest):
        raise BackupError(f"{len(damaged)} files of the archive are damaged or missing, the first is {damaged[0]}")
    return manifest


def _entries(source: BinaryIO) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is None:
                    raise BackupError(f"The archive holds {entry.name!r}, which is no file")
                yield entry, content
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"The archive cannot be read: {error}") from error


def _read_manifest(text: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise BackupError("The archive's manifest cannot be read") from error
    if manifest.format != FORMAT:
        raise BackupError(f"The archive has format {manifest.format}; this version of the portal reads {FORMAT}")
    return manifest


class _Digesting:
    """A file that is digested while it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._content.read(size)
        self.digest.update(chunk)
        return chunk


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Where two descriptions differ, in words: `name: 3 instead of 5`."""
    return [
        f"{name}: {found.get(name, 'nothing')} instead of {expected.get(name, 'nothing')}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]
