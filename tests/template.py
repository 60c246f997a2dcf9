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

from tests.prepared import FOLDER


@contextmanager
def tables_made_once() -> Iterator[None]:
    """Test databases made inside are copies of one that whichever worker came first has migrated."""
    test, creation = connection.settings_dict["TEST"], connection.creation
    template = f"{creation._get_test_db_name().partition('_gw')[0]}_template"
    with _turn() as made:
        if not made.exists():
            _migrated(template)
            made.touch()
    test["TEMPLATE"] = template
    create, creation.create_test_db = creation.create_test_db, _copied
    try:
        yield
    finally:
        creation.create_test_db = create
        with _turn() as made:
            made.unlink(missing_ok=True)
            with creation._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{template}"')


@contextmanager
def _turn() -> Iterator[Path]:
    """One worker at a time; the mark that the template was made in this run, not left by an earlier one."""
    place = Path(os.environ[FOLDER])
    with (place / "template-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place / "template-made"


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
