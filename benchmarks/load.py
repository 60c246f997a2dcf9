"""Driving a server with wrk, and reading what it says."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

from benchmarks.servers import Server

SCRIPT = Path(__file__).with_name("report.lua")
# Enough that every thread of every worker has one, however the kernel deals them out.
CONNECTIONS = 32
# Processor seconds within a look of IDLE_LOOK seconds at which a server counts as idle.
IDLE, IDLE_LOOK, LONGEST_LOOK = 0.01, 0.05, 3.0
# People who ask now and then: enough that one slow answer does not lower the rate.
PACED_CONNECTIONS = 256
WRK_THREADS = 2
TIMEOUT = 30  # seconds; a machine busy with something else is slow, not wrong


@dataclass(frozen=True)
class Request:
    """What is asked again and again."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Result:
    """Requests a second, latency, and processor time of one request; both in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


def find_wrk() -> str:
    path = shutil.which("wrk")
    if path is None:
        raise SystemExit("wrk is missing: `make bench` installs it, or install your system's wrk package")
    return path


def drive(server: Server, request: Request, seconds: int, *, pause_ms: float = 0) -> Result:
    """Load the server for `seconds`, as fast as it answers or with pauses of that mean length.

    Raises RuntimeError when any answer was an error: a fast failure is not a result.
    """
    settings = {
        "method": request.method,
        "headers": request.headers,
        "body": request.body.encode().hex(),
        "pause_ms": pause_ms,
    }
    connections = PACED_CONNECTIONS if pause_ms else CONNECTIONS
    arguments = [server.address + request.path, "--", json.dumps(settings)]
    report, cpu_seconds = run_wrk(server, SCRIPT, arguments, seconds, connections)
    if report["errors"]:
        raise RuntimeError(
            f"{request.method} {request.path}: {report['errors']} errors in {report['requests']} requests"
        )
    return Result(
        per_second=report["requests"] / report["seconds"],
        p50_ms=report["p50_us"] / 1000,
        p99_ms=report["p99_us"] / 1000,
        # What was under way when wrk hung up has been worked at, too.
        cpu_ms=1000 * cpu_seconds / (report["requests"] + CONNECTIONS),
    )


def drive_at(server: Server, request: Request, seconds: int, per_second: float) -> list[Result]:
    """Three results at about that many requests a second, each of twice the time: one in a hundred is looked for."""
    results, latency = [], 0.0
    for number in range(4):
        # Who waits for an answer asks nothing meanwhile: the pause is shorter by that.
        pause_ms = max(1000 * PACED_CONNECTIONS / per_second - latency, 0.1)
        results.append(drive(server, request, seconds * min(number + 1, 2), pause_ms=pause_ms))
        latency = results[-1].p50_ms
    return results[1:]


def run_wrk(
    server: Server, script: Path, arguments: list[str], seconds: int, connections: int = CONNECTIONS
) -> tuple[dict[str, float], float]:
    """What the script's last line reports, and the processor seconds the server used meanwhile."""
    load = ["-t", str(WRK_THREADS), "-c", str(connections), "-d", f"{seconds:g}s", "--timeout", f"{TIMEOUT}s"]
    before = server.cpu_seconds()
    process = subprocess.run(
        [find_wrk(), *load, "-s", str(script), *arguments], capture_output=True, text=True, check=True
    )
    _wait_until_idle(server)
    return json.loads(process.stdout.strip().splitlines()[-1]), server.cpu_seconds() - before


def _wait_until_idle(server: Server) -> None:
    """Until the requests that were under way are done: the next to be measured must not wait for them."""
    deadline, used = time.monotonic() + LONGEST_LOOK, server.cpu_seconds()
    while time.monotonic() < deadline:
        time.sleep(IDLE_LOOK)
        before, used = used, server.cpu_seconds()
        if used - before <= IDLE:
            return


def median(results: Sequence[Result], number: Callable[[Result], float]) -> float:
    return statistics.median(map(number, results))


def row_of(ours: Sequence[Result], bare: Sequence[Result], minimal: Sequence[Result]) -> dict[str, float]:
    """Medians over the rounds; each ratio is the median of the ratios within a round.

    A ratio of requests a second compares both sides under the same load on the same machine. A ratio
    of processor times says the same of a machine that is busy with something else.
    """
    return {
        "per_second": round(median(ours, lambda one: one.per_second), 1),
        "p50_ms": round(median(ours, lambda one: one.p50_ms), 3),
        "p99_ms": round(median(ours, lambda one: one.p99_ms), 3),
        "ratio_to_bare_wsgi": ratio(ours, bare),
        "ratio_to_minimal_django": ratio(ours, minimal),
        "cpu_ms": round(median(ours, lambda one: one.cpu_ms), 4),
        "cpu_ratio_to_bare_wsgi": cpu_ratio(ours, bare),
        "cpu_ratio_to_minimal_django": cpu_ratio(ours, minimal),
        "spread": spread(ours, minimal),
    }


def middle(results: Sequence[Result]) -> Result:
    """What a server does that was asked the same several times in a round."""
    return Result(*(statistics.median(values) for values in zip(*map(astuple, results), strict=True)))


def ratio(ours: Sequence[Result], others: Sequence[Result]) -> float:
    """How many times as many requests a second as the others."""
    return _round(statistics.median(a.per_second / b.per_second for a, b in zip(ours, others, strict=True)))


def cpu_ratio(ours: Sequence[Result], others: Sequence[Result]) -> float:
    """How many times as many requests from the same processor time as the others."""
    return _round(statistics.median(b.cpu_ms / a.cpu_ms for a, b in zip(ours, others, strict=True)))


def spread(ours: Sequence[Result], others: Sequence[Result]) -> float:
    """How far the ratios of the middle rounds lie apart, as a part of their median: the noise of this run."""
    ratios = sorted(a.per_second / b.per_second for a, b in zip(ours, others, strict=True))
    middle = ratios[1:-1] if len(ratios) > 3 else ratios
    return round((middle[-1] - middle[0]) / statistics.median(ratios), 3)


def _round(value: float) -> float:
    return float(f"{value:.3g}")
