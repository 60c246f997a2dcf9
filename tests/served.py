"""The portal in a thread of this process, for a browser to visit."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread

from tests.waiting import LONG


class _Server(ThreadedWSGIServer):
    """Ends after the requests under way: the database is emptied next, and they would wait for each other's locks."""

    daemon_threads = False  # so that closing waits for them

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.visits: set[socket.socket] = set()

    def process_request(self, request: socket.socket, client_address: Any) -> None:
        self.visits.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: socket.socket) -> None:
        self.visits.discard(request)
        super().close_request(request)

    def server_close(self) -> None:
        for visit in list(self.visits):
            with contextlib.suppress(OSError):
                visit.shutdown(socket.SHUT_RD)  # there is no next request
        super().server_close()


class _Thread(LiveServerThread):
    server_class = _Server


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The portal with its static and media files, answered by a thread of this process; its address."""
    thread = _Thread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    assert thread.is_ready.wait(LONG)
    if thread.error:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()
