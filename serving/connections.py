"""Database connections that stay open between requests."""

from __future__ import annotations

import select
from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest, HttpResponse


def sparing_silent_connections(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: spare connections the `SELECT 1` with which Django tests them in every request.

    When the server has ended a connection, there is something to read on its socket. Only then is the
    test left to Django, which connects anew.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        for connection in connections.all(initialized_only=True):
            if connection.connection is not None and not connection.connection.closed:
                socket = select.poll()
                socket.register(connection.connection.fileno(), select.POLLIN)
                connection.health_check_done = not socket.poll(0)  # type: ignore[attr-defined]  # not in the stubs
        return get_response(request)

    return middleware
