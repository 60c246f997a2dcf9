"""Asking the application for a page, and handing over what cannot be shared untouched."""

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from serving.pagecache.policy import Environ, Headers, Key

WSGIApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# A shared page must not depend on who asks: what tells people apart, asks for a part of the page or for
# another form of it, or could change it without being in the key, does not reach the application.
_NOT_FORWARDED = (
    "HTTP_ACCEPT_ENCODING",
    "HTTP_CACHE_CONTROL",
    "HTTP_COOKIE",
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_RANGE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_PRAGMA",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "RAW_URI",
    "REQUEST_URI",
)


def shared_request(environ: Environ, key: Key) -> Environ:
    """The request for the page of `key` that carries nothing of the person who asked."""
    shared = environ.copy()
    for name in _NOT_FORWARDED:
        shared.pop(name, None)
    shared["REQUEST_METHOD"] = "GET"
    shared["HTTP_HOST"] = key.host
    shared["QUERY_STRING"] = key.query
    shared["wsgi.input"] = io.BytesIO()
    return shared


def differs(environ: Environ, key: Key) -> bool:
    """Whether `shared_request` took anything away that a page not to be shared may depend on."""
    return (
        environ["REQUEST_METHOD"] != "GET"
        or "HTTP_COOKIE" in environ
        or environ.get("QUERY_STRING", "") != key.query
        or environ["HTTP_HOST"] != key.host
    )


class Response:
    """An application's answer whose headers are known and whose body is not yet read.

    Bytes passed to the old `write()` callable are kept in front of the body. `hand_over` gives
    everything to the server as it came, without reading ahead.
    """

    def __init__(self, app: WSGIApp, environ: Environ) -> None:
        """Call the application; raises whatever it raises before its headers are complete."""
        self.status = ""
        self.headers: Headers = []
        self._error_info: Any = None
        self._read: list[bytes] = []
        self._forward: Callable[..., Callable[[bytes], object]] | None = None
        self._body = app(environ, self._start_response)
        self._rest: Iterator[bytes] | None = None
        if not self.status:
            # A generator says its headers only when asked for its first bytes.
            try:
                self._rest = iter(self._body)
                self._read += [chunk for chunk in [next(self._rest, None)] if chunk is not None]
                if not self.status:
                    raise RuntimeError("the application never called start_response()")
            except BaseException:
                self.close()
                raise

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status[:3])

    def _start_response(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        if self._forward is not None:
            return self._forward(status, headers, exc_info)
        if self.status and exc_info is None:
            raise RuntimeError("start_response() was called twice")
        self.status, self.headers, self._error_info = status, list(headers), exc_info
        return self._read.append

    def read(self, limit: int) -> bytes | None:
        """The whole body; None when it is longer than `limit` or not as long as it says.

        Whatever was read by then is still handed over.
        """
        stated = next((value.strip() for name, value in self.headers if name.lower() == "content-length"), None)
        if stated is not None and (not stated.isdigit() or int(stated) > limit):
            return None
        length = sum(map(len, self._read))
        if self._rest is None:
            self._rest = iter(self._body)
        while length <= limit:
            chunk = next(self._rest, None)
            if chunk is None:
                break
            self._read.append(chunk)
            length += len(chunk)
        else:
            return None
        return b"".join(self._read) if stated is None or int(stated) == length else None

    def hand_over(self, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Give the answer to the server: the application's own iterable when nothing of it was read."""
        self._forward = start_response
        if self._error_info is None:
            start_response(self.status, self.headers)
        else:
            start_response(self.status, self.headers, self._error_info)
        if self._rest is None and not self._read:
            return self._body
        return _Continued(self)

    def close(self) -> None:
        """Tell the application that its answer is done with (PEP 3333)."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


class _Continued:
    """A body whose first chunks were already read."""

    def __init__(self, response: Response) -> None:
        self.close = response.close
        self._chunks = chain(response._read, iter(response._body) if response._rest is None else response._rest)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks
