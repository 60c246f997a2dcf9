"""The last line of each poll's log that this machine has written, kept beside the database; see trail/tails.py."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from polls.models import Poll
from trail import tails
from trail.tails import Tail


def keep_after_commit(poll: Poll, position: int, line_hash: str) -> None:
    """Note the line once it is certain to stay."""
    transaction.on_commit(partial(tails.keep, _path(poll), poll.created_at, Tail(position, line_hash)))


def keep_last_after_commit(poll: Poll) -> None:
    """Note the poll's last line once it is certain to stay, whichever that is then."""
    transaction.on_commit(partial(_keep_last, poll))


def seen(poll: Poll) -> Tail | None:
    """The last line this machine has written to the poll's log, if it has written any."""
    return tails.seen(_path(poll), poll.created_at)


def _keep_last(poll: Poll) -> None:
    if last := poll.events.last():
        tails.keep(_path(poll), poll.created_at, Tail(last.position, last.hash))


def _path(poll: Poll) -> Path:
    return Path(settings.VAR_DIR) / "poll-tails" / str(poll.pk)
