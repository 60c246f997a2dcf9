"""Whether the functions, triggers and constraints that guard a log in the database are there, and are the portal's.

Functions are compared with the files they were loaded from, so an emptied body is found; triggers and constraints
are compared with what the caller expects.

django-pgtrigger would say two of the triggers of a log (append-only) in a line of Meta each, and was not taken. The
others, the chains and the function that casts a vote would stay PL/pgSQL, then as strings in Python, and the rules of
one log would stand in two places. It knows a trigger by a hash in the comment of that trigger, which an emptied
function leaves as it is, so this would still be needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext

FUNCTION = re.compile(r"^CREATE FUNCTION (\w+)\(.*?\$\$(.*?)\$\$", re.MULTILINE | re.DOTALL)


def digests_of(files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of the body of every function, by name, from the files they are loaded from."""
    return {name: _digest(body) for file in files for name, body in FUNCTION.findall(file.read_text(encoding="utf-8"))}


def faults(functions: Mapping[str, str], triggers: Mapping[str, str], constraints: Iterable[str]) -> list[str]:
    """What is missing, switched off or changed, one sentence each.

    `functions`: digest of the body by name; `triggers`: definition by name, as pg_get_triggerdef() writes it.
    """
    return [*_function_faults(functions), *_trigger_faults(triggers), *_constraint_faults(set(constraints))]


def _function_faults(expected: Mapping[str, str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, p.prosrc FROM pg_proc p"
            " WHERE p.pronamespace = current_schema()::regnamespace AND p.proname = ANY(%s)",
            [list(expected)],
        )
        found: dict[str, list[str]] = {}
        for name, body in cursor.fetchall():
            found.setdefault(name, []).append(_digest(body))
    for name in sorted(expected):
        if name not in found:
            yield gettext("The database's function %(name)s is missing.") % {"name": name}
        elif found[name] != [expected[name]]:
            yield gettext("The database's function %(name)s was changed: it is not the portal's.") % {"name": name}


def _trigger_faults(expected: Mapping[str, str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true) FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname = ANY(%s)",
            [list(expected)],
        )
        found = {name: (enabled, definition) for name, enabled, definition in cursor.fetchall()}
    for name in sorted(expected):
        # "O" fires always but in replication; "A" always.
        if name not in found or found[name][0] not in "OA":
            yield gettext("The database's guard %(guard)s is missing or switched off.") % {"guard": name}
        elif found[name][1] != expected[name]:
            yield gettext("The database's guard %(guard)s was changed: it is not the portal's.") % {"guard": name}


def _constraint_faults(expected: set[str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
            " AND convalidated AND conname = ANY(%s)",
            [list(expected)],
        )
        found = {name for (name,) in cursor.fetchall()}
    for name in sorted(expected - found):
        yield gettext("The database's rule %(name)s is missing.") % {"name": name}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
