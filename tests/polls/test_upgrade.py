"""A database from before ballots had codes, with its votes, becomes one of today."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

BASE_DIR = Path(__file__).resolve().parents[2]
NAME = "upgrade_polls"

# One vote as the version before cast it.
OLD_VOTES = """
INSERT INTO polls_poll (id, title, introduction, opens_at, max_choices, is_portal, results_visibility, takes_comments,
        free_ballots, proven_ballots, key, created_at)
    VALUES (7, 'Đánh giá', '', now() - interval '1 day', 1, false, 'always', false, 20, 200, sha256('k'), now());
INSERT INTO polls_question (id, poll_id, text, position) VALUES (7, 7, '', 1);
INSERT INTO polls_choice (id, poll_id, label, position) VALUES (1, 7, 'Tốt', 1), (2, 7, 'Kém', 2);
SELECT polls_cast(7, substr(sha256('a'), 1, 16), substr(sha256('n'), 1, 16), now(), 'one', '{7}', '{1}', '',
    20, 200, false, false);
SELECT polls_cast(7, substr(sha256('b'), 1, 16), substr(sha256('n'), 1, 16), now(), 'two', '{7}', '{2}', '',
    1, 200, false, false);
"""


@pytest.fixture
def database(db) -> Iterator[dict[str, str]]:
    """An empty database beside the tests' own; gives its parameters."""
    parameters = connection.get_connection_params()
    where = {name: parameters[name] for name in ("host", "port", "user", "password") if parameters.get(name)}
    server = psycopg2.connect(dbname="postgres", **where)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
    yield where | {"dbname": NAME}
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    server.close()


def manage(database: dict[str, str], *arguments: str) -> str:
    login = database["user"] + (f":{quote(database['password'])}" if "password" in database else "")
    port = f":{database['port']}" if "port" in database else ""
    address = f"postgres://{login}@{quote(database['host'], safe='')}{port}/{NAME}"
    process = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": settings.SECRET_KEY,
            "VAR_DIR": str(settings.VAR_DIR),
            "DATABASE_URL": address,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def test_a_database_with_votes_is_upgraded(database):
    manage(database, "migrate", "communes", "--verbosity=0")
    manage(database, "migrate", "polls", "0002", "--verbosity=0")
    with psycopg2.connect(**database) as old, old.cursor() as cursor:
        cursor.execute(OLD_VOTES)
    old.close()

    manage(database, "migrate", "polls", "--verbosity=0")
    audited = manage(database, "poll_audit")

    with psycopg2.connect(**database) as new, new.cursor() as cursor:
        cursor.execute("SELECT accepted_at IS NOT NULL, length(tag) FROM polls_ballot ORDER BY id")
        ballots = cursor.fetchall()
        cursor.execute("SELECT uncoded_lines, length(uncoded_hash), proven_ballots FROM polls_poll")
        (poll,) = cursor.fetchall()
        cursor.execute("SELECT p.commune_id = c.id FROM polls_poll p, communes_commune c")
        communes = cursor.fetchall()
    new.close()
    assert ballots == [(True, 16), (False, 16)]
    assert poll == (2, 64, 1000)
    assert communes == [(True,)]
    assert "2" in audited
