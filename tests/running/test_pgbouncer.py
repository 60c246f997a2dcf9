"""The portal behind Debian's pgbouncer, in both of its modes."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from running import embedded_postgres

BASE_DIR = Path(__file__).resolve().parents[2]
CONFIGURATION = """
[databases]
cong = host={sockets} port=5432 dbname=cong_pooled user=postgres {limit}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 12
"""
# What deploy/pgbouncer.ini says, in the mode in which the portal cannot limit its queries itself.
FOR_PAGES = "SET statement_timeout = ''15s''; SET max_parallel_workers_per_gather = 0; SET jit = off"
LIMIT = f"connect_query='{FOR_PAGES}'"


def find_pgbouncer() -> str:
    """The path of an installed pgbouncer; raises RuntimeError, because a mode untried has not passed."""
    if path := shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin"):
        return path
    raise RuntimeError("No pgbouncer found: install your system's pgbouncer package (`make pgbouncer` on Debian)")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker) -> Iterator[Path]:
    """A copy of the tests' empty database; the folder of its server's socket."""
    with django_db_blocker.unblock():
        parameters = connection.get_connection_params()
        template = connection.settings_dict["TEST"]["TEMPLATE"]  # which nobody is connected to
        admin = psycopg2.connect(host=parameters["host"], user=parameters["user"], dbname="postgres")
    admin.autocommit = True
    with contextlib.closing(admin), admin.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS cong_pooled WITH (FORCE)")
        cursor.execute(f'CREATE DATABASE cong_pooled TEMPLATE "{template}"')
        with contextlib.closing(
            psycopg2.connect(f"host={parameters['host']} user=postgres dbname=cong_pooled")
        ) as made:
            # Tests that empty the tables leave no commune.
            made.cursor().execute(
                "INSERT INTO communes_commune (kind, code, name, slug, state) SELECT 'commune', '', 'X', 'x', 'open'"
                " WHERE NOT EXISTS (SELECT FROM communes_commune)"
            )
            made.commit()
        yield Path(parameters["host"])
        cursor.execute("DROP DATABASE cong_pooled WITH (FORCE)")


@contextlib.contextmanager
def pgbouncer(folder: Path, sockets: Path, mode: str) -> Iterator[int]:
    """A pool in front of the server with this socket; its port."""
    port = free_port()
    configuration = folder / f"{mode}.ini"
    limit = LIMIT if mode == "transaction" else ""
    configuration.write_text(CONFIGURATION.format(sockets=sockets, port=port, mode=mode, limit=limit))
    configuration.chmod(0o644)
    # It refuses to run as root.
    user = pwd.getpwnam(embedded_postgres.SERVER_USER).pw_uid if os.geteuid() == 0 else None
    with (folder / f"{mode}.log").open("w") as log:
        process = subprocess.Popen([find_pgbouncer(), configuration], cwd="/", user=user, stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def serving(folder: Path, **environment: str) -> Iterator[tuple[str, Path]]:
    """`manage.py serve` as an operator starts it: its address and its log."""
    port = free_port()
    log = folder / f"{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=BASE_DIR,
            env={
                "PATH": os.environ["PATH"],
                "VAR_DIR": str(folder / "var"),
                "SECRET_KEY": "only-for-tests-" + "0" * 40,
                "BALLOT_KEY": "only-for-tests-" + "1" * 40,
                "PORT": str(port),
                "WORKERS": "1",
                **environment,
            },
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 120
        while ask(f"http://127.0.0.1:{port}/healthz/live")[0] != 200:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.terminate()
        process.wait(60)


def ask(address: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Status and body of an answer; status 0 where there is none."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_the_portal_works_behind_a_pool(database, server_folder, mode):
    folder = server_folder / "pooled"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    is_handed_on = mode == "transaction"

    with (
        pgbouncer(folder, database, mode) as port,
        serving(
            folder,
            DATABASE_URL=f"postgres://postgres@127.0.0.1:{port}/cong",
            DATABASE_POOLED=str(is_handed_on).lower(),
        ) as (address, log),
    ):
        ready = ask(f"{address}/healthz/ready")
        answers = [ask(f"{address}{path}{n}") for n in range(8) for path in ("/tim-kiem/?q=", "/?", "/so-do-trang/?")]
        signal = ask(f"{address}/nhip/", b'{"kind": "view", "path": "/"}', Origin=address)
        with contextlib.closing(psycopg2.connect(f"host=127.0.0.1 port={port} user=x dbname=cong")) as pooled:
            cursor = pooled.cursor()
            cursor.execute("SHOW statement_timeout")
            limit = cursor.fetchone()[0]

    assert ready == (200, '{"database": "ok", "pending_migrations": 0}')
    assert {status for status, _ in answers} == {200}
    assert signal[0] == 200
    # In session mode the portal sets the limit itself, and nobody else inherits it.
    assert limit == ("15s" if is_handed_on else "0")
    assert "Traceback" not in log.read_text()
    assert "no limit" not in log.read_text()
