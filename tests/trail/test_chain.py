"""The audit log cannot be changed quietly, and what was changed loudly is found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from tests.communes.factories import first_commune
from trail import tails
from trail.chain import keyed_code
from trail.keys import keys_for
from trail.models import DEPLOYMENT, Entry, Head
from trail.recording import KEYS, LINES, Kind, Subject, record, tail_path
from trail.upkeep import KEPT, prune
from trail.verifying import guard_faults, verify

BASE_DIR = Path(__file__).resolve().parents[2]


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)


def as_intruder(sql: str, *values: Any) -> None:
    """Change data with the guards switched off, as the database's owner could."""
    run("SET LOCAL session_replication_role = replica")
    run(sql, *values)
    run("SET LOCAL session_replication_role = origin")


def with_every_guard() -> None:
    """Tests that empty the tables have the guards of TRUNCATE switched off."""
    run("ALTER TABLE trail_entry ENABLE TRIGGER trail_entry_keep_all")
    run("ALTER TABLE trail_head ENABLE TRIGGER trail_head_keep_all")


def write(number: int, *, days_ago: int = 0) -> None:
    """Lines as they are written on a day."""
    for position in range(number):
        record(Kind.CHANGE, about=Subject(f"Việc {position}", "x.y", "7"), before={"a": position}, after={"a": "số"})
    if days_ago:
        moment = timezone.now() - timedelta(days=days_ago)
        last = Entry.objects.of(DEPLOYMENT).order_by("-position")[:number]
        # Written anew with an earlier moment, as it was written then.
        rows = list(last)[::-1]
        as_intruder("DELETE FROM trail_entry WHERE id = ANY(%s)", [row.pk for row in rows])
        for row in rows:
            _write_at(row, moment)


def _write_at(row: Entry, moment: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM trail_last(%s)", [row.chain])
        position, previous, _begun_at = cursor.fetchone()
    row.pk, row.created_at, row.position = None, moment, position + 1
    row.hash = row.hash_after(previous)
    row.code = keyed_code(keys_for(KEYS)[0], LINES, [row.hash])
    row.save(force_insert=True)


@pytest.mark.django_db
def test_an_honest_log_is_whole():
    with_every_guard()
    write(3)
    record(Kind.EXPORT, about="Bảng", commune=first_commune().pk)
    out = StringIO()

    call_command("audit_verify", stdout=out)

    assert guard_faults() == []
    assert (verify(DEPLOYMENT).first, verify(DEPLOYMENT).last) == (1, 3)
    assert verify(first_commune().pk).last == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE trail_entry SET person_name = 'khác' WHERE position = 1",
        "DELETE FROM trail_entry WHERE position = 3",
        "DELETE FROM trail_head",
        "UPDATE trail_head SET position = 2, hash = (SELECT hash FROM trail_entry WHERE position = 2)",
    ],
)
def test_the_database_refuses_to_change_the_log(sql):
    write(3)

    with pytest.raises(DatabaseError, match=r"is a log|moves on"), transaction.atomic():
        run(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("UPDATE trail_entry SET after = '{}' WHERE position = 2", "Dòng 2 không khớp"),
        (
            "UPDATE trail_entry SET created_at = created_at - interval '1 second' WHERE position = 1",
            "Dòng 1 không khớp",
        ),
        ("DELETE FROM trail_entry WHERE position = 2", "Dòng 3 của nhật ký đứng ở chỗ của dòng 2"),
        ("DELETE FROM trail_entry WHERE position = 1", "Dòng 2 của nhật ký đứng ở chỗ của dòng 1"),
        ("DELETE FROM trail_head", "Điểm đầu của nhật ký"),
        ("UPDATE trail_head SET position = 1, hash = (SELECT hash FROM trail_entry WHERE position = 1)", "Điểm đầu"),
    ],
)
def test_what_was_altered_or_removed_is_found(sql, finding):
    write(3)

    as_intruder(sql)

    assert any(text.startswith(finding) for text in verify(DEPLOYMENT).findings), verify(DEPLOYMENT).findings
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify", stdout=StringIO())
    assert ended.value.code == 1


@pytest.mark.django_db
def test_a_line_that_somebody_without_the_key_adds_is_found():
    write(2)

    run(
        "INSERT INTO trail_entry (chain, position, created_at, kind, person_name, address, object_type, object_id,"
        " object_name, before, after, hash, code)"
        " SELECT chain, 0, created_at, kind, person_name, address, object_type, object_id, object_name, before, after,"
        " '', code FROM trail_entry WHERE position = 1"
    )

    (finding,) = verify(DEPLOYMENT).findings
    assert finding.startswith("Dòng 3: mã không khớp")


@pytest.mark.django_db
def test_a_cut_off_end_is_found_by_what_the_machine_noted():
    write(3)
    last, head = Entry.objects.get(position=3), Head.objects.get()
    tails.keep(tail_path(DEPLOYMENT), head.begun_at, tails.Tail(3, last.hash))

    as_intruder("DELETE FROM trail_entry WHERE position = 3")

    (finding,) = verify(DEPLOYMENT).findings
    assert "dòng 2" in finding
    assert "dòng 3" in finding


@pytest.mark.django_db
def test_an_emptied_guard_is_found():
    with_every_guard()
    run(
        "CREATE OR REPLACE FUNCTION trail_entry_keep() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN coalesce(NEW, OLD); END $$"
    )
    run("ALTER TABLE trail_head DISABLE TRIGGER trail_head_keep")

    emptied, switched_off = guard_faults()
    assert "trail_entry_keep" in emptied
    assert "trail_head_keep" in switched_off


@pytest.mark.django_db
def test_the_log_cannot_be_emptied():
    with_every_guard()

    for table in ("trail_entry", "trail_head"):
        with pytest.raises(DatabaseError, match=r"is a log|moves on"), transaction.atomic():
            run(f"TRUNCATE {table}")


@pytest.mark.django_db
def test_lines_older_than_a_year_go_and_the_rest_can_be_verified():
    write(2, days_ago=KEPT.days + 1)
    write(3)

    removed = prune(timezone.now())

    report = verify(DEPLOYMENT)
    assert removed == 2
    assert (report.first, report.last, report.findings) == (3, 5, [])
    assert prune(timezone.now()) == 0


ACT = """
import sys, time, django
django.setup()
from django.contrib.auth.models import Group
from django.db import connection, transaction
from trail.recording import Kind, record
with transaction.atomic():
    row = Group.objects.create(name="Nhóm mới")
    record(Kind.ADD, about=row)
    if sys.argv[1] == "inside":
        print("there", flush=True)
        time.sleep(60)
print("there", flush=True)
time.sleep(60)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("where", "expected"), [("inside", 0), ("after", 1)])
def test_a_killed_process_leaves_act_and_line_or_neither(where, expected):
    settings = connection.settings_dict
    database = f"postgres://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    environment = os.environ | {"DATABASE_URL": os.environ.get("DATABASE_URL") and database or database}
    process = subprocess.Popen(
        [sys.executable, "-c", ACT, where],
        cwd=BASE_DIR,
        env=environment | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )

    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert Group.objects.filter(name="Nhóm mới").count() == expected
    assert Entry.objects.filter(object_name="Nhóm mới").count() == expected
    if expected:
        assert verify(DEPLOYMENT).is_clean


@pytest.mark.django_db(transaction=True)
def test_many_at_a_time_make_one_chain():
    def act(number: int) -> None:
        try:
            for _each in range(5):
                record(Kind.EXPORT, about=f"Bảng {number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))

    report = verify(DEPLOYMENT)
    assert (report.first, report.last, report.findings) == (1, 20, [])
