"""The cluster as a whole: started in order from an empty folder, asked how it does, ended."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2

from deploy.cluster import engines
from deploy.cluster.engines import BASE_DIR, DATABASES, HOST, NODES, USER, Place
from deploy.cluster.services import family, send

START_TIMEOUT = 240  # seconds; a busy machine needs several times as long as an idle one
LIMIT = "15s"  # of a query, as deploy/pgbouncer.ini says
UNVERIFIED = ssl._create_unverified_context()  # the certificate is the cluster's own


class ClusterError(Exception):
    """The cluster does not come to the state that it should be in."""


class Cluster:
    """All services, by name and number; `primary()` says which database leads now."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.etcd = [engines.etcd(place, number) for number in range(DATABASES)]
        self.patroni = [engines.patroni(place, number) for number in range(DATABASES)]
        self.haproxy = [engines.haproxy(place, node) for node in range(NODES)]
        self.pgbouncer = [engines.pgbouncer(place, node) for node in range(NODES)]
        self.portal = [engines.portal(place, node) for node in range(NODES)]
        self.nginx = engines.nginx(place)

    def start(self, say: Callable[[str], None]) -> None:
        """Start everything, with the demonstration commune in it. Raises ClusterError when it takes too long."""
        say("etcd, Patroni, PostgreSQL")
        for service in self.etcd:
            service.start()
        self.patroni[0].start()
        self.wait("a primary", lambda: self.roles().count("leader") == 1)
        for service in self.patroni[1:]:
            service.start()
        self.wait("three databases", lambda: sorted(self.roles()) == ["leader", "replica", "sync_standby"])
        for service in self.haproxy:
            service.start()
        # HAProxy believes every server up until its first check has failed.
        for _ in range(6):
            self.wait("HAProxy to find the primary", lambda: not self.value("postgres", "SELECT pg_is_in_recovery()"))
        say("tables and the demonstration commune")
        self._make_database()
        for command in ("upgrade", "load_demo"):
            self.manage(command)
        say("pgbouncer, portals, nginx")
        for service in (*self.pgbouncer, *self.portal, self.nginx):
            service.start()
        self.wait("everything", self.is_whole)

    def _make_database(self) -> None:
        for statement in (
            f"CREATE ROLE cong LOGIN PASSWORD '{self.place.password}'",
            f"ALTER ROLE cong SET statement_timeout = '{LIMIT}'",
            "ALTER ROLE cong SET max_parallel_workers_per_gather = 0",
            "ALTER ROLE cong SET jit = off",
            "CREATE DATABASE cong OWNER cong ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0",
        ):
            with self.connected("postgres") as cursor:
                cursor.execute(statement)

    def manage(self, *arguments: str) -> str:
        """A command of the portal, past the pool; what it says. Raises ClusterError when it fails."""
        environment = os.environ | engines.portal_environment(self.place, "haproxy", 0)
        command = [sys.executable, "manage.py", *arguments]
        process = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)
        if process.returncode:
            raise ClusterError(f"manage.py {' '.join(arguments)}: {process.stderr.strip()[-500:]}")
        return process.stdout

    def stop(self) -> None:
        """End everything; the folder stays."""
        for service in (self.nginx, *self.portal, *self.pgbouncer, *self.haproxy):
            service.stop(signal.SIGTERM)
        for number in range(DATABASES):
            self.kill_machine(number)
        for service in self.etcd:
            service.stop()

    # --- Its state -----------------------------------------------------------------------------

    def members(self) -> list[dict[str, Any]]:
        """What Patroni knows of its databases; empty while none of them answers."""
        for number in range(DATABASES):
            status, body = ask(f"http://{HOST}:{self.place.port('patroni', number)}/cluster")
            if status == 200:
                return list(json.loads(body)["members"])
        return []

    def roles(self) -> list[str]:
        """`leader`, `sync_standby` or `replica` of each database that works."""
        return [one["role"] for one in self.members() if one["state"] in ("running", "streaming")]

    def primary(self) -> int:
        """The number of the database that leads. Raises ClusterError when none does."""
        return self._number_of("leader")

    def synchronous(self) -> int:
        """The number of the database that holds every vote before it is acknowledged."""
        return self._number_of("sync_standby")

    def _number_of(self, role: str) -> int:
        for one in self.members():
            if one["role"] == role:
                return int(one["name"].removeprefix("pg"))
        raise ClusterError(f"There is no {role}")

    def is_whole(self) -> bool:
        """Whether all is as it was at the beginning, whoever leads."""
        return (
            sorted(self.roles()) == ["leader", "replica", "sync_standby"]
            and all(self._answers("etcd", number, "/health") for number in range(DATABASES))
            and all(self._answers("portal", node, "/healthz/ready") for node in range(NODES))
            and ask(f"{self.place.address}/")[0] == 200
        )

    def _answers(self, kind: str, number: int, path: str) -> bool:
        return ask(f"http://{HOST}:{self.place.port(kind, number)}{path}")[0] == 200

    def wait(self, what: str, until: Callable[[], object], seconds: float = START_TIMEOUT) -> float:
        """Wait until something is so; the seconds it took. Raises ClusterError after `seconds`."""
        began = time.monotonic()
        while True:
            with contextlib.suppress(psycopg2.Error):
                if until():
                    return time.monotonic() - began
            if time.monotonic() - began > seconds:
                raise ClusterError(f"Waited {seconds:.0f} s for {what}; the logs are in {self.place.folder}")
            time.sleep(0.5)

    @contextlib.contextmanager
    def connected(self, database: str) -> Iterator[Any]:
        """A cursor of the superuser on the primary, each statement of which is committed at once."""
        connection = psycopg2.connect(
            host=HOST,
            port=self.place.port("haproxy", 0),
            user="postgres",
            password=self.place.password,
            dbname=database,
            connect_timeout=3,
        )
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            yield cursor

    def value(self, database: str, statement: str, *parameters: object) -> Any:
        """The first value of the first row."""
        with self.connected(database) as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone()[0]

    # --- What is done to it --------------------------------------------------------------------

    def postmaster(self, number: int) -> int:
        """The process of a PostgreSQL."""
        return int((self.place.folder / "data" / f"pg{number}" / "postmaster.pid").read_text().split()[0])

    def kill_machine(self, number: int) -> None:
        """kill -9 of a PostgreSQL and its Patroni; they stay away until `patroni[number].start()`."""
        send(self._machine(number), signal.SIGKILL)
        self.patroni[number].stop()

    def freeze_machine(self, number: int) -> None:
        """Stop a PostgreSQL and its Patroni where they are, as a virtual machine that is moved."""
        send(self._machine(number), signal.SIGSTOP)

    def thaw_machine(self, number: int) -> None:
        """Let them go on, as if no time had passed."""
        send(self._machine(number), signal.SIGCONT)

    def _machine(self, number: int) -> list[int]:
        pids = self.patroni[number].pids
        with contextlib.suppress(OSError, ValueError):
            pids += family(self.postmaster(number))
        return pids

    def switch_over(self) -> None:
        """Let another database lead, as before an update of the primary's machine."""
        address = f"http://{HOST}:{self.place.port('patroni', self.primary())}/switchover"
        status, body = ask(address, json.dumps({"leader": f"pg{self.primary()}"}).encode(), seconds=60)
        if status != 200:
            raise ClusterError(f"Patroni does not switch over: {status} {body}")


def ask(address: str, data: bytes | None = None, seconds: float = 5) -> tuple[int, str]:
    """Status and body of an answer; status 0 where there is none."""
    try:
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"} if data else {})
        with urllib.request.urlopen(request, timeout=seconds, context=_context(address)) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError:
        return 0, ""


def _context(address: str) -> ssl.SSLContext | None:
    return UNVERIFIED if address.startswith("https:") else None


def prepare(folder: Path, first_port: int) -> Cluster:
    """A cluster in an empty folder, not yet started. Raises MissingError or ClusterError."""
    engines.require_programs()
    if folder.exists() and any(folder.iterdir()):
        raise ClusterError(f"{folder} is not empty")
    place = Place(folder.resolve(), first_port, *(secrets.token_hex(n) for n in (12, 30, 30, 30)))
    for part in ("", "data", "cache"):
        (folder / part).mkdir(mode=0o755, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for part in ("data", "cache"):
            shutil.chown(folder / part, USER, pwd.getpwnam(USER).pw_gid)
    engines.install_patroni(place)
    return Cluster(place)
