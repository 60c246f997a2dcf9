"""Driving a server with wrk, and reading what it says."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("report.lua")
CONNECTIONS = 32
WRK_THREADS = 2


@dataclass(frozen=True)
class Request:
    """What is asked again and again."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Result:
    """Requests a second and latency in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


def find_wrk() -> str:
    path = shutil.which("wrk")
    if path is None:
        raise SystemExit("wrk is missing: install your system's wrk package")
    return path


def drive(address: str, request: Request, seconds: float, *, rate: float | None = None) -> Result:
    """Load `address` for `seconds`; with `rate`, at about that many requests a second.

    Raises RuntimeError when any answer was an error: a fast failure is not a result.
    """
    command = [find_wrk(), "-t", str(WRK_THREADS), "-c", str(CONNECTIONS), "-d", f"{seconds:g}s", "-s", str(SCRIPT)]
    pause = 1000 * CONNECTIONS / rate if rate else 0
    settings = {
        "method": request.method,
        "headers": request.headers,
        "body": request.body.encode().hex(),
        "pause_ms": pause,
    }
    process = subprocess.run(
        [*command, address + request.path, "--", json.dumps(settings)],
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(process.stdout.strip().splitlines()[-1])
    if report["errors"]:
        raise RuntimeError(
            f"{request.method} {request.path}: {report['errors']} errors in {report['requests']} requests"
        )
    return Result(
        per_second=report["requests"] / report["seconds"],
        p50_ms=report["p50_us"] / 1000,
        p99_ms=report["p99_us"] / 1000,
    )
