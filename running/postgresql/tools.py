"""PostgreSQL's own programs, those that fit a server's version, run on the database of a connection."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extensions import make_dsn

from running import embedded_postgres

DEBIAN = Path("/usr/lib/postgresql")
# What libpq is told elsewhere, or by Django alone.
_NOT_LIBPQ = {"password", "client_encoding", "cursor_factory"}


class ToolError(Exception):
    """A program of PostgreSQL is missing or failed. The message is for the operator."""


def server_major(connection: BaseDatabaseWrapper) -> int:
    """The server's major version, such as 15."""
    with connection.temporary_connection() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def find(name: str, least: int) -> tuple[Path, int]:
    """The program `name` of the lowest version from `least` on, and that version. Raises ToolError."""
    found = sorted((major, path) for path in _installed(name) if (major := version(path)) >= least)
    if not found:
        raise ToolError(f"{name} {least} or newer is needed: on Debian, apt-get install postgresql-client-{least}")
    major, path = found[0]
    return path, major


def run(program: Path, connection: BaseDatabaseWrapper, arguments: Sequence[str | Path]) -> None:
    """Run a program on the database of `connection`. Raises ToolError with what it said last."""
    parameters = connection.get_connection_params()
    password = {"PGPASSWORD": parameters["password"]} if parameters.get("password") else {}
    dsn = make_dsn(**{name: value for name, value in parameters.items() if name not in _NOT_LIBPQ})
    process = subprocess.run(
        [program, *arguments, "--no-password", "--dbname", dsn],
        env=os.environ | password,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        lines = process.stderr.strip().splitlines() or ["no output"]
        raise ToolError(f"{program.name} failed: {' | '.join(lines[:3])}")


def _installed(name: str) -> Iterator[Path]:
    yield from DEBIAN.glob(f"*/bin/{name}")
    if path := shutil.which(name):
        yield Path(path)
    embedded = embedded_postgres.find_program(name)
    if embedded is not None:
        yield embedded


def version(path: Path) -> int:
    """The major version of a program; 0 where it says none."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)[.\s]", said + " ")
    return int(number[1]) if number else 0
