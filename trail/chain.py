"""What all logs of the portal have in common: lines chained by their hashes, read in one snapshot.

The audit log and the log of each poll hold lines that are only added; each line's hash covers the line and the hash
before it. A code beside it, made with a key that is not in the database, tells who had the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Since 1970, as a log writes a moment."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def chained_hash(fields: Sequence[str]) -> str:
    """SHA-256, in hexadecimal digits, over the fields, each on a line of its own."""
    return hashlib.sha256("\n".join(fields).encode()).hexdigest()


def measured(text: str) -> str:
    """The text behind the number of its characters, so that what follows it cannot be taken for a part of it."""
    return f"{len(text)}:{text}"


def keyed_code(key: bytes, purpose: bytes, fields: Sequence[str]) -> str:
    """The code of a line, 32 hexadecimal digits; `purpose`: at most 16 bytes that keep it apart from other codes."""
    text = "\n".join(measured(field) for field in fields)
    return hashlib.blake2b(text.encode(), digest_size=16, key=key, person=purpose).hexdigest()


@contextmanager
def snapshot() -> Iterator[None]:
    """One view of the data for all queries; inside a caller's transaction it is that one's."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
