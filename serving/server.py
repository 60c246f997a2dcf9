"""Serving the portal with granian."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import queue
import signal
import socket
import threading
import time
from datetime import timedelta
from multiprocessing.connection import wait
from typing import Any, cast

from django.conf import settings
from django.core.management import CommandError
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from serving.clients.slow_clients import SERVER_THREADS

# Seconds a worker may use to answer what it has begun and to write down what it has counted.
STOP_TIMEOUT = 15
# Seconds after which a connection is closed that sends no request, or not all of its headers.
SILENCE = 15
# Connections that wait to be accepted; deploy/systemd/cong.socket says the same.
BACKLOG = 2048
# The first file that systemd passes, sd_listen_fds(3).
FIRST_PASSED = 3
# What a query of a page may take; management commands have no such limit.
STATEMENT_TIMEOUT = timedelta(seconds=15)


def ensure_port_is_free(host: str, port: int) -> None:
    """Raise CommandError when someone else listens there.

    Granian sets SO_REUSEPORT, with which a second server would silently take half of the visitors.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}") from error


def passed_socket() -> socket.socket | None:
    """The listening socket that systemd holds for the portal (cong.socket), so that a restart loses no connection.

    Raises CommandError when what was passed is something else.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return None
    count = os.environ.get("LISTEN_FDS")
    passed = None
    with contextlib.suppress(OSError):  # no file of this number, or one that is no socket
        passed = socket.socket(fileno=FIRST_PASSED) if count == "1" else None
    if (
        passed is None
        or passed.family not in (socket.AF_INET, socket.AF_INET6)
        or not passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    ):
        raise CommandError(
            f"LISTEN_FDS={count}: the portal takes one listening socket of TCP, as deploy/systemd/cong.socket"
        )
    return passed


class Interrupt:
    """What the main process waits for; used as a threading.Event that signal handlers may set.

    Granian's own is one, whose lock cannot be taken twice: a second SIGTERM that arrives while the first
    is handled, as from `make` and its process group, left the portal hanging. A queue may be filled
    while it is being filled.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[None] = queue.SimpleQueue()

    def set(self) -> None:
        self._queue.put(None)

    def wait(self) -> None:
        self._queue.get()
        self._queue.put(None)  # it stays set

    def clear(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()


class Server(MPServer):
    """Granian, which may also be given a socket that somebody else holds."""

    passed: socket.socket | None = None

    def _init_shared_socket(self) -> None:
        if self.passed is None:
            super()._init_shared_socket()  # type: ignore[no-untyped-call]  # granian says nothing of types
            return
        # As granian does with a Unix socket: all workers accept from one.
        server, holder = cast(Any, self), cast(Any, SocketHolder)
        server._ssp = server._sso = None
        server._sfd = self.passed.fileno()
        server._shd = holder(server._sfd, False, BACKLOG)  # noqa: FBT003 (it is no Unix socket)


def serve(passed: socket.socket | None = None) -> None:
    """Answer requests until SIGINT or SIGTERM, at `passed` or on HOST and PORT; workers that die are replaced."""
    if passed is None:
        ensure_port_is_free(settings.HOST, settings.PORT)
    _load_once()
    connections.close_all()  # a connection must not be shared with forked workers
    # libpq reads these: a database that hangs must not hold every thread of the portal.
    os.environ.setdefault("PGCONNECT_TIMEOUT", "3")
    server = Server(
        "portal.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        # HTTP/2 needs TLS in browsers, so it is left to the proxy. In automatic mode a connection that never
        # sends anything stays open, and a few thousand of them keep everybody else out.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=1000 * SILENCE),
        workers=settings.WORKERS,
        # Django runs in settings.THREADS of its own; these wait for clients and answer from memory.
        blocking_threads=SERVER_THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT,
        log_level=LogLevels.error,
    )
    server.passed = passed
    server.main_loop_interrupt = Interrupt()  # type: ignore[assignment]  # all of an Event that granian calls
    server.serve()


def _load_once() -> None:
    """Load what every worker needs before they are forked: they start at once and share its memory."""
    get_resolver().url_patterns  # noqa: B018 (loads every view)
    for template in ("base.html", "news/article_detail.html", "home/home.html"):
        get_template(template)
    gc.collect()
    gc.freeze()  # a collection in a worker would write into the shared pages


def end_with_parent() -> None:
    """Stop this worker when the main process was killed: an orphan would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
        # A worker that was only just starting may have missed the signal.
        time.sleep(STOP_TIMEOUT)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
