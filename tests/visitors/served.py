"""A whole portal in a folder of its own, served by granian on its own PostgreSQL, to be broken by tests."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg2

from running import embedded_postgres
from tests.prepared import copy_of_portal, free_port
from tests.visitors.factories import CHROME
from tests.waiting import LONG

ROOT = Path(__file__).resolve().parents[2]


class ServedPortal:
    """The running portal: its address, its processes, its database, in `folder`, which it makes."""

    def __init__(self, folder: Path, passed_on: Sequence[str] = ()) -> None:
        copy_of_portal(folder, demo=False)
        self.folder = folder
        self.data = folder / "postgres" / "data"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "portal.log"
        # Nothing of the test run: its settings would serve from the source tree.
        self._environment = {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(folder),
            "SECRET_KEY": "only-for-tests-" + "0" * 40,
            "PORT": str(self.port),
            "WORKERS": "2",
            **{name: os.environ[name] for name in passed_on},
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", "--no-demo"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self, timeout: float = 3 * LONG) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                self.get("/thong-ke-truy-cap/so-lieu.json")
                return
            time.sleep(0.3)
        raise AssertionError(f"The portal does not start: {self.log.read_text()[-2000:]}")

    def manage(self, *arguments: str) -> None:
        """Run a management command on the portal's database; raises CalledProcessError when it fails."""
        socket_folder = quote(str(embedded_postgres.socket_directory(self.data)), safe="")
        database = {"DATABASE_URL": f"postgres://postgres@{socket_folder}/postgres"}
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self._environment | database, check=True
        )

    def get(self, path: str) -> bytes:
        """The body of a page; raises OSError (HTTPError is one) for anything but success."""
        request = urllib.request.Request(self.address + path, headers={"User-Agent": CHROME})
        with urllib.request.urlopen(request, timeout=LONG) as reply:
            return reply.read()

    def status(self, path: str) -> int:
        """The status of an answer; raises OSError where there is none."""
        try:
            self.get(path)
        except urllib.error.HTTPError as error:
            return error.code
        return 200

    def signal(self, visitor: int, kind: str = "view") -> int:
        """The beacon of visitor number so-and-so; returns the number of people online it is told."""
        return self._beacon(kind, {"User-Agent": f"{CHROME} Visitor/{visitor}"})

    def online(self) -> int | None:
        """The number that somebody is told who asked not to be followed; None where it was never read."""
        return self._beacon("view", {"User-Agent": CHROME, "Sec-GPC": "1"})

    def _beacon(self, kind: str, headers: dict[str, str]) -> int | None:
        request = urllib.request.Request(
            self.address + "/nhip/",
            data=json.dumps({"kind": kind, "path": "/"}).encode(),
            headers={"Origin": self.address, **headers},
        )
        with urllib.request.urlopen(request, timeout=LONG) as reply:
            return json.load(reply)["online"]

    def query(self, statement: str) -> int:
        """The single number a statement gives, read past the portal."""
        with contextlib.closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return int(cursor.fetchone()[0] or 0)

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=str(embedded_postgres.socket_directory(self.data)), user="postgres", dbname="postgres"
        )

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = status.read_text().rpartition(") ")[2].split()
                command = (status.parent / "cmdline").read_bytes()
                if int(fields[1]) == self.process.pid and b"manage.py" in command:
                    found.append(int(status.parent.name))
        return sorted(found)

    @contextlib.contextmanager
    def without_database(self) -> Iterator[None]:
        """The server crashes, and is not started again before the block ends; then the portal does that itself."""
        with embedded_postgres.kept_down(self.data):
            self._crash_database()
            yield
        deadline = time.monotonic() + 30
        while True:
            try:
                self.query("SELECT 1")
            except psycopg2.OperationalError:
                assert time.monotonic() < deadline, "the database was not started again"
                time.sleep(0.2)
            else:
                return

    def _crash_database(self) -> None:
        """What `pg_ctl stop -m immediate` does: no checkpoint, no goodbye; returns when it is gone."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        deadline = time.monotonic() + LONG
        while time.monotonic() < deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(postmaster, 0)
                time.sleep(0.05)
                continue
            return
        raise AssertionError("PostgreSQL does not stop")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=LONG)
            except subprocess.TimeoutExpired:
                self.process.kill()


@contextlib.contextmanager
def served_portal(folder: Path, passed_on: Sequence[str] = ()) -> Iterator[ServedPortal]:
    """The portal for the length of the block; its database outlives it, so that it can be read.

    `passed_on` are variables of the environment that the portal gets as well.
    """
    portal = ServedPortal(folder, passed_on)
    try:
        portal.wait_until_ready()
        with embedded_postgres.running(portal.data):
            yield portal
    finally:
        portal.stop()
