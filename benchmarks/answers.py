"""What a server answers, kept for the bare application to answer the same."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

from benchmarks.load import Request
from benchmarks.servers import Server

# What the server adds by itself, or what belongs to the connection the answer was captured on.
HOP_BY_HOP = {"connection", "date", "keep-alive", "transfer-encoding"}


def capture(server: Server, key: str, request: Request, folder: Path, *, is_conditional: bool = False) -> Request:
    """Keep the answer under `key` in `folder`; returns what to ask.

    A conditional request is made with the ETag of the page, so that 304 is the answer. Raises
    SystemExit when the answer is an error.
    """
    status, headers, body = _ask(server, request)
    if is_conditional:
        request = replace(request, headers=request.headers | {"If-None-Match": dict(headers)["etag"]})
        status, headers, body = _ask(server, request)
        if status != 304:
            raise SystemExit(f"{key}: {request.path} answers {status} to its own ETag")
    if status >= 400:
        raise SystemExit(f"{key}: {request.method} {request.path} answers {status}")
    kept = [(name, value) for name, value in headers if name not in HOP_BY_HOP]
    head = {"status": f"{status} -", "headers": kept}
    (folder / f"{key}.json").write_text(json.dumps(head), encoding="utf-8")
    (folder / f"{key}.body").write_bytes(body)
    return request


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        """The redirect itself is the answer."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def _ask(server: Server, request: Request) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers with lower-case names, and body of one answer."""
    data = request.body.encode() or None
    query = urllib.request.Request(server.address + request.path, data, request.headers, method=request.method)
    try:
        with _OPENER.open(query, timeout=120) as response:
            status, headers, body = response.status, response.getheaders(), response.read()
    except urllib.error.HTTPError as error:
        status, headers, body = error.code, list(error.headers.items()), error.read()
    return status, [(name.lower(), value) for name, value in headers], body
