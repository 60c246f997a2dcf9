"""Many voters at once. Imported by processes of its own, so it needs nothing of Django."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from tests.waiting import LONG

PROCESSES = 4


@dataclass(frozen=True)
class Request:
    """One vote as a browser sends it; `name` tells them apart afterwards, `path` is where it goes."""

    name: str
    headers: dict[str, str]
    body: str
    path: str


def send_all(ports: Sequence[int], requests: list[Request], threads: int) -> dict[str, list[int]]:
    """Send the requests from `threads` threads over several processes; statuses by name, 0 for no answer.

    The threads take turns with the servers at `ports`.
    """
    shares = [requests[number::PROCESSES] for number in range(PROCESSES)]
    answers: dict[str, list[int]] = {}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        work = [pool.submit(send, ports, share, threads // PROCESSES) for share in shares]
        for done in work:
            for name, status in done.result():
                answers.setdefault(name, []).append(status)
    return answers


def send(ports: Sequence[int], requests: list[Request], threads: int) -> list[tuple[str, int]]:
    """Send the requests from `threads` threads of this process, all starting at once."""
    answers: list[tuple[str, int]] = []
    start = threading.Barrier(threads, timeout=LONG)

    def run(share: list[Request], port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        start.wait()
        for request in share:
            try:
                connection.request("POST", request.path, request.body, request.headers)
                response = connection.getresponse()
                response.read()
                answers.append((request.name, response.status))
            except (OSError, http.client.HTTPException):
                answers.append((request.name, 0))
                connection.close()

    workers = [
        threading.Thread(target=run, args=(requests[number::threads], ports[number % len(ports)]))
        for number in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answers
