"""The beacon: one small request per page view and per minute of reading, answered without SQL.

The contract is docs/visitor-statistics.md. `answer` is the whole of it; the Django views and the
WSGI layer (which skips Django's middleware and is many times faster) both call it. The commune is found
by the host in a table that every process keeps in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from communes.hosts import table
from serving import safety
from serving.clientaddress import Address, client_address
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
Given = TypeVar("Given")


class Reply(NamedTuple):
    """An HTTP answer, before any framework."""

    status: int
    content_type: str
    body: bytes


# The page keeps the number it shows.
NUMBER_UNKNOWN = Reply(200, "application/json", b'{"online": null}')


class Signal(NamedTuple):
    """What a page says of itself."""

    kind: str
    page: str
    referrer: str


class Place(NamedTuple):
    """Where a request arrived: the Host header, and the primary key of the commune that answers there."""

    host: str
    commune: int


class UnknownPlaceError(Exception):
    """This process was born while the database is away, and knows no commune yet."""


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
        place = _own_place(meta)
        _check_origin(meta, place.host)
        signal = _signal(meta, read)
    except SignalError as bad:
        return bad.reply
    except UnknownPlaceError:
        return NUMBER_UNKNOWN
    _count(meta, place, signal)
    numbers = memo.numbers(place.commune)
    if numbers is NOT_READ:
        return NUMBER_UNKNOWN
    # Whoever asks is online, even if the number was read a moment before.
    return Reply(200, "application/json", b'{"online": %d}' % max(1, numbers.online))


def answer_image(meta: Environ) -> Reply:
    """Count the view of a page whose reader runs no script. Always answers with the picture."""
    try:
        place = _own_place(meta)
        if meta.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
            raise SignalError(403, "origin")
        referrer = urlsplit(meta.get("HTTP_REFERER", ""))
        if referrer.netloc != place.host:
            raise SignalError(403, "origin")
    except (SignalError, UnknownPlaceError, ValueError):
        return Reply(200, "image/gif", PIXEL)
    marked = meta.get("QUERY_STRING", "").removeprefix("p=").replace("%3A", ":")
    _count(meta, place, Signal(VIEW, page_of(marked, referrer.path), ""))
    return Reply(200, "image/gif", PIXEL)


def _own_place(meta: Environ) -> Place:
    """Whose portal is read; an alias is the same place as the main host."""
    host: str = meta.get("HTTP_HOST", "")
    try:
        found = table.find(host)
    except (DatabaseError, InterfaceError) as error:
        raise UnknownPlaceError from error
    if found is None:
        raise SignalError(400, "host")
    return Place(host, found.commune.pk)


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


def _count(meta: Environ, place: Place, signal: Signal) -> None:
    ensure_running()
    host, commune = place
    purpose = meta.get("HTTP_SEC_PURPOSE") or meta.get("HTTP_PURPOSE") or meta.get("HTTP_X_MOZ") or ""
    if "prefetch" in purpose or "prerender" in purpose or "preview" in purpose:
        return buffer.count(commune, Dimension.EXCLUDED, PREFETCH)
    user_agent = meta.get("HTTP_USER_AGENT", "")[:LONGEST]
    agent = describe(user_agent)
    if agent.bot:
        return buffer.count(commune, Dimension.EXCLUDED, BOT)
    address = _address(meta)
    if not limiter.allows(commune, _household(address)):
        return buffer.count(commune, Dimension.EXCLUDED, RATE)
    is_staff = f"{settings.SESSION_COOKIE_NAME}=" in meta.get("HTTP_COOKIE", "")
    is_view = signal.kind == VIEW and not is_staff
    if signal.kind == VIEW and is_staff:
        buffer.count(commune, Dimension.EXCLUDED, STAFF)
    if meta.get("HTTP_SEC_GPC") == "1" or meta.get("HTTP_DNT") == "1":
        # Asked not to be followed: the view is a number, the visitor gets no hash. Only so many of
        # such views count from one neighbourhood, since nobody can tell who has read the page before.
        if is_view:
            known = "" if is_path(signal.page) else signal.page
            is_counted = private_views.allows(commune, neighbourhood_of(address) + known.encode())
            buffer.count(commune, *((Dimension.PAGE, signal.page) if is_counted else (Dimension.EXCLUDED, REPEATED)))
        return None
    arrival = None
    if signal.kind == VIEW:
        kind, site = source_of(signal.referrer, host, agent)
        language = language_of(meta.get("HTTP_ACCEPT_LANGUAGE", ""))
        arrival = Arrival(signal.page, kind.value, site, agent.device, agent.browser, agent.system, language)
    page = signal.page if is_view else None
    return buffer.touch(Source(address, user_agent, commune), is_staff=is_staff, arrival=arrival, page=page)


def _address(meta: Environ) -> Address:
    return client_address(meta)


def _household(address: Address) -> bytes:
    """What names `client_network(address)` in memory; objects of ipaddress are made and compared slowly."""
    return address.packed if address.version == 4 else address.packed[:8]


# --- The layer in front of Django ---------------------------------------------------------------

HEADERS = (("Cache-Control", "no-store"), *safety.ANSWER)
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
            return _respond(_apart(answer_beacon, environ, environ["wsgi.input"].read), start_response)
        if path == IMAGE_PATH and method == "GET":
            return _respond(_apart(answer_image, environ), start_response)
        if method == "GET" and not path.startswith(_QUIET_PREFIXES):
            agent = describe(environ.get("HTTP_USER_AGENT", "")[:LONGEST])
            if agent.bot:
                _apart(_count_bot, environ, agent.bot)
        return application(environ, start_response)

    return counted


def _count_bot(environ: Environ, bot: str) -> None:
    try:
        place = _own_place(environ)
    except (SignalError, UnknownPlaceError):
        return
    ensure_running()
    buffer.count(place.commune, Dimension.BOT, bot)


def _apart(answer: Callable[..., Given], *arguments: Any) -> Given:
    """Answer outside a request of Django, which would close the connection.

    Seldom is there one: the table of hosts, and the first numbers of a process, are read by whoever asks.
    """
    try:
        return answer(*arguments)
    finally:
        if connection.connection is not None and not connection.in_atomic_block:
            connection.close()


def _respond(reply: Reply, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body))), *HEADERS]
    start_response(_STATUS_LINES[reply.status], headers)
    return [reply.body]
