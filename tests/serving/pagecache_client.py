"""A plain application, a clock to turn and a client, for the tests of the page cache."""

import gzip
import io
from dataclasses import dataclass, field

import brotli

from serving.pagecache import PageCache

PUBLIC = "public, s-maxage=4"
PAGE = ("<p>Ủy ban nhân dân xã thông báo lịch tiếp công dân tuần này.</p>\n" * 40).encode()


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Application:
    """A WSGI application that remembers its requests and answers as told."""

    cache_control: str = PUBLIC
    body: bytes = PAGE
    status: str = "200 OK"
    headers: list = field(default_factory=list)
    error: Exception | None = None
    requests: list = field(default_factory=list)
    closed: int = 0

    def __call__(self, environ, start_response):
        self.requests.append(environ)
        if self.error:
            raise self.error
        content_type = ("Content-Type", "text/html; charset=utf-8")
        start_response(self.status, [content_type, ("Cache-Control", self.cache_control), *self.headers])
        return _Body(self, [self.body])


class _Body:
    def __init__(self, app, chunks):
        self.app = app
        self.chunks = chunks

    def __iter__(self):
        return iter(self.chunks)

    def close(self):
        self.app.closed += 1


@dataclass
class Answer:
    """What the client saw."""

    status: str
    pairs: list
    body: bytes
    iterable: object

    def __getitem__(self, name):
        return next((value for key, value in self.pairs if key.lower() == name.lower()), None)

    @property
    def code(self):
        return int(self.status[:3])

    @property
    def text(self):
        match self["Content-Encoding"]:
            case "br":
                return brotli.decompress(self.body)
            case "gzip":
                return gzip.decompress(self.body)
        return self.body


def make_environ(address="/", *, method="GET", **headers):
    """A request as a WSGI server describes it; `headers` are header names with underscores."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.5",
        "HTTP_HOST": "xa.example",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    return environ | {f"HTTP_{name.upper()}": value for name, value in headers.items()}


def get(app, address="/", **changes):
    """Send a request as a server does, and close the body as a server must."""
    return send(app, make_environ(address, **changes))


def send(app, environ):
    seen = []
    written = []

    def start_response(status, headers, exc_info=None):
        seen[:] = [status, headers]
        return written.append

    iterable = app(environ, start_response)
    try:
        body = b"".join(iterable)
    finally:
        if hasattr(iterable, "close"):
            iterable.close()
    return Answer(seen[0], seen[1], b"".join(written) + body, iterable)


def make_cache(app=None, **changes):
    """A cache with a clock of its own in front of an application: (cache, application, clock)."""
    app = app or Application()
    clock = Clock()
    return PageCache(app, clock=clock, **changes), app, clock
