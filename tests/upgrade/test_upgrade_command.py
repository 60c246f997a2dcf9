"""One command brings a portal of release 0.1.0 up to date; what it was before can be had back."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from portal.operation import backups, health
from running.backup import archive, encryption
from running.postgresql import tools
from tests.upgrade.database import database_of, execute, rows, use
from tests.upgrade.test_release_0_1_0 import RELEASE

pytestmark = pytest.mark.django_db(transaction=True)

STATE = "SELECT (SELECT count(*) FROM django_migrations), (SELECT count(*) FROM polls_ballot), (SELECT count(*) FROM news_article)"


@pytest.fixture
def old_portal(settings, tmp_path, django_db_blocker) -> Iterator[str]:
    """The default connection leads to a database of 0.1.0; gives its name."""
    settings.VAR_DIR, settings.BACKUP_TO, settings.BACKUP_KEYS = tmp_path, tmp_path / "backups", []
    settings.STATIC_ROOT = tmp_path / "static"
    name = f"test_cong_old_{connection.settings_dict['NAME']}"
    execute(f'DROP DATABASE IF EXISTS "{name}_back"')
    execute(f'CREATE DATABASE "{name}_back"')
    health._complete = None
    try:
        with database_of(RELEASE, name):
            yield name
    finally:
        health._complete = None
        execute(f'DROP DATABASE "{name}_back" WITH (FORCE)')


def restore_dump(path: Path, name: str, work: Path) -> None:
    """The database of a backup in an empty one, as it was."""
    with path.open("rb") as source, encryption.reading(source, path.name, None) as plain:
        manifest = archive.unpack(plain, work)
    use(name)
    program, _ = tools.find("pg_restore", manifest.dumped_by)
    connection.ensure_connection()
    tools.run(program, connection, ["--exit-on-error", "--single-transaction", "--no-owner", work / archive.DATABASE])


def test_upgrades_in_one_command_and_can_be_rolled_back(old_portal, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("portal.management.commands.upgrade.collect_static_files", lambda begin: begin())
    before = rows(STATE)
    out = StringIO()

    call_command("upgrade", stdout=out, stderr=out)
    again = StringIO()
    call_command("upgrade", stdout=again, stderr=again)

    assert "Ready" in out.getvalue()
    assert rows(STATE) != before
    assert "Nothing to migrate" in again.getvalue()
    (backup,) = backups.place().backups()  # the second time nothing changed
    restore_dump(Path(backup.address), f"{old_portal}_back", tmp_path / "unpacked")
    assert rows(STATE) == before
    assert MigrationExecutor(connection).loader.applied_migrations


def test_a_migration_that_fails_is_said_with_what_to_do(old_portal, settings, monkeypatch):
    def fail(*args: object, **options: object) -> None:
        raise DatabaseError("column is taken")

    monkeypatch.setattr("portal.management.commands.migrate.Command.handle", fail)

    with pytest.raises(CommandError, match="column is taken.*earlier version"):
        call_command("upgrade", stdout=StringIO(), stderr=StringIO())

    assert len(backups.place().backups()) == 1
