"""A database as an earlier release left it, beside the one of the tests; what is asked of it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, generation_expression
    FROM information_schema.columns WHERE table_schema = 'public'
"""
# Without names: Django made some of them from the table they began in.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u', 'x')
"""
INDEXES = """
    SELECT tablename, regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX \\S+ ON', '\\1') FROM pg_indexes
    WHERE schemaname = 'public'
"""
FUNCTIONS = (
    "SELECT proname, md5(prosrc), pg_get_function_sqlbody(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
)
TRIGGERS = "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"

Schema = dict[str, set[tuple[object, ...]]]


def rows(query: str) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {tuple(_plain(value) for value in row) for row in cursor.fetchall()}


def _plain(value: object) -> object:
    """Without casts and brackets: a dump that is read back says the same condition with others."""
    return re.sub(r"::(text|character varying)(\[\])?|[()]", "", value) if isinstance(value, str) else value


def schema() -> Schema:
    queries = {"columns": COLUMNS, "constraints": CONSTRAINTS, "indexes": INDEXES}
    return {name: rows(query) for name, query in (queries | {"functions": FUNCTIONS, "triggers": TRIGGERS}).items()}


def differences(old: Schema, new: Schema) -> dict[str, list[tuple[object, ...]]]:
    """What only an upgraded portal has, and what only a new one, by kind."""
    found = {f"{kind} of a new portal only": sorted(new[kind] - old[kind], key=str) for kind in new}
    found |= {f"{kind} of an upgraded portal only": sorted(old[kind] - new[kind], key=str) for kind in new}
    return {name: items for name, items in found.items() if items}


def execute(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)


def use(name: str) -> None:
    """For this thread alone: all share one dictionary, and those of earlier tests would come along."""
    connection.close()
    connection.settings_dict = connection.settings_dict | {"NAME": name}


@contextmanager
def database_of(dump: Path | None, name: str) -> Iterator[None]:
    """The default connection leads to a new database that holds what was dumped; without a dump it is empty."""
    present = connection.settings_dict["NAME"]
    execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    execute(f'CREATE DATABASE "{name}" TEMPLATE template0')  # nobody can be connected to that one
    use(name)
    try:
        if dump is not None:
            execute(gzip.decompress(dump.read_bytes()).decode())
            connection.close()  # the dump leaves the search path of its connection empty
        yield
    finally:
        use(present)
        execute(f'DROP DATABASE "{name}" WITH (FORCE)')
