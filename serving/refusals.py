"""Answers that are given before, or without, Django's views: a small page that needs no database."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from serving import safety

# Seconds after which whoever is asked to come again may do so.
RETRY_AFTER = {429: 5, 503: 10}
# The page has no script, and its own style sheet only.
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class RefusedError(Exception):
    """Carried in `exc_info`, so that a status may take the place of one that was given before."""


@cache
def refusal_page(status: int) -> bytes:
    """The page of a status, in the portal's language."""
    return render_to_string("serving/refusal.html", {"code": status}).encode()


def refusal_headers(status: int) -> list[tuple[str, str]]:
    """Its headers, with Retry-After where it makes sense to ask again."""
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(refusal_page(status)))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", POLICY),
        *safety.PAGE,
    ]
    if status in RETRY_AFTER:
        headers.append(("Retry-After", str(RETRY_AFTER[status])))
    return headers


def refuse(status: int, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer a WSGI request with the page of a status; takes back one that the application may have given."""
    refused = RefusedError(status)
    start_response(f"{status} {HTTPStatus(status).phrase}", refusal_headers(status), (RefusedError, refused, None))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [refusal_page(status)]


class BusyResponse(HttpResponse):
    """503 with Retry-After."""

    def __init__(self) -> None:
        super().__init__(refusal_page(503), status=503, headers=dict(refusal_headers(503)))


class AwayResponse(BusyResponse):
    """The database is away. `serving.repeating` may try the request again instead."""
