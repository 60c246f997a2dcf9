"""Database connections that stay open between requests."""

from __future__ import annotations

import select
from typing import Any

from django.core.signals import request_started
from django.db import connections


def trust_silent_connections(**kwargs: Any) -> None:
    """At the start of a request, spare its connections the `SELECT 1` with which Django tests them.

    A server that ended a connection has said so on the socket. Where it said nothing there is nothing
    to ask; where it did, Django asks, and connects anew.
    """
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.connection.closed:
            socket = select.poll()
            socket.register(connection.connection.fileno(), select.POLLIN)
            connection.health_check_done = not socket.poll(0)


def watch() -> None:
    # After Django's own receiver, which says that every request begins with a test.
    request_started.connect(trust_silent_connections)
