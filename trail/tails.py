"""The last line of each log that this machine has written, kept beside the database.

When the end of a log is cut off, the rest has no fault. So every machine notes number and hash of the last line it
wrote, in a file for each log, and whoever verifies the log looks for that line.
"""

from __future__ import annotations

import fcntl
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trail.chain import microseconds

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tail:
    position: int
    hash: str


def seen(path: Path, begun_at: datetime) -> Tail | None:
    """The last line this machine has written to the log that began at `begun_at`, if it has written any."""
    try:
        return _parse(path.read_bytes(), begun_at)
    except OSError:
        return None


def keep(path: Path, begun_at: datetime, tail: Tail) -> None:
    """Note the line, unless a later one of the same log is noted; no act ever fails because of it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            known = _parse(os.pread(descriptor, 200, 0), begun_at)
            if known is None or known.position < tail.position:
                # Always as long as the one before, so that one write replaces it.
                line = f"{microseconds(begun_at):020d} {tail.position:012d} {tail.hash}\n"
                os.pwrite(descriptor, line.encode(), 0)
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.warning("The last line of log %s cannot be noted: %s", path.name, error)


def _parse(text: bytes, begun_at: datetime) -> Tail | None:
    """The noted line; None if there is none, or of another database's log of the same number."""
    try:
        noted, position, line_hash = text.decode("ascii").split()
        if int(noted) != microseconds(begun_at):
            return None
        return Tail(int(position), line_hash)
    except ValueError:
        return None
