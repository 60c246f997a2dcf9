"""Folders of data of a portal that has started once: a test's own portal starts from a copy in a few seconds.

The first start, with its migrations, painted pictures and compressed files, is done once for each kind of
folder in a run, by whichever worker comes first, as an operator does it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.waiting import LONG

ROOT = Path(__file__).resolve().parents[1]
START_TIMEOUT = 5 * LONG  # seconds
# Where the folders of this run lie; the process that starts the workers makes it, and removes it at the end.
FOLDER = "PREPARED_PORTALS"
# The logs of the portals that this process has started.
logs: list[Path] = []


def make_folder() -> Path:
    """The place for the folders of this run; workers inherit its name. PostgreSQL's own user must reach it."""
    folder = Path(tempfile.mkdtemp(prefix="cong-prepared-"))
    folder.chmod(0o755)
    os.environ[FOLDER] = str(folder)
    return folder


def copy_of_portal(target: Path, *, demo: bool) -> None:
    """Fill `target`, which does not exist, with the data of a portal that was started and stopped.

    It has a secret key of its own only where the test gives it one.
    """
    place = Path(os.environ[FOLDER])
    empty, full = place / "empty", place / "demo"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not empty.exists():
            empty.mkdir()
            _start_once(empty, ["--no-demo"])
        if demo and not full.exists():
            _copy(empty, full)
            _start_once(full, [])
    _copy(full if demo else empty, target)


def _copy(source: Path, target: Path) -> None:
    # Owners too: PostgreSQL refuses a folder that is not its user's.
    subprocess.run(["cp", "--archive", "--reflink=auto", str(source), str(target)], check=True)


def _start_once(folder: Path, arguments: list[str]) -> None:
    port = free_port()
    log = folder.with_suffix(".txt")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "PORT": str(port), "WORKERS": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
        except BaseException:
            process.kill()
            shutil.rmtree(folder, ignore_errors=True)
            raise
        process.send_signal(signal.SIGINT)
        process.wait(2 * LONG)
    assert not (folder / "postgres" / "data" / "postmaster.pid").exists(), "PostgreSQL was left behind"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = START_TIMEOUT) -> None:
    """Return when `url` is answered with success; fails with the log when the process ends first."""
    logs.append(log)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"No answer from {url}:\n{log.read_text()}")
