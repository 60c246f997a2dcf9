"""Processes that come back when they die, as systemd's `Restart=always RestartSec=1` has it."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

RESTART_AFTER = 1.0  # seconds


class Service:
    """One program with its log. As root it runs as `user`; `start` and `stop` may be called again and again."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        folder: Path,
        *,
        user: str | None = None,
        environment: dict[str, str] | None = None,
        runs_in: Path = Path("/"),
    ) -> None:
        self.name = name
        self._command = [str(part) for part in command]
        self._log = folder / f"{name}.log"
        self._user = user if os.geteuid() == 0 else None
        self._environment = {"PATH": f"{os.environ['PATH']}:/usr/sbin"} | (environment or {})
        self._runs_in = runs_in
        self._wanted = threading.Event()
        self._keeper: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program, and again whenever it ends."""
        self._wanted.set()
        self._spawn()
        self._keeper = threading.Thread(target=self._keep, name=self.name, daemon=True)
        self._keeper.start()

    def _spawn(self) -> None:
        identity = pwd.getpwnam(self._user) if self._user else None
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._runs_in,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=identity.pw_uid if identity else None,
                group=identity.pw_gid if identity else None,
                extra_groups=[] if identity else None,
            )

    def _keep(self) -> None:
        while self._wanted.is_set():
            if self._process is not None:
                self._process.wait()
            time.sleep(RESTART_AFTER)
            if self._wanted.is_set():
                self._spawn()

    @property
    def pids(self) -> list[int]:
        """The program and all that it started."""
        return family(self._process.pid) if self._process else []

    def kill(self) -> None:
        """kill -9 of the program and all that it started; it comes back."""
        send(self.pids, signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End the program for good, until `start`."""
        self._wanted.clear()
        pids = self.pids
        send(pids[:1] if number == signal.SIGTERM else pids, number)
        if self._keeper is not None:
            self._keeper.join(40)
        if self._process is not None and self._process.poll() is None:
            send(self.pids, signal.SIGKILL)


def family(pid: int) -> list[int]:
    """The process and all below it; empty when it is gone."""
    try:
        process = psutil.Process(pid)
        return [pid, *(child.pid for child in process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def send(pids: Sequence[int], number: signal.Signals) -> None:
    """Send a signal to processes, as far as they are still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
