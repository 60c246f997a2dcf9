"""What the server must know of an address before Django does: how much it takes, whether it may be repeated."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from section import sections
from serving.slow_clients import SMALL_BODY

# Two documents of the largest size that the newsroom takes.
UPLOAD = 64 * 1024 * 1024
# An article with its markup and a conflict's two texts: what Django itself reads of fields, and some more.
TEXT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1024 * 1024


def _any(addresses: Iterable[Sequence[str]]) -> re.Pattern[str]:
    """What matches one of the addresses; where there is none, nothing."""
    return re.compile("|".join(f"(?:{address})" for some in addresses for address in some) or r"(?!)")


_WITH_FILES = _any(section.uploads for section in sections().values())
_REPEATABLE = _any(section.repeatable for section in sections().values())


def largest_body(environ: dict[str, Any]) -> int:
    """Bytes that the address of a WSGI request takes. Only staff send much.

    Where the session has ended, the token of its forms is left, and what was written may still come:
    the admin offers it again after the sign-in.
    """
    path = environ.get("PATH_INFO", "")
    cookies = environ.get("HTTP_COOKIE", "")
    if not any(f"{name}=" in cookies for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)):
        return SMALL_BODY
    if _WITH_FILES.fullmatch(path):
        return UPLOAD
    return TEXT if path.startswith("/quan-tri/") else SMALL_BODY


def is_repeatable(environ: dict[str, Any]) -> bool:
    """Whether a request whose connection to the database was lost may be run again."""
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") or (
        environ["REQUEST_METHOD"] == "POST" and _REPEATABLE.fullmatch(environ.get("PATH_INFO", "")) is not None
    )
