"""Servers under load: the portal and what it is compared with, all on granian with as many processes."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

BASE_DIR = Path(__file__).resolve().parent.parent
START_TIMEOUT = 60  # seconds
WORKERS = 2
# What suits the others best: with 1 to 8 threads they answer less, the portal chooses its own.
THREADS = 16


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and the processes that work for it."""

    address: str
    pid: int
    postgres_data: Path | None = None

    def cpu_seconds(self) -> float:
        """Processor time that its processes have used so far, those of its database included."""
        roots = [self.pid]
        if self.postgres_data is not None:
            roots.append(int((self.postgres_data / "postmaster.pid").read_text(encoding="ascii").split()[0]))
        return sum(_cpu_seconds(psutil.Process(root)) for root in roots)


def _cpu_seconds(root: psutil.Process) -> float:
    used = 0.0
    for process in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used += times.user + times.system + times.children_user + times.children_system
    return used


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def portal(var: Path, **environment: str) -> Iterator[Server]:
    """The portal on the data in `var`."""
    port = free_port()
    data = var / "postgres" / "data"
    with _process(
        [sys.executable, "manage.py", "serve"],
        {"VAR_DIR": str(var), "PORT": str(port), "WORKERS": str(WORKERS), **environment},
        f"http://127.0.0.1:{port}",
        "/healthz",
    ) as process:
        # With a DATABASE_URL the database's processes are not ours to see.
        has_own_database = (data / "postmaster.pid").exists()
        yield Server(f"http://127.0.0.1:{port}", process.pid, data if has_own_database else None)


@contextlib.contextmanager
def application(target: str, **environment: str) -> Iterator[Server]:
    """Any WSGI application, served like the portal."""
    port = free_port()
    command = [sys.executable, "-m", "granian", target, "--interface", "wsgi", "--port", str(port)]
    options = [
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS),
        "--backlog",
        "2048",
        "--log-level",
        "error",
    ]
    with _process([*command, *options], environment, f"http://127.0.0.1:{port}", "/") as process:
        yield Server(f"http://127.0.0.1:{port}", process.pid)


@contextlib.contextmanager
def _process(
    command: list[str], environment: dict[str, str], address: str, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    variables = {**os.environ, "PYTHONPATH": str(BASE_DIR), "LOG_LEVEL": "ERROR", **environment}
    process = subprocess.Popen(command, cwd=BASE_DIR, env=variables)
    try:
        _wait_for(address + path, process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server of {url} ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"No answer from {url}")
