"""Static files and uploads, answered by WhiteNoise before anything else runs.

Static files come compressed and under hashed names, to be kept for ever. Uploads are looked up on
the disk for each request; their names carry a hash too. A file that is not there is Django's to
answer. The bytes are handed to the server whole, so that no thread waits for a slow reader; only
what is larger than LARGEST_WHOLE is streamed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from wsgiref.util import FileWrapper

from django.conf import settings
from whitenoise import WhiteNoise
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Response, StaticFile
from whitenoise.string_utils import decode_path_info

from serving import safety
from serving.files.upload_policy import is_hidden, protect

if TYPE_CHECKING:
    from serving.files.stored_uploads import StoredUploads

Environ = dict[str, Any]
WSGIApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Bytes.
LARGEST_WHOLE = 1024 * 1024
CHUNK = 64 * 1024
RECORDINGS = (".mp4", ".mp3")
_RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{1,12})?")


def with_files(application: WSGIApp) -> WSGIApp:
    """Answer requests below STATIC_URL and MEDIA_URL, as far as there is such a file."""
    static, uploads = StaticFiles(), _uploads()
    static_prefix, upload_prefix = settings.STATIC_URL, settings.MEDIA_URL

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(static_prefix):
            found = static.find(decode_path_info(path), environ)
        elif path.startswith(upload_prefix):
            found = uploads.find(decode_path_info(path), _in_parts(path, environ))
        else:
            return application(environ, start_response)
        return application(environ, start_response) if found is None else _send(found, start_response)

    return answer


def _in_parts(path: str, environ: Environ) -> Environ:
    """`environ` of a request that gets no more of a recording than is sent from memory, when it asks for a range.

    Players ask for all that follows and read it as slowly as they play: a thread would wait for each. A shorter range
    than was asked for is a full answer (RFC 9110, 15.3.7), after which they ask for the next.
    """
    match = _RANGE.fullmatch(environ.get("HTTP_RANGE", "")) if path.lower().endswith(RECORDINGS) else None
    if match is None:
        return environ
    start = int(match[1])
    end = min(int(match[2] or start + LARGEST_WHOLE), start + LARGEST_WHOLE - 1)
    return environ | {"HTTP_RANGE": f"bytes={start}-{end}"}


def _uploads() -> Uploads | StoredUploads:
    if not settings.MEDIA_S3_BUCKET:
        return Uploads()
    from serving.files.stored_uploads import StoredUploads  # its package comes with the extra `s3`

    return StoredUploads()


class StaticFiles(WhiteNoiseMiddleware):
    """What `collectstatic` gathered; with DEBUG, the sources themselves."""

    def find(self, path: str, environ: Environ) -> Response | None:
        """The answer to the request, if there is such a file."""
        return _answer(self.find_file(path) if self.autorefresh else self.files.get(path), environ)


class Uploads(WhiteNoise):
    """What the newsroom uploaded."""

    def __init__(self) -> None:
        super().__init__(
            None,
            settings.MEDIA_ROOT,
            settings.MEDIA_URL,
            autorefresh=True,
            allow_all_origins=False,
            add_headers_function=lambda headers, path, url: protect(headers, url),
            immutable_file_test=lambda path, url: True,
        )

    def find(self, path: str, environ: Environ) -> Response | None:
        """The answer to the request, if there is such a file."""
        # WhiteNoise refuses to leave its folder; hidden files inside it are not served either.
        return None if is_hidden(path) else _answer(self.find_file(path), environ)


def _answer(file: StaticFile | None, environ: Environ) -> Response | None:
    return None if file is None else file.get_response(environ["REQUEST_METHOD"], environ)


def _send(response: Response, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [*response.headers, *safety.FILE]
    start_response(f"{response.status.value} {response.status.phrase}", headers)
    if response.file is None:
        return []
    if int(dict(headers)["Content-Length"]) > LARGEST_WHOLE:
        return FileWrapper(response.file, CHUNK)
    with response.file as opened:
        return [opened.read()]
