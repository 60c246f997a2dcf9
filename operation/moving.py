"""Moving the database to another server: from the embedded PostgreSQL to one of one's own, or to a newer one."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from operation import health
from operation.backups import named_snapshot, poll_results, row_counts
from running import embedded_upgrade
from running.backup.archive import BackupError, differences
from running.database import database_from_url
from running.postgresql import tools
from trail.recording import Kind, operator, record

PSQL = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
# What pg_dump of today writes and an older server, or psql, does not know: it changes nothing of what is stored.
NEWS = re.compile(rb"SET transaction_timeout = 0;|\\(un)?restrict \w{20,}")
OLDEST = 15
# Seconds that sessions of a portal which was just stopped may need to end.
ENDING = 5.0


def move(url: str, say: Callable[[str], None]) -> list[str]:
    """Copy the whole database into the empty one at `url`; where both differ afterwards.

    Nothing is left out, unlike in a backup, and media files stay where they are. Raises BackupError, ToolError,
    ImproperlyConfigured or DatabaseError, and leaves the database there empty then.
    """
    if others := _others_after(ENDING):
        raise BackupError(f"{others} connections use the database: stop the portal first, so that nothing is lost")
    if health.pending_migrations():
        raise BackupError("The database is of an earlier version of the portal: run manage.py upgrade first")
    with (
        _destination(url) as destination,
        tempfile.TemporaryDirectory(prefix="cong-move-", dir=settings.VAR_DIR) as work,
    ):
        with destination.cursor() as cursor:
            if tables := destination.introspection.table_names(cursor):
                raise BackupError(f"The database there is not empty: it has {len(tables)} tables")
        # Before the copy, so that both have the line.
        record(Kind.EXPORT, about=_named(destination), by=operator())
        return _copy(destination, Path(work), say)


def move_to_new_major(data: Path, programs: Path | None, say: Callable[[str], None]) -> Path:
    """Bring the embedded data to the version of PostgreSQL that is installed; where the old ones are kept.

    `programs` is a folder of the earlier version. Raises EmbeddedPostgresError, BackupError, ToolError or
    DatabaseError, and leaves the data as they were then.
    """

    def copy(sockets: Path) -> None:
        address = f"postgres://postgres@/postgres?{urlencode({'host': sockets})}"
        with (
            _destination(address) as destination,
            tempfile.TemporaryDirectory(prefix="cong-move-", dir=data.parent) as work,
        ):
            differing = _copy(destination, Path(work), say)
        connection.close()
        if differing:
            raise BackupError("The copy differs, and the old data stay in use: " + "; ".join(differing[:10]))

    return embedded_upgrade.upgrade(data, programs, copy)


def _copy(destination: BaseDatabaseWrapper, work: Path, say: Callable[[str], None]) -> list[str]:
    say("Reading the database")
    # Before an upgrade the tables are those of the earlier version, whose polls this one cannot recount.
    is_ours = not health.pending_migrations()
    dump, plain = work / "database.sql", work / "plain.sql"
    with named_snapshot() as name:
        before = row_counts(), poll_results() if is_ours else {}
        program, _ = tools.find("pg_dump", tools.server_major(connection))
        tools.run(program, connection, ["--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={dump}"])
    say("Writing it there")
    program, _ = tools.find("psql", OLDEST)
    _leave_out_news(dump, plain)
    tools.run(program, destination, [*PSQL, f"--file={plain}"])
    say("Comparing both")
    with _as_default(destination):
        after = row_counts(), poll_results() if is_ours else {}
    counts, polls = (differences(*pair) for pair in zip(before, after, strict=True))
    return [f"rows of {text}" for text in counts] + polls


def _named(database: BaseDatabaseWrapper) -> str:
    return "{HOST}/{NAME}".format_map(database.settings_dict)


def _leave_out_news(dump: Path, plain: Path) -> None:
    """Text, unlike the archive of a backup, goes into an older server too: Debian's is older than the embedded one."""
    with dump.open("rb") as source, plain.open("wb") as target:
        target.writelines(line for line in source if not NEWS.fullmatch(line.rstrip(b"\n")))


def _others_after(seconds: float) -> int:
    """How many other sessions use the database; waits for those that are ending: a closed one is listed for a moment."""
    deadline = time.monotonic() + seconds
    while (others := _others()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return others


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            " AND pid <> pg_backend_pid()"
        )
        others: int = cursor.fetchone()[0]
    return others


@contextmanager
def _destination(url: str) -> Iterator[BaseDatabaseWrapper]:
    present = connections[DEFAULT_DB_ALIAS]
    settings_dict = (
        present.settings_dict | {"HOST": "", "PORT": "", "USER": "", "PASSWORD": ""} | database_from_url(url)
    )
    destination = type(present)(settings_dict, "destination")
    try:
        yield destination
    finally:
        destination.close()


@contextmanager
def _as_default(destination: BaseDatabaseWrapper) -> Iterator[None]:
    """What the portal asks its database is asked there."""
    present: dict[str, Any] = connection.settings_dict
    connection.close()
    connection.settings_dict = destination.settings_dict
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = present
