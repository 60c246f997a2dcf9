"""What the server must know of an address before Django does: how much it takes, whether it may be repeated."""

from typing import Any

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve

from section import sections
from serving.clients.slow_clients import SMALL_BODY

# Two documents of the largest size that the newsroom takes, or a video of it.
UPLOAD = max(64, settings.RECORDING_MB + 4) * 1024 * 1024
# An article with its markup and a conflict's two texts: what Django itself reads of fields, and some more.
TEXT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1024 * 1024

_WITH_FILES = frozenset().union(*(section.uploads for section in sections().values()))
_REPEATABLE = frozenset().union(*(section.repeatable for section in sections().values()))


def largest_body(environ: dict[str, Any]) -> int:
    """Bytes that the address of a WSGI request takes. Only staff send much.

    Where the session has ended, the token of its forms is left, and what was written may still come:
    the admin offers it again after the sign-in.
    """
    cookies = environ.get("HTTP_COOKIE", "")
    if not any(f"{name}=" in cookies for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)):
        return SMALL_BODY
    match = _match(environ)
    if match is None:
        return SMALL_BODY
    if match.view_name in _WITH_FILES:
        return UPLOAD
    return TEXT if "admin" in match.namespaces else SMALL_BODY


def is_repeatable(environ: dict[str, Any]) -> bool:
    """Whether a request whose connection to the database was lost may be run again."""
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return True
    match = _match(environ)
    return environ["REQUEST_METHOD"] == "POST" and match is not None and match.view_name in _REPEATABLE


def _match(environ: dict[str, Any]) -> ResolverMatch | None:
    """The view that Django would call."""
    try:
        return resolve(environ.get("PATH_INFO", ""))
    except Resolver404:
        return None
