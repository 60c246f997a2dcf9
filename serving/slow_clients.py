"""Keeping slow clients away from the threads that render pages, and pages from each other.

Granian parses headers in Rust, but it reads a body and writes a stream in the thread that runs the
application, for as long as the client takes. So it is given many threads, which mostly wait, and
- what waits for a client, a body on its way in or a stream on its way out, needs one of WAITING
  places: whoever finds none is asked to come again, and the other threads still answer pages;
- Django runs in a few threads of its own, which keep their database connections, once the body of
  the request is there.
An answer that is a list of bytes is taken by the server at once and waits in nobody's thread.
"""

from __future__ import annotations

import io
import queue
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from serving.server_threads import Environ, ServerThreads, WSGIApp

# In each process. A thread costs about 60 kB while it is used and nothing afterwards.
WAITING = 48
SERVER_THREADS = WAITING + 16
# Bytes of a request: two documents of the largest size that the newsroom takes.
LARGEST_BODY = 64 * 1024 * 1024
# Bytes of a request kept in memory; what is larger goes to a temporary file.
BODY_IN_MEMORY = 1024 * 1024
_CHUNK = 64 * 1024

_REASONS = {400: "400 Bad Request", 413: "413 Content Too Large", 503: "503 Service Unavailable"}


class BodyError(Exception):
    """The body cannot be used; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


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


def sparing(application: WSGIApp, threads: ServerThreads, places: int = WAITING) -> WSGIApp:
    """Let at most so many clients be waited for, so that the others are always answered."""
    free = Places(places)

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("CONTENT_LENGTH", "0") != "0":
            if not free.take():
                return _refuse(503, start_response)
            try:
                with threads.waiting():
                    body = whole_body(environ["wsgi.input"], environ.get("CONTENT_LENGTH"))
            except BodyError as error:
                return _refuse(error.status, start_response)
            finally:
                free.give_back()
            environ["wsgi.input"] = body
            with body:
                return send(application(environ, start_response), start_response)
        return send(application(environ, start_response), start_response)

    def send(body: Iterable[bytes], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if isinstance(body, list):
            return body
        if free.take():
            return _Stream(body, free, threads)
        _close(body)
        return _refuse(503, start_response)

    return answer


def whole_body(stream: Any, stated: str | None) -> IO[bytes]:
    """Everything the client sends, to be read again; `stated` is its Content-Length.

    Raises BodyError for more than LARGEST_BODY, or when the client left before the end: half a form
    is never acted on.
    """
    if stated is not None and (not stated.isdecimal() or int(stated) > LARGEST_BODY):
        raise BodyError(413)
    is_small = stated is not None and int(stated) <= _CHUNK
    body = io.BytesIO() if is_small else tempfile.SpooledTemporaryFile(BODY_IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST_BODY:
            body.close()
            raise BodyError(413)
        body.write(chunk)
    if stated is not None and size != int(stated):
        body.close()
        raise BodyError(400)
    body.seek(0)
    return body


def with_own_threads(application: WSGIApp, count: int, threads: ServerThreads) -> WSGIApp:
    """Run a Django application in `count` threads; what it answers is whole unless it is a stream."""
    own = ThreadPoolExecutor(count, thread_name_prefix="django")

    def run(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = application(environ, start_response)
        if getattr(response, "streaming", True):
            return response
        try:
            return list(response)
        finally:
            response.close()

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        future = own.submit(run, environ, start_response)
        with threads.waiting():
            return future.result()

    return answer


class _Stream:
    """A body that keeps its place until the server closes it."""

    def __init__(self, body: Iterable[bytes], free: Places, threads: ServerThreads) -> None:
        self._body = body
        self._free: Places | None = free
        self._threads = threads
        threads.begin_wait()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        free, self._free = self._free, None
        if free is not None:
            free.give_back()
            self._threads.end_wait()
            _close(self._body)


def _refuse(status: int, start_response: Callable[..., Any]) -> list[bytes]:
    """Answer without a page; takes back the status that the application may have given already."""
    headers = [("Content-Length", "0"), ("Cache-Control", "no-store")]
    if status == 503:
        headers.append(("Retry-After", "5"))
    error = BodyError(status)
    start_response(_REASONS[status], headers, (BodyError, error, None))
    return []


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
