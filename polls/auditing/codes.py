"""The code of each line of the log: made with a key that is not in the database.

Whoever writes into the database without the key can add lines, and the database chains them; but their
codes do not fit, and the audit names them.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from polls.models import Event, Poll, Status
from trail.chain import keyed_code, microseconds
from trail.keys import keys_for

KEYS, LINES = b"polls.codes", b"polls.line"


def tag(voter_hash: bytes | None) -> str:
    """What stands for the voter in the codes (polls_tag in cast.sql); empty without a voter."""
    return "" if voter_hash is None else hashlib.sha256(voter_hash).hexdigest()[:16]


def line_code(poll: Poll, tag: str, **line: Any) -> str:
    """The code of a new line; `line`: kind, status, choices, challenge, officer, note, created_at."""
    return _code(keys_for(KEYS)[0], poll, tag, **line)


def fits(poll: Poll, tag: str, event: Event) -> bool:
    """Whether the line carries a code that one of the portal's keys makes for it."""
    line = {
        name: getattr(event, name)
        for name in ("kind", "status", "choices", "challenge", "officer", "note", "created_at")
    }
    return any(hmac.compare_digest(event.code, _code(key, poll, tag, **line)) for key in keys_for(KEYS))


def vote_codes(poll: Poll, voter_hash: bytes, choices: str, challenge: str, at: datetime) -> dict[str, str]:
    """Codes of every line one vote may write, under the names that polls_cast looks them up by."""
    counted, quarantined, void = Status.COUNTED.value, Status.QUARANTINED.value, Status.VOID.value
    possible = [
        ("cast", counted, ""),
        *(("cast", quarantined, doubt) for doubt in ("network", "unproven", "trap")),
        *(("change", status, "") for status in (counted, quarantined, void)),
        ("accept", counted, ""),
        ("accept-changed", counted, ""),
    ]
    voter = tag(voter_hash)
    return {
        f"{name}:{status}:{note}": line_code(
            poll,
            voter,
            kind=name.removesuffix("-changed"),
            status=status,
            choices=choices,
            challenge="" if name == "accept-changed" else challenge,
            officer="",
            note=note,
            created_at=at,
        )
        for name, status, note in possible
    }


def _code(
    key: bytes,
    poll: Poll,
    tag: str,
    *,
    kind: str,
    status: str,
    choices: str,
    challenge: str | None,
    officer: str,
    note: str,
    created_at: datetime,
) -> str:
    fields = [
        str(poll.pk),
        # With these every code vouches for the lines from before there were codes, too.
        str(microseconds(poll.created_at)),
        str(poll.uncoded_lines),
        poll.uncoded_hash,
        tag,
        kind,
        status,
        choices,
        challenge or "",
        officer,
        str(microseconds(created_at)),
        note,
    ]
    return keyed_code(key, LINES, fields)
