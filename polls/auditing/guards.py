"""What the database holds to by itself, and whether it still does.

The functions are compared with the files they were loaded from, so an emptied body is found; triggers
and constraints are compared with what is written here.

django-pgtrigger would say two of these triggers (append-only) in a line of Meta each, and was not taken.
The others, the chain and the function that casts a vote would stay PL/pgSQL, then as strings in Python, and
the rules of one log would stand in two places. It knows a trigger by a hash in the comment of that trigger, which an emptied
function leaves as it is, so this audit would still be needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext

MODELS = Path(__file__).resolve().parents[1] / "models"
FILES = ("poll.sql", "ballot.sql", "event.sql", "cast.sql", "commune.sql")
FUNCTION = re.compile(r"^CREATE FUNCTION (\w+)\(.*?\$\$(.*?)\$\$", re.MULTILINE | re.DOTALL)

# As pg_get_triggerdef() writes them.
TRIGGERS = {
    "polls_event_chain": (
        "CREATE TRIGGER polls_event_chain BEFORE INSERT ON polls_event"
        " FOR EACH ROW EXECUTE FUNCTION polls_event_chain()"
    ),
    "polls_event_keep": (
        "CREATE TRIGGER polls_event_keep BEFORE DELETE OR UPDATE ON polls_event"
        " FOR EACH ROW EXECUTE FUNCTION polls_event_append_only()"
    ),
    "polls_event_keep_all": (
        "CREATE TRIGGER polls_event_keep_all BEFORE TRUNCATE ON polls_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION polls_event_append_only()"
    ),
    "polls_selection_within_maximum": (
        "CREATE TRIGGER polls_selection_within_maximum BEFORE INSERT OR UPDATE ON polls_selection"
        " FOR EACH ROW EXECUTE FUNCTION polls_selection_within_maximum()"
    ),
    "polls_poll_definition": (
        "CREATE TRIGGER polls_poll_definition BEFORE UPDATE ON polls_poll FOR EACH ROW"
        " WHEN (old.id <> new.id OR old.title::text <> new.title::text OR old.max_choices <> new.max_choices)"
        " EXECUTE FUNCTION polls_poll_definition()"
    ),
    "polls_poll_stays": (
        "CREATE TRIGGER polls_poll_stays BEFORE UPDATE ON polls_poll FOR EACH ROW"
        " WHEN (old.commune_id <> new.commune_id)"
        " EXECUTE FUNCTION polls_poll_stays()"
    ),
    "polls_question_definition": (
        "CREATE TRIGGER polls_question_definition BEFORE INSERT OR DELETE ON polls_question"
        " FOR EACH ROW EXECUTE FUNCTION polls_part_definition()"
    ),
    "polls_question_text": (
        "CREATE TRIGGER polls_question_text BEFORE UPDATE ON polls_question FOR EACH ROW"
        " WHEN (old.id <> new.id OR old.poll_id <> new.poll_id OR old.text::text <> new.text::text)"
        " EXECUTE FUNCTION polls_part_definition()"
    ),
    "polls_choice_definition": (
        "CREATE TRIGGER polls_choice_definition BEFORE INSERT OR DELETE ON polls_choice"
        " FOR EACH ROW EXECUTE FUNCTION polls_part_definition()"
    ),
    "polls_choice_text": (
        "CREATE TRIGGER polls_choice_text BEFORE UPDATE ON polls_choice FOR EACH ROW"
        " WHEN (old.id <> new.id OR old.poll_id <> new.poll_id OR old.label::text <> new.label::text"
        " OR old.score IS DISTINCT FROM new.score)"
        " EXECUTE FUNCTION polls_part_definition()"
    ),
}
CONSTRAINTS = {
    "polls_ballot_one_per_voter",
    "polls_event_position",
    "polls_event_challenge",
    "polls_selection_once",
    "polls_selection_slot",
    "polls_selection_ballot_same_poll",
    "polls_selection_question_same_poll",
    "polls_selection_choice_same_poll",
    "polls_event_ballot_same_poll",
}


def guard_faults() -> list[str]:
    """What is missing, switched off or changed, one sentence each."""
    return [*_function_faults(), *_trigger_faults(), *_constraint_faults()]


@cache
def function_digests() -> dict[str, str]:
    """SHA-256 of the body of every function, by name, from the files they are loaded from."""
    return {
        name: _digest(body)
        for file in FILES
        for name, body in FUNCTION.findall((MODELS / file).read_text(encoding="utf-8"))
    }


def _function_faults() -> Iterator[str]:
    expected = function_digests()
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


def _trigger_faults() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true) FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname = ANY(%s)",
            [list(TRIGGERS)],
        )
        found = {name: (enabled, definition) for name, enabled, definition in cursor.fetchall()}
    for name in sorted(TRIGGERS):
        # "O" fires always but in replication; "A" always.
        if name not in found or found[name][0] not in "OA":
            yield gettext("The database's guard %(guard)s is missing or switched off.") % {"guard": name}
        elif found[name][1] != TRIGGERS[name]:
            yield gettext("The database's guard %(guard)s was changed: it is not the portal's.") % {"guard": name}


def _constraint_faults() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
            " AND convalidated AND conname = ANY(%s)",
            [list(CONSTRAINTS)],
        )
        found = {name for (name,) in cursor.fetchall()}
    for name in sorted(CONSTRAINTS - found):
        yield gettext("The database's rule %(name)s is missing.") % {"name": name}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
