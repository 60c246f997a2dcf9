"""Django in threads of its own; what may be repeated is tried again while the database comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from serving.clients.slow_clients import Environ, Places, WSGIApp
from serving.outages import PATIENCE, PAUSE, outage
from serving.refusals import AwayResponse, refuse

# Requests of a process that may be with Django, or wait for it, while the database is away: each holds
# a thread of the server, and pages from memory must find one.
MOST_DURING_OUTAGE = 24


class _Answer(NamedTuple):
    """What Django said, before the server hears of it."""

    status: str
    headers: list[tuple[str, str]]
    body: Iterable[bytes]
    is_away: bool


def with_own_threads(
    application: WSGIApp, count: int, *, is_repeatable: Callable[[Environ], bool] = lambda environ: False
) -> WSGIApp:
    """Run a Django application in `count` threads; what it answers is whole unless it is a stream.

    A request for which `is_repeatable` and that finds the database away is run again from its
    beginning, before a byte of an answer was sent. It waits in the server's thread, not in Django's.
    """
    own = ThreadPoolExecutor(count, thread_name_prefix="django")
    during_outage = Places(MOST_DURING_OUTAGE)

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not outage.is_on:
            return send(attempts(environ), start_response)
        if not during_outage.take():
            outage.refused()
            return refuse(503, environ, start_response)
        try:
            return send(attempts(environ), start_response)
        finally:
            during_outage.give_back()

    def attempts(environ: Environ) -> _Answer:
        answered = own.submit(_run, application, environ.copy()).result()
        if not answered.is_away:
            return answered
        give_up = time.monotonic() + PATIENCE
        while is_repeatable(environ) and not outage.is_long and time.monotonic() < give_up:
            time.sleep(PAUSE)
            environ["wsgi.input"].seek(0)
            answered = own.submit(_run, application, environ.copy()).result()
            if not answered.is_away:
                return answered
        outage.refused()
        return answered

    def send(answered: _Answer, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(answered.status, answered.headers)
        return answered.body

    return answer


def _run(application: WSGIApp, environ: Environ) -> _Answer:
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        said[:] = [(status, headers)]

    # Django gives its response, which has more than WSGI asks for.
    response: Any = application(environ, start_response)
    if getattr(response, "streaming", True):
        return _Answer(*said[0], response, is_away=False)
    try:
        return _Answer(*said[0], list(response), is_away=isinstance(response, AwayResponse))
    finally:
        response.close()
