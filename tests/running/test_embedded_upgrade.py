"""The data of an earlier major version of the embedded PostgreSQL become those of the present one, or stay as they were."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from operation import moving
from running import embedded_postgres, embedded_upgrade
from tests.upgrade.database import execute, rows

EARLIER = "16"  # which the package brings as well


@contextmanager
def leading_to(data: Path) -> Iterator[None]:
    """This thread's default connection leads to the server of `data`."""
    present = connection.settings_dict
    connection.close()
    own = {
        "NAME": "postgres",
        "USER": "postgres",
        "PASSWORD": "",
        "HOST": str(embedded_postgres.socket_directory(data)),
    }
    connection.settings_dict = present | own
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = present


@pytest.fixture(scope="module")
def filled(server_folder, django_db_blocker) -> Path:
    """A folder of a portal whose database an earlier PostgreSQL made, with rows; the server is stopped."""
    data = server_folder / "earlier" / "postgres" / "data"
    programs = embedded_upgrade.find_programs(EARLIER, None)
    data.parent.mkdir(parents=True)
    embedded_postgres.prepare(data)
    programs = embedded_postgres.reachable(data, programs, f"{EARLIER}-earlier")
    arguments = ["--auth=peer", "--encoding=utf8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres", "-D"]
    embedded_postgres.call(programs / "bin" / "initdb", *arguments, str(data.resolve()))
    embedded_postgres._admit_own_account(data)
    with django_db_blocker.unblock(), leading_to(data), embedded_upgrade._server(data, programs):
        execute("CREATE TABLE kept AS SELECT 42 AS answer, 'Xã Vân Khê Thượng' AS name")
        connection.close()
    return data


@pytest.fixture
def data(filled, settings) -> Iterator[Path]:
    """A portal's embedded data of an earlier version; this thread's connection leads there."""
    folder = filled.parents[1].with_name("to-upgrade")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(filled.parents[1], folder, copy_function=shutil.copy2)
    moved = folder / "postgres" / "data"
    owner = filled.stat()
    for path in (moved, *moved.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    settings.POSTGRES_DATA, settings.DATABASE_URL = moved, ""
    with leading_to(moved):
        yield moved


def upgrade(**options: object) -> str:
    out = StringIO()
    call_command("upgrade_postgres", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_one_command_brings_the_data_over_and_keeps_the_old_ones(data):
    verified = embedded_postgres.verified(data)

    assert "are kept in" in upgrade()

    assert embedded_postgres.major_of(data) == embedded_postgres.MAJOR
    assert embedded_postgres.major_of(data.with_name(f"data-{EARLIER}")) == EARLIER
    with pytest.raises(CommandError, match="already: there is nothing to do"):
        upgrade()
    # Killed between its last two steps: no portal starts on an empty database, and the same command ends it.
    data.rename(verified)
    with pytest.raises(embedded_postgres.EmbeddedPostgresError, match="upgrade_postgres again"):
        embedded_postgres._ensure_started(data)
    upgrade()
    with embedded_postgres.running(data):
        assert rows("SELECT answer, name FROM kept") == {(42, "Xã Vân Khê Thượng")}
        with pytest.raises(CommandError, match="stop it first"):
            upgrade()
        connection.close()
    assert not verified.exists()
    assert not (data.parent / "upgrading").exists()


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_that_fails_leaves_the_data_in_use(data, monkeypatch, tmp_path, settings):
    with pytest.raises(CommandError, match="PostgreSQL 16 are needed.*has none"):
        upgrade(programs=tmp_path)

    def differ(*_arguments: object) -> list[str]:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(moving, "_copy", differ)
    with pytest.raises(CommandError, match="the disk is full"):
        upgrade()

    assert embedded_postgres.major_of(data) == EARLIER
    assert not (data / "postmaster.pid").exists()
    assert not list(data.parent.glob("data-*"))
    assert not (data.parent / "upgrading").exists()
    settings.DATABASE_URL = "postgres://somewhere/else"
    with pytest.raises(CommandError, match="a server of its own"):
        upgrade()
