"""A portal with its own database, for what only a real server shows."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg2
from django.conf import settings
from django.utils import timezone

from polls.models import Poll
from polls.models.poll import new_key
from running import embedded_postgres
from tests.polls.factories import SCALE
from tests.prepared import copy_of_portal, free_port, wait_for
from tests.waiting import LONG

BASE_DIR = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    """`manage.py run` in a folder of its own, behind a proxy at 127.0.0.1 that tells voters apart.

    With `beside` it is a second server on the database of that one.
    """

    folder: Path
    port: int
    process: subprocess.Popen | None = field(default=None)
    beside: Server | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.folder / "server.txt").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", "--no-demo"],
                cwd=BASE_DIR,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(f"{self.address}/healthz", self.process, self.folder / "server.txt")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(2 * LONG)

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        children = psutil.Process(self.process.pid).children()
        return [child.pid for child in children if "manage.py" in child.cmdline()]

    def kill_everything(self) -> None:
        """SIGKILL to the portal's processes and to PostgreSQL, as a power failure would."""
        pid = int((self.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        database = psutil.Process(pid)
        portal = psutil.Process(self.process.pid)
        # The parent first: it would replace workers that die.
        victims = [portal, *portal.children(recursive=True)]
        for victim in [*victims, database, *database.children(recursive=True)]:
            try:
                victim.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait(2 * LONG)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def query(self, sql: str, *parameters: Any) -> list[tuple]:
        """Ask the portal's database directly."""
        connection = psycopg2.connect(host=self._socket_folder(), user="postgres", dbname="postgres")
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def make_poll(self, *, aspects: tuple[str, ...] = ("",), **changes: Any) -> Poll:
        """A poll in the portal's database, known here by its number and key alone; of its first commune."""
        [(commune,)] = self.query("SELECT min(id) FROM communes_commune")
        values = {
            "commune_id": commune,
            "title": "Đánh giá",
            "introduction": "",
            "opens_at": timezone.now() - timedelta(hours=1),
            "max_choices": 1,
            "is_portal": False,
            "results_visibility": "always",
            "takes_comments": False,
            "free_ballots": 20,
            "proven_ballots": 1000,
            "key": new_key(),
            "created_at": timezone.now(),
        } | changes
        columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        [(pk,)] = self.query(f"INSERT INTO polls_poll ({columns}) VALUES ({marks}) RETURNING id", *values.values())
        for position, text in enumerate(aspects, 1):
            self.query("INSERT INTO polls_question (poll_id, text, position) VALUES (%s, %s, %s)", pk, text, position)
        for position, label in enumerate(SCALE, 1):
            self.query(
                "INSERT INTO polls_choice (poll_id, label, position, score) VALUES (%s, %s, %s, %s)",
                pk,
                label,
                position,
                6 - position,
            )
        return Poll(pk=pk, **values)

    def _socket_folder(self) -> str:
        return str(embedded_postgres.socket_directory((self.beside or self).folder / "postgres" / "data"))

    def _environment(self) -> dict[str, str]:
        shared = f"postgres://postgres@{quote(self._socket_folder(), safe='')}/postgres"
        return {
            **({"DATABASE_URL": shared} if self.beside else {}),
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(self.folder),
            "PORT": str(self.port),
            "SECRET_KEY": settings.SECRET_KEY,
            "BALLOT_KEY": settings.SECRET_KEY,
            "TRUSTED_PROXIES": "127.0.0.1",
        }


@contextlib.contextmanager
def running_server(folder: Path, beside: Server | None = None) -> Iterator[Server]:
    """A portal on a data folder of its own, or on the database of another; PostgreSQL must be gone afterwards."""
    if beside is None:
        copy_of_portal(folder, demo=False)
    else:
        folder.mkdir()
    server = Server(folder, free_port(), beside=beside)
    server.start()
    try:
        yield server
    finally:
        server.stop()
    assert not (folder / "postgres" / "data" / "postmaster.pid").exists(), "PostgreSQL was left behind"
