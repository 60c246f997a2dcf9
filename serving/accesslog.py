"""A line for each request: what was asked, what was answered, how fast; never who asked.

Neither the client's address nor its browser nor what stands behind the `?`, which may be words that somebody
looked for: the portal promises that readers leave no trace.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

REQUEST_ID = "cong.request_id"
LONGEST_PATH = 300  # characters
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(environ: Environ) -> str:
    """The name of this request in every log; empty where it has none."""
    return str(environ.get(REQUEST_ID, ""))


def with_access_log(application: Application, form: str, target: TextIO | None = None) -> Application:
    """Write a line for each request in the form `combined` or `json`; any other form writes nothing.

    The request gets an id, the proxy's where one came through a trusted proxy, and the answer carries it in
    X-Request-ID.
    """
    write_line = {"combined": _combined, "json": _json}.get(form)
    if write_line is None:
        return application

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        name = environ[REQUEST_ID] = given if _ID.fullmatch(given) else secrets.token_hex(8)
        began = time.perf_counter()
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said[:] = [(status, headers)]
            return start_response(status, [*headers, ("X-Request-ID", name)], *rest)

        def note(size: int) -> None:
            status, headers = said[0] if said else ("500", [])
            seconds = time.perf_counter() - began
            log = target or sys.stdout
            log.write(write_line(environ, status[:3], headers, size, seconds, name))
            log.flush()

        body = application(environ, start)
        if isinstance(body, list):
            note(sum(map(len, body)))
            return body
        return _Noting(body, note)

    return answer


class _Noting:
    """A body whose size is known when it has been sent."""

    def __init__(self, body: Iterable[bytes], note: Callable[[int], None]) -> None:
        self._body, self._note, self._size = body, note, 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._body:
            self._size += len(chunk)
            yield chunk

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
        self._note(self._size)


def _path(environ: Environ) -> str:
    path: str = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    return path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}…"


def _cache(headers: list[tuple[str, str]]) -> str:
    """hit, miss, stale, or - for what is never shared."""
    status = next((value for name, value in headers if name == "Cache-Status"), "")
    if "detail=stale" in status:
        return "stale"
    return "hit" if "hit" in status else "miss" if status else "-"


def _combined(
    environ: Environ, status: str, headers: list[tuple[str, str]], size: int, seconds: float, name: str
) -> str:
    moment = datetime.now().astimezone().strftime("%d/%b/%Y:%H:%M:%S %z")
    path = _path(environ).encode("unicode_escape").decode("ascii").replace('"', "%22").replace(" ", "%20")
    request = f"{environ['REQUEST_METHOD']} {path} {environ.get('SERVER_PROTOCOL', 'HTTP/1.1')}"
    return f'- - - [{moment}] "{request}" {status} {size} "-" "-" {seconds:.4f} {_cache(headers)} {name}\n'


def _json(environ: Environ, status: str, headers: list[tuple[str, str]], size: int, seconds: float, name: str) -> str:
    entry = {
        "time": datetime.now().astimezone().isoformat(timespec="milliseconds"),
        "host": environ.get("HTTP_HOST", "")[:255],
        "method": environ["REQUEST_METHOD"],
        "path": _path(environ),
        "status": int(status),
        "bytes": size,
        "seconds": round(seconds, 4),
        "cache": _cache(headers),
        "request_id": name,
    }
    return json.dumps(entry, ensure_ascii=False) + "\n"
