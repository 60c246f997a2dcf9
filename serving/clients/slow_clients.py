"""Keeping slow clients away from the threads that render pages, and pages from each other.

Granian parses headers in Rust, but it reads a body and writes a stream in the thread that runs the
application, for as long as the client takes. So it is given many threads, which mostly wait, and
- what waits for a client needs a place: a body on its way in one of `serving.clients.bodies`, a stream on its
  way out one of STREAMS; the other threads still answer pages;
- a body that the address does not expect is refused by its header;
- Django runs in a few threads of its own (`serving.repeating`), which keep their database connections,
  once the body of the request is there.
An answer that is a list of bytes is taken by the server at once and waits in nobody's thread.
"""

from __future__ import annotations

import io
import queue
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from serving.clients.bodies import PLACES, QUEUE, Bodies, BodyError
from serving.refusals import refuse

# Large downloads under way in each process.
STREAMS = 24
SERVER_THREADS = PLACES + QUEUE + STREAMS + 16
# Bytes of a request where nothing larger is expected: a ballot, an answer, a sign-in.
SMALL_BODY = 64 * 1024
# Seconds during which a client that was refused may go on sending, so that it sees the answer.
LINGER = 2.0

Environ = dict[str, Any]
WSGIApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Places:
    """A number of places to wait in; a queue, because its lock is the interpreter's own."""

    def __init__(self, count: int) -> None:
        self._free: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(count):
            self._free.put(None)

    def take(self) -> bool:
        try:
            self._free.get_nowait()
        except queue.Empty:
            return False
        return True

    def give_back(self) -> None:
        self._free.put(None)


def sparing(
    application: WSGIApp,
    *,
    largest_body: Callable[[Environ], int] = lambda environ: SMALL_BODY,
    bodies: Bodies | None = None,
    streams: int = STREAMS,
) -> WSGIApp:
    """Wait for a bounded number of clients only, so that the others are always answered.

    `largest_body` says how many bytes an address takes.
    """
    incoming = bodies or Bodies()
    outgoing = Places(streams)

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        incoming.take_in_hand(environ)
        try:
            if not _has_body(environ):
                environ["wsgi.input"] = io.BytesIO()
                return send(environ, start_response)
            return read_and_send(environ, start_response)
        finally:
            incoming.let_go(environ)

    def read_and_send(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            body = incoming.read(environ, largest_body(environ))
        except BodyError as error:
            page = refuse(error.status, environ, start_response)
            return _Lingering(page, incoming, environ) if error.status == 413 else page
        environ["wsgi.input"] = body
        with body:
            return send(environ, start_response)

    def send(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = application(environ, start_response)
        if isinstance(body, list):
            return body
        if outgoing.take():
            return _Stream(body, outgoing)
        _close(body)
        return refuse(503, environ, start_response)

    return answer


def _has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


class _Stream:
    """A body that keeps its place until the server closes it."""

    def __init__(self, body: Iterable[bytes], places: Places) -> None:
        self._body = body
        self._places: Places | None = places

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        places, self._places = self._places, None
        if places is not None:
            places.give_back()
            _close(self._body)


class _Lingering:
    """A page that is sent before the rest of the request has come; the rest is read for a while, and forgotten."""

    def __init__(self, page: list[bytes], bodies: Bodies, environ: Environ) -> None:
        self._page = page
        self._bodies = bodies
        self._environ = environ

    def __iter__(self) -> Iterator[bytes]:
        yield from self._page
        self._bodies.drain(self._environ, LINGER)

    def close(self) -> None:
        """Nothing to close; granian asks for it."""


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
