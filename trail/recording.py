"""Writing a line of the audit log, in the transaction of the act: both are there afterwards, or neither.

    with transaction.atomic():
        alert.publish()
        record(Kind.PUBLISH, request, about=alert)

Acts without rows of their own (an export, a failed sign-in) write theirs alone. Every line also goes to the log
of the process, for a system that watches over many machines (LOG_FORMAT=json).
"""

from __future__ import annotations

import json
import logging
import os
import platform
import pwd
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils import timezone

from serving.clientaddress import client_address
from trail import tails
from trail.chain import keyed_code
from trail.keys import keys_for
from trail.models import DEPLOYMENT, Entry, Kind
from trail.tails import Tail
from vietnamese import one_line

__all__ = ["Kind", "Subject", "operator", "record", "subject_of"]

logger = logging.getLogger("trail")

KEYS, LINES, HEADS = b"trail.codes", b"trail.line", b"trail.head"
# Characters of a name, of a value and of a list of values.
LONGEST_NAME, LONGEST_VALUE = 300, 300
MOST_VALUES = 40


@dataclass(frozen=True)
class Subject:
    """What something is done to. A row that is about to be deleted is named before it is gone."""

    name: str
    type: str = ""
    id: str = ""


def subject_of(row: models.Model) -> Subject:
    """The row as the log names it: people with their accounts, as two may be called the same."""
    name = _name_of(row) if isinstance(row, AbstractBaseUser) else str(row)
    return Subject(name, row._meta.label_lower, str(row.pk))


def operator() -> str:
    """Who works on the server itself, as `record` takes it: the account of the machine, and whose it was before sudo."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container a number may have no name
        name = str(os.getuid())
    came_as = os.environ.get("SUDO_USER", "")
    who = f"{came_as} ({name})" if came_as not in ("", name) else name
    return f"{who}@{platform.node()}"


def record(
    kind: Kind,
    request: HttpRequest | None = None,
    *,
    about: models.Model | Subject | str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    person: AbstractBaseUser | None = None,
    commune: int | None = None,
    by: str = "",
) -> Entry:
    """Add a line to the log of a commune.

    `request`: says who, from where and for which commune, unless `person` and `commune` (its number, 0: of none) do.
    `by`: who did it without an account of the portal, for commands `operator()`. Without all of these it is the portal
    itself, and belongs to no commune. `before` and `after`: small values by the names of
    their fields; never a password, a key or the text of an article. Raises DatabaseError.
    """
    if person is None and request is not None and getattr(request, "user", None) and request.user.is_authenticated:
        person = request.user
    if commune is None:
        commune = getattr(getattr(request, "commune", None), "pk", None) or DEPLOYMENT
    if isinstance(about, models.Model):
        about = subject_of(about)
    elif isinstance(about, str):
        about = Subject(about)
    entry = Entry(
        chain=commune,
        created_at=timezone.now(),
        kind=kind,
        person=person.pk if person else None,
        person_name=_name_of(person) or _line(by),
        address=str(client_address(request.META)) if request is not None else "",
        object_type=about.type,
        object_id=_line(about.id)[:100],
        object_name=_line(about.name),
        before=_json(before),
        after=_json(after),
    )
    entry.clean_fields(exclude=["position", "hash", "code"])  # what is hashed is what will be stored
    # No savepoint: an act whose line cannot be written does not happen.
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM trail_last(%s)", [commune])
            position, previous, begun_at = cursor.fetchone()
        entry.position = position + 1
        entry.hash = entry.hash_after(previous)
        entry.code = keyed_code(keys_for(KEYS)[0], LINES, [entry.hash])
        entry.save(force_insert=True)
        tail = Tail(entry.position, entry.hash)
        transaction.on_commit(partial(tails.keep, tail_path(commune), begun_at, tail), robust=True)
        transaction.on_commit(partial(_tell, entry), robust=True)
    return entry


def tail_path(chain: int) -> Path:
    """Where this machine notes the last line it wrote to a chain."""
    return tails_folder() / str(chain)


def tails_folder() -> Path:
    return Path(settings.VAR_DIR) / "trail-tails"


def forget_tails() -> None:
    """Forget what this machine has written: the database is an earlier one, and its logs end where they ended then."""
    for path in tails_folder().glob("*"):
        path.unlink()


def _tell(entry: Entry) -> None:
    """Tell whoever watches the log of the process; nothing in it can begin a line of its own."""
    before, after = entry.values()
    fields = {
        "line": str(entry),
        "at": entry.created_at.isoformat(timespec="milliseconds"),
        "kind": entry.kind,
        "person": entry.person,
        "person_name": entry.person_name,
        "address": entry.address,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "object_name": entry.object_name,
        "before": before,
        "after": after,
    }
    said = {name: value for name, value in fields.items() if value not in ("", None, {})}
    logger.info("%s", json.dumps(said, ensure_ascii=False, default=str), extra={"audit": said})


def tell_refused(request: HttpRequest) -> None:
    """Tell the log of the process who asked for what they may not do. No line of the audit log: anybody can ask often."""
    person = request.user if getattr(request, "user", None) and request.user.is_authenticated else None
    said = {
        "kind": "refused",
        "person": person.pk if person else None,
        "person_name": _name_of(person),
        "address": str(client_address(request.META)),
        "method": _line(request.method),
        "path": _line(request.path),
    }
    said = {name: value for name, value in said.items() if value not in ("", None)}
    logger.info("%s", json.dumps(said, ensure_ascii=False), extra={"audit": said})


def _name_of(person: AbstractBaseUser | None) -> str:
    """Full name and name of the account."""
    if person is None:
        return ""
    full = getattr(person, "get_full_name", lambda: "")()
    return _line(f"{full} ({person.get_username()})" if full else person.get_username())


def _line(text: object) -> str:
    return one_line(str(text))[:LONGEST_NAME]


def _json(values: Mapping[str, Any] | None) -> str:
    """In ASCII, which no normal form changes."""
    if not values:
        return ""
    return json.dumps({str(name): _small(value) for name, value in values.items()}, sort_keys=True)


def _small(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _small(inner) for name, inner in list(value.items())[:MOST_VALUES]}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_small(inner) for inner in list(value)[:MOST_VALUES]]
    return _line(value)[:LONGEST_VALUE]
