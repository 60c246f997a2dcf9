"""The last line of each log that this machine has written, kept beside the database.

When the end of a log is cut off together with its ballots, the rest has no fault. So every machine
notes number and hash of the last line it wrote, in a file per poll, and the audit looks for that line.
"""

from __future__ import annotations

import fcntl
import logging
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from polls.auditing.codes import microseconds
from polls.models import Poll

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tail:
    position: int
    hash: str


def keep_after_commit(poll: Poll, position: int, line_hash: str) -> None:
    """Note the line once it is certain to stay."""
    transaction.on_commit(partial(_keep, poll, Tail(position, line_hash)))


def keep_last_after_commit(poll: Poll) -> None:
    """Note the poll's last line once it is certain to stay, whichever that is then."""
    transaction.on_commit(partial(_keep_last, poll))


def seen(poll: Poll) -> Tail | None:
    """The last line this machine has written to the poll's log, if it has written any."""
    try:
        return _parse(poll, _path(poll).read_bytes())
    except OSError:
        return None


def _keep_last(poll: Poll) -> None:
    if last := poll.events.last():
        _keep(poll, Tail(last.position, last.hash))


def _keep(poll: Poll, tail: Tail) -> None:
    """Note the line, unless a later one is noted; a vote never fails because of it."""
    path = _path(poll)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            known = _parse(poll, os.pread(descriptor, 200, 0))
            if known is None or known.position < tail.position:
                # Always as long as the one before, so that one write replaces it.
                os.pwrite(
                    descriptor, f"{microseconds(poll.created_at):020d} {tail.position:012d} {tail.hash}\n".encode(), 0
                )
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.warning("The last line of poll %s cannot be noted: %s", poll.pk, error)


def _parse(poll: Poll, text: bytes) -> Tail | None:
    """The noted line; None if there is none, or of another database's poll of the same number."""
    try:
        created_at, position, line_hash = text.decode("ascii").split()
        if int(created_at) != microseconds(poll.created_at):
            return None
        return Tail(int(position), line_hash)
    except ValueError:
        return None


def _path(poll: Poll) -> Path:
    return settings.VAR_DIR / "poll-tails" / str(poll.pk)
