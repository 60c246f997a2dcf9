"""The beacon: one small request per page view and per minute of reading, answered without SQL.

The contract is docs/visitor-statistics.md. `answer` is the whole of it; the Django views and the
WSGI layer (which skips Django's middleware and is many times faster) both call it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from serving.clientaddress import Address, client_address, client_network
from visitors.counting.agents import LONGEST, describe
from visitors.counting.background import ensure_running
from visitors.counting.buffer import buffer
from visitors.counting.flush import REPEATED
from visitors.counting.identity import Source, neighbourhood_of
from visitors.counting.limits import limiter, private_views
from visitors.counting.pages import is_path, page_of
from visitors.counting.presence import NOT_READ, memo
from visitors.counting.rollups import STAFF, Arrival
from visitors.counting.sources import language_of, source_of
from visitors.models import Dimension

BEACON_PATH = "/nhip/"
IMAGE_PATH = "/nhip.gif"
BODY_CAP = 512  # bytes
VIEW, BEAT, LEAVE = "view", "beat", "leave"
# The smallest transparent GIF.
PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
# Why a request was not counted, as stored in Dimension.EXCLUDED.
BOT, PREFETCH, RATE = "bot", "prefetch", "rate"

Environ = Mapping[str, Any]


class Reply(NamedTuple):
    """An HTTP answer, before any framework."""

    status: int
    content_type: str
    body: bytes


class Signal(NamedTuple):
    """What a page says of itself."""

    kind: str
    page: str
    referrer: str


class SignalError(ValueError):
    """The request is no beacon; the reply says why in one word."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.reply = Reply(status, "application/json", json.dumps({"error": word}).encode())


def answer_beacon(meta: Environ, read: Callable[[int], bytes]) -> Reply:
    """Count a POST of the page's script; the reply carries the number of people online.

    `meta` is a WSGI environ or request.META; `read` reads so many bytes of the body. The number is
    null where this process could never read it: the page keeps the one it shows.
    """
    try:
        host = _own_host(meta)
        _check_origin(meta, host)
        signal = _signal(meta, read)
    except SignalError as bad:
        return bad.reply
    _count(meta, host, signal)
    numbers = memo.numbers()
    if numbers is NOT_READ:
        return Reply(200, "application/json", b'{"online": null}')
    # Whoever asks is online, even if the number was read a moment before.
    return Reply(200, "application/json", b'{"online": %d}' % max(1, numbers.online))


def answer_image(meta: Environ) -> Reply:
    """Count the view of a page whose reader runs no script. Always answers with the picture."""
    try:
        host = _own_host(meta)
        if meta.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
            raise SignalError(403, "origin")
        referrer = urlsplit(meta.get("HTTP_REFERER", ""))
        if referrer.netloc != host:
            raise SignalError(403, "origin")
    except (SignalError, ValueError):
        return Reply(200, "image/gif", PIXEL)
    marked = meta.get("QUERY_STRING", "").removeprefix("p=").replace("%3A", ":")
    _count(meta, host, Signal(VIEW, page_of(marked, referrer.path), ""))
    return Reply(200, "image/gif", PIXEL)


def _own_host(meta: Environ) -> str:
    host: str = meta.get("HTTP_HOST", "")
    if not _is_own_host(host, settings.DEBUG):
        raise SignalError(400, "host")
    return host


@lru_cache(maxsize=1000)
def _is_own_host(host: str, is_debugging: bool) -> bool:  # noqa: FBT001 (part of the cache key)
    allowed = settings.ALLOWED_HOSTS
    if is_debugging and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _check_origin(meta: Environ, host: str) -> None:
    """Only our own pages. Sec-Fetch-Site cannot be forged by a page; it is missing on plain HTTP."""
    site = meta.get("HTTP_SEC_FETCH_SITE")
    if site is None:
        try:
            is_own = urlsplit(meta.get("HTTP_ORIGIN", "")).netloc == host
        except ValueError:
            is_own = False
    else:
        is_own = site == "same-origin"
    if not is_own:
        raise SignalError(403, "origin")


def _signal(meta: Environ, read: Callable[[int], bytes]) -> Signal:
    length = meta.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise SignalError(411, "length")
    if len(length) > 9 or int(length) > BODY_CAP:
        raise SignalError(413, "size")
    try:
        message = json.loads(read(int(length)))
    except (ValueError, RecursionError):
        raise SignalError(400, "json") from None
    if not isinstance(message, dict):
        raise SignalError(400, "json")
    kind, page, path, referrer = (message.get(name, "") for name in ("kind", "page", "path", "from"))
    if kind not in (VIEW, BEAT, LEAVE):
        raise SignalError(400, "kind")
    if not all(isinstance(text, str) and text.isascii() for text in (page, path, referrer)):
        raise SignalError(400, "text")
    return Signal(kind, page_of(page, path), referrer)


def _count(meta: Environ, host: str, signal: Signal) -> None:
    ensure_running()
    purpose = meta.get("HTTP_SEC_PURPOSE") or meta.get("HTTP_PURPOSE") or meta.get("HTTP_X_MOZ") or ""
    if "prefetch" in purpose or "prerender" in purpose or "preview" in purpose:
        return buffer.count(Dimension.EXCLUDED, PREFETCH)
    user_agent = meta.get("HTTP_USER_AGENT", "")[:LONGEST]
    agent = describe(user_agent)
    if agent.bot:
        return buffer.count(Dimension.EXCLUDED, BOT)
    address = _address(meta)
    if not limiter.allows(_household(address)):
        return buffer.count(Dimension.EXCLUDED, RATE)
    is_staff = f"{settings.SESSION_COOKIE_NAME}=" in meta.get("HTTP_COOKIE", "")
    is_view = signal.kind == VIEW and not is_staff
    if signal.kind == VIEW and is_staff:
        buffer.count(Dimension.EXCLUDED, STAFF)
    if meta.get("HTTP_SEC_GPC") == "1" or meta.get("HTTP_DNT") == "1":
        # Asked not to be followed: the view is a number, the visitor gets no hash. Only so many of
        # such views count from one neighbourhood, since nobody can tell who has read the page before.
        if is_view:
            known = "" if is_path(signal.page) else signal.page
            is_counted = private_views.allows(neighbourhood_of(address) + known.encode())
            buffer.count(*((Dimension.PAGE, signal.page) if is_counted else (Dimension.EXCLUDED, REPEATED)))
        return None
    arrival = None
    if signal.kind == VIEW:
        kind, site = source_of(signal.referrer, host, agent)
        language = language_of(meta.get("HTTP_ACCEPT_LANGUAGE", ""))
        arrival = Arrival(signal.page, kind.value, site, agent.device, agent.browser, agent.system, language)
    page = signal.page if is_view else None
    return buffer.touch(Source(address, user_agent, host), is_staff=is_staff, arrival=arrival, page=page)


def _address(meta: Environ) -> Address:
    return client_address(meta)


@lru_cache(maxsize=10_000)
def _household(address: Address) -> bytes:
    return client_network(address).network_address.packed


# --- The layer in front of Django ---------------------------------------------------------------

HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_STATUS_LINES = {
    200: "200 OK",
    400: "400 Bad Request",
    403: "403 Forbidden",
    411: "411 Length Required",
    413: "413 Content Too Large",
}
_QUIET_PREFIXES = (settings.STATIC_URL, settings.MEDIA_URL, "/healthz")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def counting(application: Application) -> Application:
    """Answer the beacon and the image before `application`, and note the bots that read its pages.

    Bots run no script, so their page requests are counted here; a person's request passes
    untouched. Other methods go to Django, which refuses them with its own page.
    """

    def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        method = environ.get("REQUEST_METHOD")
        if path == BEACON_PATH and method == "POST":
            return _respond(answer_beacon(environ, environ["wsgi.input"].read), start_response)
        if path == IMAGE_PATH and method == "GET":
            return _respond(answer_image(environ), start_response)
        if method == "GET" and not path.startswith(_QUIET_PREFIXES):
            agent = describe(environ.get("HTTP_USER_AGENT", "")[:LONGEST])
            if agent.bot:
                ensure_running()
                buffer.count(Dimension.BOT, agent.bot)
        return application(environ, start_response)

    return counted


def _respond(reply: Reply, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body))), *HEADERS]
    start_response(_STATUS_LINES[reply.status], headers)
    return [reply.body]
