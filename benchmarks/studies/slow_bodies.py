"""What others lose while many bodies come in slowly: `python -m benchmarks.studies.slow_bodies`.

A hundred connections send a byte of their body a second, all from one address, then each from its
own, and then ten a second, so that they never rest; whoever is cut off comes again after COME_AGAIN.
Meanwhile people on other networks send small whole bodies. Printed are the answers to those, and how long
they took.
"""

from __future__ import annotations

import collections
import contextlib
import http.client
import os
import selectors
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from benchmarks import servers
from benchmarks.cases import data_folder, prepare

SLOW = 100
SECONDS = 20
PEOPLE = 8
COME_AGAIN = 0.25
START = b"POST /quan-tri/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nusername="
# Refused for want of a place, or not answered at all; the sign-in without a token is 403 when it was read.
READ = {200, 403}


class Kind(NamedTuple):
    """How slow clients come; `source(n)` is the address of the nth."""

    source: Callable[[int], str]
    pause: float = 1  # seconds between two bytes


KINDS = {
    "one address": Kind(lambda number: "127.0.0.2"),
    "as many addresses": Kind(lambda number: f"127.0.1.{number + 1}"),
    "as many addresses without rest": Kind(lambda number: f"127.0.3.{number + 1}", pause=0.1),
}


class SlowClients:
    """Connections that are slow until the end of the block."""

    def __init__(self, port: int, kind: Kind) -> None:
        self._port, self._kind = port, kind
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.cut = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        selector = selectors.DefaultSelector()
        absent = dict.fromkeys(range(SLOW), 0.0)
        sent = time.monotonic()
        while not self._stop.is_set():
            for key, _ in selector.select(0.05):
                selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
                self.cut += 1
                absent[key.data] = time.monotonic() + COME_AGAIN
            now = time.monotonic()
            for number in [number for number, until in absent.items() if until < now]:
                del absent[number]
                self._connect(selector, number)
            if now > sent + self._kind.pause:
                sent = now
                for key in list(selector.get_map().values()):
                    with contextlib.suppress(OSError):
                        key.fileobj.send(b"x")  # type: ignore[union-attr]
        for key in list(selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        selector.close()

    def _connect(self, selector: selectors.BaseSelector, number: int) -> None:
        client = socket.create_connection(
            ("127.0.0.1", self._port), timeout=20, source_address=(self._kind.source(number), 0)
        )
        client.sendall(START)
        selector.register(client, selectors.EVENT_READ, number)


def ask_as_others(port: int, seconds: float) -> tuple[collections.Counter[int], list[float]]:
    """The answers people on networks of their own get, 0 for none, and the seconds each took."""
    answers: collections.Counter[int] = collections.Counter()
    taken: list[float] = []
    end = time.monotonic() + seconds

    def person(number: int) -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            status = _post(port, f"127.0.2.{number + 1}")
            taken.append(time.monotonic() - began)
            answers[status] += 1
            time.sleep(0.1)

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return answers, taken


def _post(port: int, source: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    try:
        connection.request("POST", "/quan-tri/login/", b"username=a", {"Host": "localhost"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def main() -> None:
    os.environ["LOG_LEVEL"] = "ERROR"  # a line for each sign-in without a token
    var = data_folder(1000)
    with prepare(var, 1000), servers.portal(var) as portal:
        port = urlsplit(portal.address).port or 0
        ask_as_others(port, 2)
        _report("nobody slow", *ask_as_others(port, SECONDS), 0)
        for name, kind in KINDS.items():
            with SlowClients(port, kind) as slow:
                time.sleep(1)
                answers, taken = ask_as_others(port, SECONDS)
            _report(f"{SLOW} slow from {name}", answers, taken, slow.cut)


def _report(name: str, answers: collections.Counter[int], taken: list[float], cut: int) -> None:
    refused = sum(count for status, count in answers.items() if status not in READ)
    p50, p99 = (1000 * statistics.quantiles(taken, n=100)[part] for part in (49, 98))
    sys.stdout.write(
        f"{name:45} {refused:>5} of {answers.total():>5} refused {dict(answers)}"
        f"  p50 {p50:.0f} ms  p99 {p99:.0f} ms  slow ones cut {cut}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
