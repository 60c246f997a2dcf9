"""Connections that stay open between requests: not tested when silent, replaced when the server ended them."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.db import close_old_connections, connection

from portal.connections import trust_silent_connections

BASE_DIR = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def tested_connection():
    """An open connection that Django tests at the first query of each request."""
    connection.ensure_connection()
    connection.health_check_enabled = True
    yield
    connection.close()


def begin_request():
    # The test client keeps both from its own database connection.
    close_old_connections()
    trust_silent_connections()


def query():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 2")
        return cursor.fetchone()


LOOKS = """
import django
django.setup()
from django.core.signals import request_started
print(*[reference().__name__ for _, reference, *_ in request_started.receivers])
"""


def test_every_request_looks_at_its_connections_after_django_has_forgotten_them():
    # Asked in a process of its own: the test client disconnects Django's receiver and puts it last.
    process = subprocess.run(
        [sys.executable, "-c", LOOKS],
        cwd=BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        check=True,
    )
    receivers = process.stdout.split()

    assert receivers.index("trust_silent_connections") > receivers.index("close_old_connections")


def test_a_silent_connection_is_not_tested(monkeypatch):
    before, tested = connection.connection, []
    monkeypatch.setattr(connection, "is_usable", lambda: tested.append(1) or True)

    begin_request()

    assert query() == (2,)
    assert connection.connection is before
    assert not tested


def test_a_connection_that_the_server_ended_is_replaced():
    before = connection.connection
    wanted = ("host", "port", "user", "password", "dbname")
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in wanted}
    with closing(psycopg2.connect(**parameters)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before.info.backend_pid])

    begin_request()

    assert query() == (2,)
    assert connection.connection is not before


def test_a_connection_closed_on_our_side_is_opened_again():
    connection.connection.close()

    begin_request()

    assert query() == (2,)
