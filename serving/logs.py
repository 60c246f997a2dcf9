"""What the log says: one line for an event, and a number for its repetitions."""

from __future__ import annotations

import json
import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any

from serving.accesslog import request_id

# Of one event so many lines are written in QUIET seconds; the others are counted.
LINES = 3
QUIET = 60.0
# Kinds of events that are remembered; beyond this all are forgotten at once.
MOST_KINDS = 500
# Characters of the line about a refused request, most of which its sender wrote.
LONGEST = 200


class Sparing(logging.Filter):
    """Lets an event through LINES times in QUIET seconds; the next line says how often it came beyond that.

    Two records are one event when they stand in one place of the code, at one level, with one kind of
    exception: what a stranger wrote into a request does not make it another. Nothing below WARNING is held
    back. Every method may be called from any thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._held: dict[tuple[object, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        kind = _kind(record)
        now = time.monotonic()
        with self._lock:
            until, count = self._held.get(kind, (0.0, 0))
            if now >= until:
                if len(self._held) >= MOST_KINDS:
                    self._held.clear()
                held, count, until = count - LINES, 0, now + QUIET
            else:
                held = 0
            self._held[kind] = until, count + 1
            if count >= LINES:
                return False
        if held > 0:
            record.msg = f"{record.getMessage()} (and {held} more like it were not written)"
            record.args = ()
        return True


def _kind(record: logging.LogRecord) -> tuple[object, ...]:
    status = getattr(record, "status_code", None)
    if record.name.startswith("django.security"):
        return (record.name, record.levelno, status)  # its message is the request's own words
    if record.exc_info and record.exc_info[1] is not None:
        traceback = record.exc_info[2]
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        place = (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno) if traceback is not None else ()
        return (record.name, record.levelno, record.exc_info[0], place, status)
    return (record.name, record.levelno, record.pathname, record.lineno, record.msg, status)


class Brief(logging.Filter):
    """Makes one short line of a request that was refused: where in the code that was noticed says nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if isinstance(status, int) and 400 <= status < 500:
            record.exc_info = record.exc_text = None
            message = record.getMessage()
            record.msg, record.args = (message if len(message) <= LONGEST else f"{message[:LONGEST]}…"), ()
        return True


class JSONFormatter(logging.Formatter):
    """One object a line: time (RFC 3339), level, logger, message, and traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        if audit := getattr(record, "audit", None):  # a line of the audit log, by its fields
            entry["audit"] = audit
        environ = getattr(getattr(record, "request", None), "META", None)
        if environ and (name := request_id(environ)):
            entry["request_id"] = name
        return json.dumps(entry, ensure_ascii=False, default=str)
