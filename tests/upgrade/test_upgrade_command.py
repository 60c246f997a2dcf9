"""An upgrade that fails says what to do, and leaves the backup that it made; one that succeeds is beside this file."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from operation import backups, health
from tests.upgrade.database import database_of
from tests.upgrade.test_release_0_1_0 import RELEASE


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_fails_is_said_with_what_to_do(settings, tmp_path, monkeypatch):
    settings.VAR_DIR, settings.BACKUP_TO, settings.BACKUP_KEYS = tmp_path, tmp_path / "backups", []
    monkeypatch.setattr(health, "_complete", None)

    def fail(*args: object, **options: object) -> None:
        raise DatabaseError("column is taken")

    monkeypatch.setattr("portal.management.commands.migrate.Command.handle", fail)

    with (
        database_of(RELEASE, f"test_cong_old_{connection.settings_dict['NAME']}"),
        pytest.raises(CommandError, match="column is taken.*earlier version"),
    ):
        call_command("upgrade", stdout=StringIO(), stderr=StringIO())

    assert len(backups.place().backups()) == 1
