"""A database that is away: what is tried again, what is answered meanwhile, and what the log says.

A restart or a failover takes seconds. A request that may be repeated without harm is repeated during
the first of them, on a new connection and from its beginning; after that it is answered 503 with
Retry-After, as everything else is at once. The log gets a line when the database goes, one a minute
while it is away, and one when it is back.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import threading
import time
from collections.abc import Iterator

import psycopg2
from django.db import DatabaseError, InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

# Seconds since the beginning of an outage during which requests are tried again, and between two tries.
PATIENCE = 4.0
PAUSE = 0.25
# Seconds between two looks whether the database is back, and between two lines that say it is not.
WATCH_EVERY = 1.0
REPORT_EVERY = 60.0
# Seconds for which a write that found the disk full stands for the next: something is written every few seconds.
FULL_FOR = 30.0

# SQLSTATE: connection lost or refused, too many connections, server shutting down or starting up,
# and a server that only reads because it is being promoted (PostgreSQL, appendix A).
_AWAY_CLASS = "08"
_AWAY_CODES = frozenset({"25006", "53300", "57P01", "57P02", "57P03", "57P05"})
# What was given up because it took too long or met something else: a statement or a lock beyond its limit, a deadlock,
# transactions that cannot be told apart in time.
_BUSY_CODES = frozenset({"57014", "55P03", "40P01", "40001"})
# No room on the database's disk.
_FULL_CODES = frozenset({"53100"})


def is_away(error: BaseException | None) -> bool:
    """Whether the error, or one it came from, says that the database cannot be reached or cannot write now."""
    return any(_says_away(one) for one in _chain(error))


def is_busy(error: BaseException | None) -> bool:
    """Whether the error, or one it came from, says that the database gave up what may succeed a moment later."""
    return any(_has_code(one, _BUSY_CODES) for one in _chain(error))


def is_full(error: BaseException | None) -> bool:
    """Whether the error, or one it came from, says that a disk has no room left, the database's or the machine's."""
    return any(_database_is_full(one) or _machine_is_full(one) for one in _chain(error))


def _database_is_full(error: BaseException) -> bool:
    return _has_code(error, _FULL_CODES)


def _has_code(error: BaseException, codes: frozenset[str]) -> bool:
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    return isinstance(cause, psycopg2.Error) and cause.pgcode in codes


def _machine_is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def first_line(error: BaseException | None) -> str:
    """What the log says of the error: psycopg2 adds a hint on further lines."""
    return str(error).strip().partition("\n")[0]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _says_away(error: BaseException) -> bool:
    if isinstance(error, InterfaceError):
        return True  # the connection is closed already
    if not isinstance(error, DatabaseError):
        return False
    # psycopg2 gives no code where there was no server to give one.
    cause = error.__cause__
    if not isinstance(cause, psycopg2.Error):
        return False
    code = cause.pgcode
    if code is None:
        return isinstance(error, OperationalError)
    return code.startswith(_AWAY_CLASS) or code in _AWAY_CODES


class Outage:
    """What one process knows of its database. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began: float | None = None
        self._refused = 0

    @property
    def is_long(self) -> bool:
        """Whether the database has been away so long that waiting for it seldom helps."""
        began = self._began
        return began is not None and time.monotonic() >= began + PATIENCE

    @property
    def is_on(self) -> bool:
        """Whether the database was away when it was last asked."""
        return self._began is not None

    def failed(self, error: BaseException | None) -> None:
        """Note that a request could not reach the database."""
        with self._lock:
            if self._began is not None:
                return
            with contextlib.suppress(RuntimeError):  # the system has no thread to spare; the next failure asks again
                threading.Thread(target=self._watch, name="database-outage", daemon=True).start()
                self._began, self._refused = time.monotonic(), 0
        logger.warning("The database is unreachable: %s", first_line(error))

    def refused(self) -> None:
        """Count a request that was answered 503."""
        with self._lock:
            self._refused += 1

    def end(self) -> int:
        """Note that the database is back; returns how many requests were refused meanwhile."""
        with self._lock:
            self._began = None
            return self._refused

    def _watch(self) -> None:
        began = reported = self._began or time.monotonic()
        while True:
            time.sleep(WATCH_EVERY)
            now = time.monotonic()
            if _takes_writes():
                logger.warning("The database is back after %d s; %d requests were refused", now - began, self.end())
                return
            if now - reported >= REPORT_EVERY:
                reported = now
                logger.warning(
                    "The database has been unreachable for %d s; %d requests were refused", now - began, self._refused
                )


def _takes_writes() -> bool:
    """Whether a new connection of this thread reaches a server that is not read-only."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            answer: tuple[str] = cursor.fetchone()
        return answer == ("off",)
    except (DatabaseError, InterfaceError):
        return False
    finally:
        connection.close()


class FullDisk:
    """Whether the database's disk is full, as far as this process has tried to write to it of late."""

    def __init__(self) -> None:
        self._seen = -FULL_FOR

    def note(self, error: BaseException | None) -> None:
        """Remember an error that says so."""
        if any(_database_is_full(one) for one in _chain(error)):
            self._seen = time.monotonic()

    @property
    def is_full(self) -> bool:
        return time.monotonic() < self._seen + FULL_FOR


# Those of this process.
outage = Outage()
full_disk = FullDisk()


class WithoutRefusals(logging.Filter):
    """Of the log: a line for each 503 would fill the disk of a portal whose database is away."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503
