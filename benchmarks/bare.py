"""The upper bound: a WSGI application that answers every address with prepared bytes.

RESPONSES names a folder with one JSON file (status, headers) and one body file for each case; the
first path segment chooses it. So both sides send the same number of headers and bytes.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Answer = tuple[str, list[tuple[str, str]], bytes]


def _load() -> dict[str, Answer]:
    answers = {}
    for path in Path(os.environ["RESPONSES"]).glob("*.json"):
        head = json.loads(path.read_text(encoding="utf-8"))
        headers = [(name, value) for name, value in head["headers"]]
        answers[f"/{path.stem}"] = (head["status"], headers, path.with_suffix(".body").read_bytes())
    return answers


ANSWERS = _load()
NOTHING: Answer = ("404 Not Found", [("Content-Length", "0")], b"")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, headers, body = ANSWERS.get(environ["PATH_INFO"], NOTHING)
    start_response(status, headers)
    return [body]
