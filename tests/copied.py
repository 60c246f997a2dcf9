"""A copy of the tests' database that nobody else uses: threads of earlier tests keep sessions in the first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from psycopg2.errors import ObjectInUse

from tests.waiting import LONG

END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def copy_database(name: str) -> None:
    """Make the database `name`, a copy of that of the default connection; PostgreSQL copies none that others use.

    A thread of an earlier test (a server in this process, the writers that its visitors started) may begin
    a new session at any moment: tried again until none is there.
    """
    deadline = time.monotonic() + LONG
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                cursor.execute(END_OTHERS)
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{connection.settings_dict["NAME"]}"')
        except OperationalError as error:
            if not isinstance(error.__cause__, ObjectInUse) or time.monotonic() > deadline:
                raise
        else:
            return


@contextmanager
def copied_database(name: str) -> Iterator[None]:
    """This thread's default connection leads to a copy of the database, which no other thread knows."""
    present = connection.settings_dict
    copy_database(name)
    connection.close()
    connection.settings_dict = present | {"NAME": name}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = present
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
