"""Making a backup of the portal, reading it back into an empty one, and proving that both are equal."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from library.models import Document, Picture, Recording
from operation import health
from polls.auditing.audit import audit
from polls.models import Poll
from running.backup import archive, encryption
from running.backup.archive import DATABASE, MEDIA, BackupError, Manifest
from running.backup.folder import Folder
from running.backup.place import S3, Backup, Place, name_of
from running.postgresql import tools
from running.postgresql.locks import only_one

# Rows that a backup must not keep longer than the portal promises (visitors' hashes and their key), and those
# that are worth nothing elsewhere (sessions).
LEFT_OUT = ("visitors_salt", "visitors_seen", "visitors_presence", "django_session")

# Of the advisory lock that a check holds.
CHECK_LOCK = 7017


# Of a store: seconds it may be silent, and how often it is asked.
PATIENCE, ATTEMPTS = 60.0, 5


def place(address: str | Path | None = None, *, patience: float = PATIENCE, attempts: int = ATTEMPTS) -> Place:
    """The folder or the bucket at an address; without one that of BACKUP_TO."""
    address = str(address or settings.BACKUP_TO)
    if not address.startswith(S3):
        return Folder(Path(address))
    from running.backup import bucket  # it needs boto3, which a folder does not

    client = bucket.connect(
        settings.BACKUP_S3_ENDPOINT,
        settings.BACKUP_S3_REGION,
        settings.BACKUP_S3_ACCESS_KEY,
        settings.BACKUP_S3_SECRET_KEY,
        patience=patience,
        attempts=attempts,
    )
    return bucket.Bucket(address, client)


def make(at: datetime) -> tuple[Backup, Manifest]:
    """Make a backup in BACKUP_TO. Raises BackupError, BackupKeyError, ToolError or OSError.

    The database is read in one snapshot. Media files have names that no other file ever gets: those that
    were there before the snapshot are copied first, those that came since afterwards.
    """
    kept, name = place(), name_of(at, encryption.suffix_of(settings.BACKUP_KEYS))
    with (
        tempfile.TemporaryDirectory(prefix="cong-backup-", dir=_work_folder()) as work,
        kept.writing(name) as target,
        encryption.writing(target, settings.BACKUP_KEYS) as plain,
    ):
        writer = archive.Writer(plain)
        copied = _copy_media(writer, set())
        dump = Path(work) / DATABASE
        with named_snapshot() as snapshot:
            manifest = _describe(at)
            program, manifest.dumped_by = tools.find("pg_dump", manifest.server)
            tools.run(
                program,
                connection,
                [
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    "--no-comments",
                    "--no-unlogged-table-data",
                    f"--snapshot={snapshot}",
                    f"--file={dump}",
                    *(f"--exclude-table-data={table}" for table in LEFT_OUT),
                ],
            )
        _copy_media(writer, copied)
        with dump.open("rb") as content:
            writer.add(DATABASE, content, dump.stat().st_size)
        writer.finish(manifest)
    return next(backup for backup in kept.backups() if backup.name == name), manifest


def restore(address: str, identity: Path | None, say: Callable[[str], None]) -> list[str]:
    """Read a backup, a file or s3://bucket/name, into this portal, which must be empty; what differs from it afterwards.

    Raises BackupError, BackupKeyError, ToolError or OSError, and leaves the portal empty then.
    """
    _require_empty()
    name = address.rpartition("/")[2]
    with tempfile.TemporaryDirectory(prefix="cong-restore-", dir=_work_folder()) as work:
        say(f"Reading {name}")
        with (
            place(address.removesuffix(name) or ".").reading(name) as source,
            encryption.reading(source, name, identity) as plain,
        ):
            manifest = archive.unpack(plain, Path(work))
        server = tools.server_major(connection)
        if server < manifest.server:
            raise BackupError(f"The backup comes from PostgreSQL {manifest.server}, and this server is {server}")
        program, _ = tools.find("pg_restore", max(manifest.dumped_by, server))
        stored: list[str] = []
        try:
            say("Storing the media files")
            for name in _media_of(manifest):
                with (Path(work) / MEDIA / name).open("rb") as content:
                    stored.append(default_storage.save(name, File(content)))
            say("Restoring the database")
            connection.close()
            tools.run(
                program,
                connection,
                ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", Path(work) / DATABASE],
            )
        except BaseException:
            for name in stored:
                default_storage.delete(name)
            raise
    say("Comparing with the backup")
    differing = _differing_rows(manifest)
    # A backup of an earlier version: the polls are recounted by this one.
    call_command("migrate", verbosity=0)
    return differing + _differing_contents(manifest)


def _differing_rows(manifest: Manifest) -> list[str]:
    rows = {name: count for name, count in manifest.tables.items() if name not in manifest.left_out}
    here = {name: count for name, count in row_counts().items() if name not in manifest.left_out}
    return [f"rows of {text}" for text in archive.differences(rows, here)]


def _differing_contents(manifest: Manifest) -> list[str]:
    differing = [] if manifest.facts is None else archive.differences(manifest.facts, poll_results())
    expected = {name: manifest.files[MEDIA + name] for name in _media_of(manifest)}
    digests = {name: _digest(name) for name in _media_names()}
    differing += [f"the content of {text}" for text in archive.differences(expected, digests)]
    return differing + [f"no file of {name}" for name in sorted(_named_by_rows() - digests.keys())]


def check(backup: Backup, identity: Path | None) -> str:
    """Restore a backup into a database that is dropped again; the error, or nothing when all is equal.

    Of two at once, the operator's and the clock's, one waits: they would drop each other's database.
    """
    name = f"{connection.settings_dict['NAME']}_check"
    with (
        only_one(connection, CHECK_LOCK, waiting=lambda: None),
        tempfile.TemporaryDirectory(prefix="cong-check-", dir=_work_folder()) as var,
        _scratch_database(name),
    ):
        environment = os.environ | {
            "DATABASE_URL": _url_of(name),
            "VAR_DIR": var,
            "SECRET_KEY": settings.SECRET_KEY,
            "BALLOT_KEY": settings.BALLOT_KEY,
            "FACTOR_KEY": settings.FACTOR_KEY,
            "BACKUP_TO": "",
            # The files go into the scratch folder, not beside the true ones.
            "MEDIA_S3_BUCKET": "",
        }
        arguments = [backup.address, *(["--identity", str(identity)] if identity else [])]
        process = subprocess.run(
            [sys.executable, "manage.py", "restore", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    lines = process.stderr.strip().splitlines()
    return "" if process.returncode == 0 else " ".join(lines[-3:]) or f"restore ended with {process.returncode}"


@contextmanager
def _scratch_database(name: str) -> Iterator[None]:
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def _url_of(name: str) -> str:
    """The address of another database of this server."""
    parameters = connection.get_connection_params()
    user = quote(parameters.get("user") or "", safe="")
    password = f":{quote(parameters['password'], safe='')}" if parameters.get("password") else ""
    others = {
        key: parameters[key] for key in ("host", "port", "sslmode", "sslrootcert") if parameters.get(key) is not None
    }
    return f"postgres://{user}{password}@/{quote(name)}?{urlencode(others)}"


@contextmanager
def named_snapshot() -> Iterator[str]:
    """One view of the database for all that is asked in the block; its name for pg_dump."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _describe(at: datetime) -> Manifest:
    return Manifest(
        made_at=at.isoformat(),
        portal=settings.VERSION,
        server=connection.pg_version // 10_000,
        dumped_by=0,
        tables=row_counts(),
        left_out=list(LEFT_OUT),
        # Before an upgrade the tables are those of the earlier version, which this one cannot read.
        facts=None if health.pending_migrations() else poll_results(),
    )


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def poll_results() -> dict[str, Any]:
    """Each poll recounted from its log: the number of lines, the hash of the last one, ballots by status."""
    facts = {}
    for poll in Poll.objects.everywhere().order_by("pk"):
        report = audit(poll)
        facts[f"poll {poll.pk}"] = {
            "lines": report.events,
            "last": report.head,
            "ballots": dict(sorted(report.by_status.items())),
        }
    return facts


def _require_empty() -> None:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if tables:
        raise BackupError(f"The database is not empty: it has {len(tables)} tables. Restore into a new one.")
    if next(_media_names(), None) is not None:
        if settings.MEDIA_S3_BUCKET:
            raise BackupError(f"The bucket {settings.MEDIA_S3_BUCKET} is not empty. Restore into a new one.")
        raise BackupError(f"{settings.MEDIA_ROOT} is not empty. Restore into a new VAR_DIR.")


def _copy_media(writer: archive.Writer, copied: set[str]) -> set[str]:
    """Add the media files that were not copied yet; all that are."""
    for name in sorted(set(_media_names()) - copied):
        try:
            with default_storage.open(name) as content:
                writer.add(MEDIA + name, content, content.size)
        except FileNotFoundError:  # removed this moment: no row names it any more
            continue
        copied.add(name)
    return copied


def _media_names() -> Iterator[str]:
    """Every file of the storage; not what is only being written."""
    for name, _changed_at in default_storage.walk():
        if not any(part.startswith(".") for part in name.split("/")):
            yield name


def _media_of(manifest: Manifest) -> list[str]:
    return [name.removeprefix(MEDIA) for name in manifest.files if name.startswith(MEDIA)]


def _digest(name: str) -> str:
    with default_storage.open(name) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _named_by_rows() -> set[str]:
    """The files that the libraries promise to have."""
    return {
        str(name)
        for model in (Picture, Document, Recording)
        for name in model.with_trashed.everywhere().values_list("file", flat=True)
    }


def _work_folder() -> Path:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    return Path(settings.VAR_DIR)
