"""Servers under load: the portal and what it is compared with, all on granian with equal settings."""

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
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
START_TIMEOUT = 60  # seconds
WORKERS = 2
THREADS = 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def portal(var: Path, **environment: str) -> Iterator[str]:
    """The portal on the data in `var`; yields its address."""
    port = free_port()
    with _process(
        [sys.executable, "manage.py", "serve"],
        {"VAR_DIR": str(var), "PORT": str(port), "WORKERS": str(WORKERS), "THREADS": str(THREADS), **environment},
        f"http://127.0.0.1:{port}",
        "/healthz",
    ) as address:
        yield address


@contextlib.contextmanager
def application(target: str, **environment: str) -> Iterator[str]:
    """Any WSGI application, served like the portal; yields its address."""
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
    with _process([*command, *options], environment, f"http://127.0.0.1:{port}", "/") as address:
        yield address


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str], address: str, path: str) -> Iterator[str]:
    variables = {**os.environ, "PYTHONPATH": str(BASE_DIR), "LOG_LEVEL": "ERROR", **environment}
    process = subprocess.Popen(command, cwd=BASE_DIR, env=variables)
    try:
        _wait_for(address + path, process)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen) -> None:
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
