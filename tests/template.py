"""The tables of the tests: made once in a run, and copied for each worker."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from communes.hosts import table
from tests.prepared import FOLDER


@contextmanager
def tables_made_once() -> Iterator[None]:
    """Test databases made inside are copies of one that whichever worker came first has migrated."""
    test, creation = connection.settings_dict["TEST"], connection.creation
    template = f"{creation._get_test_db_name().partition('_gw')[0]}_template"
    with _users() as users:
        if not users:
            _migrated(template)
        users.append(os.getpid())
    test["TEMPLATE"] = template
    create, creation.create_test_db = creation.create_test_db, _copied
    try:
        yield
    finally:
        creation.create_test_db = create
        with _users() as users:
            users.remove(os.getpid())
            if not users:
                with creation._nodb_cursor() as cursor:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{template}"')


@contextmanager
def empty_database(name: str) -> Iterator[None]:
    """This thread's default connection leads to a new database with the tables, which no other thread knows.

    Threads of earlier tests may keep sessions in the worker's own.
    """
    present = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{present["TEST"]["TEMPLATE"]}"')
    connection.close()
    connection.settings_dict = present | {"NAME": name}
    table.forget()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = present
        table.forget()
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _users() -> Iterator[list[int]]:
    """The workers of this run that use the tables made once, for one worker at a time to read and change."""
    place = Path(os.environ[FOLDER]) / "template-users"
    with place.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users = [int(line) for line in file]
        yield users
        file.truncate(0)
        file.write("".join(f"{user}\n" for user in users))


def _migrated(name: str) -> None:
    test, serving = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    own, test["NAME"] = test["NAME"], name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        test["NAME"] = own
        _use(serving)


def _copied(verbosity: int = 1, autoclobber: bool = False, keepdb: bool = False, **_options: Any) -> str:  # noqa: FBT001, FBT002 - Django's
    name = connection.creation._get_test_db_name()
    connection.creation._create_test_db(verbosity, autoclobber, keepdb)
    connection.close()
    _use(name)
    connection.ensure_connection()
    return name


def _use(name: str) -> None:
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
