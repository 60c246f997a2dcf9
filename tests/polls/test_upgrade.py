"""A database from before ballots had codes, with its votes, becomes one of today."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from tests.upgrade.database import database_of, execute, rows

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


def manage(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_database_with_votes_is_upgraded():
    with database_of(None, f"upgrade_polls_{connection.settings_dict['NAME']}"):
        manage("migrate", "communes", "--verbosity=0")
        manage("migrate", "polls", "0002", "--verbosity=0")
        execute(OLD_VOTES)

        manage("migrate", "polls", "--verbosity=0")
        audited = manage("poll_audit")

        assert rows("SELECT accepted_at IS NOT NULL, length(tag), id = min(id) OVER () FROM polls_ballot") == {
            (True, 16, True),
            (False, 16, False),
        }
        assert rows("SELECT uncoded_lines, length(uncoded_hash), proven_ballots FROM polls_poll") == {(2, 64, 1000)}
        assert rows("SELECT p.commune_id = c.id FROM polls_poll p, communes_commune c") == {(True,)}
    assert "2" in audited
