"""What an upload may do in a browser, wherever it is kept."""

from __future__ import annotations

from pathlib import PurePosixPath
from wsgiref.headers import Headers

# An upload is a document of its own: nothing in it may run or fetch anything, whatever else the file is besides what
# its name says, and it is of no origin. The browser's own viewer of PDF is an object with a style; in a sandbox it
# does not start.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
UPLOAD_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
SHOWN_IN_THE_BROWSER = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".webp"})


def is_hidden(path: str) -> bool:
    """Whether a path names what is no upload: a file that is only being written, or nothing at all."""
    return "\0" in path or "/." in path


def protect(headers: Headers, name: str) -> None:
    """Add the headers of an upload of this name."""
    headers["Accept-Ranges"] = "bytes"
    path = PurePosixPath(name)
    headers["Content-Security-Policy"] = PDF_POLICY if path.suffix.lower() == ".pdf" else UPLOAD_POLICY
    if path.suffix.lower() not in SHOWN_IN_THE_BROWSER:
        headers.add_header("Content-Disposition", "attachment", filename=path.name)
