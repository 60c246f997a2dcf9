"""What the portal asks of its database server: a version, a limit for queries, one migration at a time."""

import io
import sys
import threading

import pytest
from django.core.management import call_command
from django.db import NotSupportedError, OperationalError, connection, connections

import manage
from portal.management.commands.migrate import MIGRATION_LOCK
from running.launcher import StartError
from running.postgresql.base import DatabaseFeatures, limit_statements
from running.postgresql.locks import only_one
from serving.server import STATEMENT_TIMEOUT


def test_fourteen_is_too_old(monkeypatch):
    monkeypatch.setattr("running.postgresql.base.DatabaseWrapper.pg_version", 140022)
    with pytest.raises(NotSupportedError, match="PostgreSQL 15 or later"):
        connections.create_connection("default").check_database_version_supported()


def test_a_server_that_is_too_old_is_one_line(monkeypatch, capsys):
    def refuse(argv: list[str]) -> None:
        raise NotSupportedError("PostgreSQL 15 or later is required (found 13.22).")

    monkeypatch.setattr("running.launcher.run_command", refuse)

    assert manage.main() == 2
    assert capsys.readouterr().err == "PostgreSQL 15 or later is required (found 13.22).\n"
    assert DatabaseFeatures.minimum_database_version == (15,)


@pytest.fixture
def own_connection():
    """One that no other test uses, on the tests' database."""
    own = connection.copy()
    yield own
    own.close()


@pytest.mark.django_db
def test_a_process_that_serves_limits_its_queries_without_start_up_options(own_connection, monkeypatch):
    monkeypatch.setattr(connections, "settings", {"default": own_connection.settings_dict})
    limit_statements(STATEMENT_TIMEOUT)

    with own_connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("15s",)
        cursor.execute("SELECT current_setting('max_parallel_workers_per_gather'), current_setting('jit')")
        assert cursor.fetchone() == ("0", "off")
    assert "options" not in own_connection.get_connection_params()


@pytest.mark.django_db
def test_a_connection_that_a_pool_hands_on_keeps_no_limit(own_connection, monkeypatch):
    own_connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    monkeypatch.setattr(connections, "settings", {"default": own_connection.settings_dict})
    limit_statements(STATEMENT_TIMEOUT)

    with own_connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_migrations_waits_for_the_first():
    said = io.StringIO()

    def migrate() -> None:
        try:
            call_command("migrate", verbosity=0, stdout=said)
        finally:
            connections.close_all()

    second = threading.Thread(target=migrate)
    with only_one(connection, MIGRATION_LOCK, waiting=lambda: pytest.fail("nobody migrates")):
        second.start()
        second.join(2)
        assert second.is_alive()
    second.join(60)

    assert not second.is_alive()
    assert "waiting for it to end" in said.getvalue()


def test_a_failure_that_is_no_outage_keeps_its_traceback(monkeypatch):
    def fail(argv: list[str]) -> None:
        raise OperationalError("something else")

    monkeypatch.setattr("running.launcher.run_command", fail)
    monkeypatch.setattr(sys, "argv", ["manage.py", "migrate"])

    with pytest.raises(OperationalError, match="something else"):
        manage.main()
    assert issubclass(StartError, Exception)
