"""Numbers for Prometheus, on a port of their own that no citizen reaches.

Each worker adds to files that all share (prometheus_client's multi-process mode); the main process answers with
their sum. What a request costs is a dictionary's entry: the files are written by a thread, every few seconds.
Nothing tells who asked, and no label takes a value that strangers choose.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from serving.background import BackgroundLoop

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when it is imported
EVERY = 5.0  # seconds
# Seconds that a request takes: upper bounds of its classes.
BOUNDS = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def prepare() -> None:
    """Make the folder that workers share; before any of them imports the library."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="cong-metrics-")


def answer_scrapes(host: str, port: int, collectors: Iterable[Collector]) -> None:
    """Answer /metrics from a thread of the main process: sums of the workers, and what `collectors` know."""
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it says nothing of types
    for collector in collectors:
        registry.register(collector)
    start_http_server(port, host, registry=registry)


class UnderWay:
    """Requests that are in a part of the server now. Use it around them: `with under_way:`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = self._most = 0

    def __enter__(self) -> None:
        with self._lock:
            self._now += 1
            self._most = max(self._most, self._now)

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._now -= 1

    def most_since(self) -> int:
        """The most at once since this was asked last."""
        with self._lock:
            most, self._most = self._most, self._now
        return most


class Requests:
    """Counts and times the requests of this process; those at the paths of `beacons` by themselves, too."""

    def __init__(self, beacons: Iterable[str] = ()) -> None:
        self._beacons = frozenset(beacons)
        self.beacons = 0
        self.in_server, self.at_django = UnderWay(), UnderWay()
        self._lock = threading.Lock()
        self.by_status: Counter[str] = Counter()
        self.by_bound: Counter[float] = Counter()
        self.seconds = 0.0

    def counted(self, application: Application) -> Application:
        """The application, with each of its requests noted."""

        def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            began = time.perf_counter()
            status = "500"

            def start(said: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                nonlocal status
                status = said[:3]
                return start_response(said, headers, *rest)

            try:
                with self.in_server:
                    return application(environ, start)
            finally:
                is_beacon = environ.get("PATH_INFO") in self._beacons
                self._note(f"{status[0]}xx", time.perf_counter() - began, is_beacon=is_beacon)

        return answer

    def asking_django(self, application: Application) -> Application:
        """Django in its threads: those with it and those that wait for a thread are noted."""

        def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            with self.at_django:
                return application(environ, start_response)

        return answer

    def _note(self, status: str, seconds: float, *, is_beacon: bool) -> None:
        bound = next((bound for bound in BOUNDS if seconds <= bound), float("inf"))
        with self._lock:
            self.beacons += is_beacon
            self.by_status[status] += 1
            self.by_bound[bound] += 1
            self.seconds += seconds


class Reporter:
    """Writes what this process has counted into the shared files."""

    def __init__(self, requests: Requests, cache: Callable[[], Mapping[str, Any]]) -> None:
        from prometheus_client import Counter as Total
        from prometheus_client import Gauge

        self._requests, self._cache = requests, cache
        self._before: dict[tuple[str, str], float] = {}
        self._answers = Total("cong_requests", "Requests answered, by class of status", ["status"])
        self._times = Total("cong_request_seconds_class", "Requests by the time they took at most", ["le"])
        self._seconds = Total("cong_request_seconds", "Seconds spent with requests")
        self._beacons = Total("cong_beacons", "Signs of life of open pages")
        self._under_way = Gauge(
            "cong_requests_under_way",
            "Requests under way, the most at once in the last seconds: in the server's threads, and of them with"
            " Django or waiting for one of its threads",
            ["where"],
            multiprocess_mode="livesum",
        )
        self._pages = Total("cong_page_cache", "What the page cache did", ["event"])
        self._size = Gauge("cong_page_cache_bytes", "Bytes of pages in memory", multiprocess_mode="livesum")
        self._entries = Gauge("cong_page_cache_entries", "Pages in memory", multiprocess_mode="livesum")
        self._loop = BackgroundLoop(
            "metrics",
            "The count of requests",
            self.turn,
            finish=self.turn,
            seconds=EVERY,
            patience=1,
            exit_priority=10,
        )

    def start(self) -> None:
        self._loop.start()

    def turn(self) -> None:
        """Add what came since the last turn."""
        requests = self._requests
        for status, count in list(requests.by_status.items()):
            self._add("status", status, count, self._answers.labels(status))
        for bound, count in list(requests.by_bound.items()):
            self._add("le", str(bound), count, self._times.labels("+Inf" if bound == float("inf") else str(bound)))
        self._add("seconds", "", requests.seconds, self._seconds)
        self._add("beacons", "", requests.beacons, self._beacons)
        self._under_way.labels("server").set(requests.in_server.most_since())
        self._under_way.labels("django").set(requests.at_django.most_since())
        stats = self._cache()
        for event in ("hits", "misses", "coalesced", "untouched", "renders", "failures", "stale", "evictions"):
            self._add("cache", event, stats[event], self._pages.labels(event))
        self._size.set(stats["bytes"])
        self._entries.set(stats["entries"])

    def _add(self, kind: str, name: str, value: float, counter: Any) -> None:
        grown = value - self._before.get((kind, name), 0)
        if grown > 0:
            counter.inc(grown)
            self._before[kind, name] = value
