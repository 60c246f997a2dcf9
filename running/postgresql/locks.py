"""Things of which only one may happen at a time, on whatever machine."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def only_one(connection: BaseDatabaseWrapper, key: int, *, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the advisory lock `key` for the length of the block; `waiting` is called when another holds it.

    The lock ends with a transaction of a connection of its own. A lock of a session would be lost behind
    a pool that hands connections on after each transaction.
    """
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            # Whatever limits the role has: this waits for as long as the other needs.
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
            if cursor.fetchone() == (False,):
                waiting()
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
            yield
    finally:
        with contextlib.suppress(DatabaseError, InterfaceError):
            own.rollback()  # at once: the server notices a closed connection only a moment later
        own.close()
