"""The log cannot be changed quietly, and the audit finds what was changed loudly."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from polls.auditing.audit import audit
from polls.auditing.guards import guard_faults
from polls.models import Ballot, Event
from tests.polls.factories import Voter, choice, make_poll

pytestmark = pytest.mark.django_db


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def as_intruder(sql: str) -> None:
    """Change data with the guards switched off, as the database's owner could."""
    run("SET LOCAL session_replication_role = replica")
    run(sql)
    run("SET LOCAL session_replication_role = origin")


@pytest.fixture
def poll():
    """Three ballots, one of them changed."""
    poll = make_poll()
    voters = [Voter(), Voter(), Voter()]
    for number, voter in enumerate(voters, 1):
        voter.vote(poll, choice(poll, number))
    voters[0].vote(poll, choice(poll, 5))
    return poll


def test_an_honest_poll_is_clean(poll):
    report = audit(poll)

    assert report.findings == []
    assert report.events == 4
    assert report.by_status == {"counted": 3}
    assert report.head == poll.events.last().hash


def test_a_poll_without_votes_is_clean():
    assert audit(make_poll()).is_clean


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE polls_event SET choices = '' WHERE position = 1",
        "DELETE FROM polls_event WHERE position = 4",
        "DELETE FROM polls_event",
    ],
)
def test_the_database_refuses_to_change_the_log(poll, sql):
    with pytest.raises(DatabaseError, match="polls_event is a log"), transaction.atomic():
        run(sql)


def test_the_database_refuses_to_empty_the_log(poll):
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")

    with pytest.raises(DatabaseError, match="polls_event is a log"), transaction.atomic():
        run("TRUNCATE polls_event CASCADE")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE polls_choice SET label = 'Khác'",
        "UPDATE polls_choice SET score = 1",
        "DELETE FROM polls_choice",
        "INSERT INTO polls_choice (poll_id, label, position) SELECT id, 'Thêm', 9 FROM polls_poll",
        "UPDATE polls_question SET text = 'Khác'",
        "UPDATE polls_poll SET title = 'Khác'",
        "UPDATE polls_poll SET max_choices = 2",
    ],
)
def test_the_database_refuses_to_change_what_was_asked(poll, sql):
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        run(sql)


@pytest.mark.parametrize(
    "sql",
    [
        # The log.
        "UPDATE polls_event SET choices = replace(choices, ':', ':9') WHERE position = 2",
        "UPDATE polls_event SET created_at = created_at - interval '1 second' WHERE position = 3",
        "UPDATE polls_event SET note = 'x' WHERE position = 4",
        "UPDATE polls_event SET officer = 'x' WHERE position = 4",
        "UPDATE polls_event SET challenge = NULL WHERE position = 1",
        "UPDATE polls_event SET hash = repeat('0', 64) WHERE position = 4",
        "UPDATE polls_event SET status = 'void' WHERE position = 2",
        "DELETE FROM polls_event WHERE position = 1",
        "DELETE FROM polls_event WHERE position = 2",
        "DELETE FROM polls_event WHERE position = 4",
        # The ballots.
        "UPDATE polls_ballot SET status = 'void' WHERE id = (SELECT min(id) FROM polls_ballot)",
        "DELETE FROM polls_selection WHERE id = (SELECT min(id) FROM polls_selection)",
        "UPDATE polls_selection SET choice_id = (SELECT min(id) FROM polls_choice)",
        (
            "INSERT INTO polls_ballot (poll_id, voter_hash, status, doubt, created_at)"
            " SELECT id, 'abc', 'counted', '', now() FROM polls_poll"
        ),
        # What was asked.
        "UPDATE polls_choice SET label = 'Khác' WHERE id = (SELECT min(id) FROM polls_choice)",
        "UPDATE polls_choice SET score = 1 WHERE id = (SELECT min(id) FROM polls_choice)",
        "UPDATE polls_poll SET title = 'Khác'",
        "UPDATE polls_question SET text = 'Khác'",
        # The times.
        "UPDATE polls_poll SET opens_at = now() + interval '1 hour'",
    ],
)
def test_tampering_is_found(poll, sql):
    as_intruder(sql)
    poll.refresh_from_db()

    assert not audit(poll).is_clean


def test_a_ballot_removed_with_its_traces_in_the_tables_is_found(poll):
    ballot = Ballot.objects.last().pk

    as_intruder(f"DELETE FROM polls_selection WHERE ballot_id = {ballot}; DELETE FROM polls_ballot WHERE id = {ballot}")

    assert not audit(poll).is_clean


def test_the_hash_of_the_last_line_shows_a_log_cut_short_or_written_anew(poll):
    witness = audit(poll).head

    last = Event.objects.filter(poll=poll).last()
    as_intruder(f"DELETE FROM polls_event WHERE id = {last.pk}")

    assert audit(poll).head != witness


def test_a_guard_that_is_switched_off_is_reported(poll):
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    run("ALTER TABLE polls_event DISABLE TRIGGER polls_event_keep")

    (fault,) = guard_faults()
    assert "polls_event_keep" in fault


def test_every_guard_is_in_place():
    run("ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")

    assert guard_faults() == []


def test_the_command_says_what_it_found(poll):
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    clean, dirty = StringIO(), StringIO()

    call_command("poll_audit", stdout=clean)
    as_intruder("UPDATE polls_ballot SET status = 'void'")
    with pytest.raises(SystemExit) as stopped:
        call_command("poll_audit", str(poll.pk), stdout=dirty)

    assert poll.title in clean.getvalue()
    assert poll.events.last().hash in clean.getvalue()
    assert stopped.value.code == 1
    assert str(Ballot.objects.first().pk) in dirty.getvalue()


def test_times_that_would_leave_out_votes_are_refused(poll):
    vote = poll.events.last()
    poll.closes_at = vote.created_at - timedelta(minutes=1)
    poll.opens_at = vote.created_at - timedelta(days=1)

    with pytest.raises(ValidationError) as error:
        poll.full_clean()

    assert list(error.value.error_dict) == ["closes_at"]
