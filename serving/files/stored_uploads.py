"""Uploads out of an S3-compatible store, with the headers that those from the disk have.

nginx in front keeps them (they are public and immutable), so the store is asked once for each. Ranges and
conditions are the store's to answer.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast
from wsgiref.headers import Headers

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from whitenoise.responders import NOT_ALLOWED_RESPONSE, Response

from objectstore import disk_errors
from serving.files.s3_storage import CACHE_CONTROL, MediaStorage
from serving.files.upload_policy import is_hidden, protect

# What a request may ask of a part or of a known copy, as HTTP and as S3 name it.
CONDITIONS = {
    "HTTP_RANGE": "Range",
    "HTTP_IF_NONE_MATCH": "IfNoneMatch",
    "HTTP_IF_MODIFIED_SINCE": "IfModifiedSince",
}
PASSED_ON = {"ETag", "Last-Modified", "Content-Type", "Content-Length", "Content-Range"}
NO_ANSWER = {"Retry-After": "10", "Cache-Control": "no-store", "Content-Length": "0"}


class StoredUploads:
    """What the newsroom uploaded, where MEDIA_S3_BUCKET names a bucket."""

    def find(self, path: str, environ: dict[str, Any]) -> Response | None:
        """The answer to a request below MEDIA_URL; None where there is no such object."""
        name = path.removeprefix(settings.MEDIA_URL)
        if is_hidden(path) or not name or name.endswith("/"):
            return None
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return NOT_ALLOWED_RESPONSE
        try:
            with disk_errors():
                return self._ask(name, environ)
        except FileNotFoundError:
            return None
        except OSError:
            # A cache in front goes on with what it has.
            return Response(HTTPStatus.SERVICE_UNAVAILABLE, list(NO_ANSWER.items()), None)

    def _ask(self, name: str, environ: dict[str, Any]) -> Response:
        storage = cast(MediaStorage, default_storage)
        ask = storage.client.head_object if environ["REQUEST_METHOD"] == "HEAD" else storage.client.get_object
        conditions = {theirs: environ[ours] for ours, theirs in CONDITIONS.items() if environ.get(ours)}
        try:
            found = ask(Bucket=storage.bucket_name, Key=name, **conditions)
        except ClientError as error:
            found = error.response
            if found["ResponseMetadata"]["HTTPStatusCode"] not in (304, 416):
                raise
        status = HTTPStatus(found["ResponseMetadata"]["HTTPStatusCode"])
        return Response(status, _headers(status, found, name), found.get("Body"))


def _headers(status: HTTPStatus, found: dict[str, Any], name: str) -> list[tuple[str, str]]:
    told = {key.title(): value for key, value in found["ResponseMetadata"]["HTTPHeaders"].items()}
    told["ETag"] = told.pop("Etag", "")
    headers = Headers([(key, value) for key, value in told.items() if key in PASSED_ON and value])
    if status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        del headers["Content-Type"]
        headers["Content-Length"] = "0"
    if status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        headers["Cache-Control"] = CACHE_CONTROL
    protect(headers, name)
    return headers.items()
