"""What the server must know of an address before Django does: how much it takes, whether it may be repeated."""

import re
from typing import Any

from django.conf import settings

from serving.slow_clients import SMALL_BODY

# Two documents of the largest size that the newsroom takes.
UPLOAD = 64 * 1024 * 1024
# An article with its markup and a conflict's two texts: what Django itself reads of fields, and some more.
TEXT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1024 * 1024

# Forms with files: everything that is added or changed in the newsroom, pictures put into a text, lists read in.
_WITH_FILES = re.compile(r"/quan-tri/[a-z_]+/[a-z_]+/(add|\d+/change|doc-tep)/|/tai-len/[a-z-]+/")
# A vote sent twice with one token is counted once, and the second changes nothing.
_VOTE = re.compile(r"/binh-chon/\d+/")


def largest_body(environ: dict[str, Any]) -> int:
    """Bytes that the address of a WSGI request takes. Only staff, who carry a session, send much."""
    path = environ.get("PATH_INFO", "")
    if f"{settings.SESSION_COOKIE_NAME}=" not in environ.get("HTTP_COOKIE", ""):
        return SMALL_BODY
    if _WITH_FILES.fullmatch(path):
        return UPLOAD
    return TEXT if path.startswith("/quan-tri/") else SMALL_BODY


def is_repeatable(environ: dict[str, Any]) -> bool:
    """Whether a request whose connection to the database was lost may be run again."""
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") or (
        environ["REQUEST_METHOD"] == "POST" and _VOTE.fullmatch(environ.get("PATH_INFO", "")) is not None
    )
