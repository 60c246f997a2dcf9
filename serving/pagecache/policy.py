"""What may be shared: the rules of RFC 9111 and RFC 5861 that need no state."""

import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import quote_plus, unquote_to_bytes

Environ = dict[str, Any]
Headers = list[tuple[str, str]]

STORABLE_STATUSES = frozenset({200, 301, 308, 404, 410})
# RFC 5861, section 4, names these four as the errors a stale page may stand in for.
FAILURE_STATUSES = frozenset({500, 502, 503, 504})
# A key is kept in memory: what is longer goes straight to the application.
LONGEST_KEY = 4096
LONGEST_HOST = 255
MOST_PARAMETERS = 100
_LONGEST_SECONDS = 2**31

_DIRECTIVE = re.compile(r"""([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:=("(?:[^"\\]|\\.)*"|[^\s,"]*))?""")
ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')
_SCHEMES = frozenset({None, "http", "https"})


class Key(NamedTuple):
    """What a stored page is found by. Every part reaches the application exactly as it is here."""

    scheme: str
    forwarded_scheme: str | None
    host: str
    path: str
    query: str


# What a request is looked up by as it came: a plain tuple is quicker to make than a Key, and equal to it.
KeyParts = tuple[str, str | None, str | None, str, str]


class Lifetime(NamedTuple):
    """How long a response may be shared, in seconds since it was made."""

    fresh: int
    while_revalidate: int
    if_error: int
    is_transformable: bool


def page_key(environ: Environ, known_parameters: frozenset[bytes]) -> Key | None:
    """The key of a request, in normal form; None when the request is too odd to share."""
    host = environ.get("HTTP_HOST")
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO")
    if not host or len(host) > LONGEST_HOST or forwarded not in _SCHEMES:
        return None
    path = environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    if len(path) + len(query) > LONGEST_KEY:
        return None
    try:
        query = normalised_query(query, known_parameters) if query else ""
    except ValueError:
        return None
    return Key(environ["wsgi.url_scheme"], forwarded, host.lower(), path, query)


def normalised_query(query: str, known_parameters: frozenset[bytes]) -> str:
    """Known parameters only, sorted, each once (the last, as Django's `GET[name]` reads it).

    Raises ValueError for more than 100 parameters or characters outside latin-1 (PEP 3333).
    """
    pairs = query.encode("latin-1").split(b"&")
    if len(pairs) > MOST_PARAMETERS:
        raise ValueError("too many parameters")
    kept = {}
    for pair in pairs:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        name = unquote_to_bytes(name)
        if name in known_parameters:
            kept[name] = unquote_to_bytes(value)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in sorted(kept.items()))


def lifetime(status: int, headers: Iterable[tuple[str, str]]) -> Lifetime | None:
    """How long a shared cache may keep the response; None when it may not.

    Stricter than RFC 9111: only what says `public` and gives its age is kept, and anything that
    could depend on a person (Set-Cookie, a Vary beyond Accept-Encoding) is not, whatever it says.
    """
    if status not in STORABLE_STATUSES:
        return None
    directives: dict[str, str] = {}
    for name, value in headers:
        match name.lower():
            case "cache-control":
                for directive, argument in _DIRECTIVE.findall(value):
                    directives.setdefault(directive.lower(), argument.strip('"'))
            case "vary":
                if any(field.strip().lower() not in ("", "accept-encoding") for field in value.split(",")):
                    return None
            case "set-cookie" | "content-encoding" | "content-range":
                return None
    if "public" not in directives or not directives.keys().isdisjoint({"private", "no-store", "no-cache"}):
        return None
    fresh = _seconds(directives.get("s-maxage", directives.get("max-age", "")))
    if not fresh:
        return None
    # s-maxage alone also implies proxy-revalidate, but the explicit RFC 5861 directives exist to
    # lift that; an explicit must-revalidate does forbid stale answers.
    may_be_stale = directives.keys().isdisjoint({"must-revalidate", "proxy-revalidate"})
    return Lifetime(
        fresh=fresh,
        while_revalidate=_seconds(directives.get("stale-while-revalidate", "")) if may_be_stale else 0,
        if_error=_seconds(directives.get("stale-if-error", "")) if may_be_stale else 0,
        is_transformable="no-transform" not in directives,
    )


def _seconds(argument: str) -> int:
    """A delta-seconds; 0 for anything else, which RFC 9111 section 4.2.1 asks to treat as stale."""
    if not (argument.isascii() and argument.isdigit()):
        return 0
    return _LONGEST_SECONDS if len(argument) > 9 else int(argument)


def is_unchanged(environ: Environ, etag: str, last_modified: float | None) -> bool:
    """Whether the client already has the page: If-None-Match, else If-Modified-Since (RFC 9110, 13.2.2)."""
    tags: str | None = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return tags.strip() == "*" or etag.removeprefix("W/") in ENTITY_TAG.findall(tags)
    since = http_date(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and last_modified is not None and last_modified <= since


def http_date(value: str) -> float | None:
    """Seconds since 1970 of an HTTP date in its one current form; None for anything else."""
    if not value.endswith(" GMT"):
        return None
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None
