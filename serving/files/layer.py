"""Static files and uploads, answered by WhiteNoise before anything else runs.

Static files come compressed and under hashed names, to be kept for ever. Uploads are looked up on
the disk for each request; their names carry a hash too. A file that is not there is Django's to
answer. The bytes are handed to the server whole, so that no thread waits for a slow reader; only
what is larger than LARGEST_WHOLE is streamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any
from wsgiref.headers import Headers
from wsgiref.util import FileWrapper

from django.conf import settings
from whitenoise import WhiteNoise
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.string_utils import decode_path_info

from serving import safety

Environ = dict[str, Any]
WSGIApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Bytes.
LARGEST_WHOLE = 1024 * 1024
CHUNK = 64 * 1024

# An upload is a document of its own: nothing in it may run or fetch anything, whatever else the file is besides what
# its name says, and it is of no origin. The browser's own viewer of PDF is an object with a style; in a sandbox it
# does not start.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
UPLOAD_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
SHOWN_IN_THE_BROWSER = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".webp"})


def with_files(application: WSGIApp) -> WSGIApp:
    """Answer requests below STATIC_URL and MEDIA_URL, as far as there is such a file."""
    static, uploads = StaticFiles(), Uploads()
    static_prefix, upload_prefix = settings.STATIC_URL, settings.MEDIA_URL

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(static_prefix):
            file = static.find(decode_path_info(path))
        elif path.startswith(upload_prefix):
            file = uploads.find(decode_path_info(path))
        else:
            return application(environ, start_response)
        return application(environ, start_response) if file is None else _send(file, environ, start_response)

    return answer


class StaticFiles(WhiteNoiseMiddleware):
    """What `collectstatic` gathered; with DEBUG, the sources themselves."""

    def find(self, path: str) -> StaticFile | None:
        return self.find_file(path) if self.autorefresh else self.files.get(path)


class Uploads(WhiteNoise):
    """What the newsroom uploaded."""

    def __init__(self) -> None:
        super().__init__(
            None,
            settings.MEDIA_ROOT,
            settings.MEDIA_URL,
            autorefresh=True,
            allow_all_origins=False,
            add_headers_function=_protect,
            immutable_file_test=lambda path, url: True,
        )

    def find(self, path: str) -> StaticFile | None:
        # WhiteNoise refuses to leave its folder; hidden files inside it are not served either.
        return None if "\0" in path or "/." in path else self.find_file(path)


def _protect(headers: Headers, path: str, url: str) -> None:
    headers["Accept-Ranges"] = "bytes"
    name = PurePosixPath(url)
    headers["Content-Security-Policy"] = PDF_POLICY if name.suffix.lower() == ".pdf" else UPLOAD_POLICY
    if name.suffix.lower() not in SHOWN_IN_THE_BROWSER:
        headers.add_header("Content-Disposition", "attachment", filename=name.name)


def _send(file: StaticFile, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    response = file.get_response(environ["REQUEST_METHOD"], environ)
    headers = [*response.headers, *safety.FILE]
    start_response(f"{response.status.value} {response.status.phrase}", headers)
    if response.file is None:
        return []
    if int(dict(headers)["Content-Length"]) > LARGEST_WHOLE:
        return FileWrapper(response.file, CHUNK)
    with response.file as opened:
        return [opened.read()]
