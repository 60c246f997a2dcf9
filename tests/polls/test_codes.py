"""What somebody with the database but without the key of ballots cannot do unseen."""

import html
import re

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection

from polls.auditing.audit import audit
from polls.auditing.guards import TRIGGERS, function_digests, guard_faults
from polls.demo import load_demo_poll
from polls.models import Ballot, Event, Poll
from tests.communes.factories import first_commune
from tests.polls.factories import Voter, choice, make_officer, make_poll
from tests.polls.test_audit import as_intruder, run

pytestmark = pytest.mark.django_db

# What the triggers chain, whoever writes it: a ballot with its tick and its line.
FORGED = """
WITH b AS (
    INSERT INTO polls_ballot (poll_id, voter_hash, net_hash, status, doubt, created_at)
        SELECT id, sha256('x'), sha256('y'), 'counted', '', now() FROM polls_poll RETURNING id, poll_id
), s AS (
    INSERT INTO polls_selection (poll_id, ballot_id, question_id, choice_id, slot)
        SELECT b.poll_id, b.id, q.id, c.id, 1 FROM b, polls_question q,
            (SELECT min(id) AS id FROM polls_choice) AS c RETURNING ballot_id, question_id, choice_id
)
INSERT INTO polls_event (poll_id, position, kind, ballot_id, status, choices, challenge, officer, note, created_at,
        hash, code)
    SELECT b.poll_id, 0, 'cast', b.id, 'counted', q.id || ':' || c.id, 'forged', '', '', now(), '', '{code}'
    FROM b, polls_question q, (SELECT min(id) AS id FROM polls_choice) AS c
"""


@pytest.fixture
def poll():
    poll = make_poll()
    for number in (1, 2, 3):
        Voter().vote(poll, choice(poll, number))
    return poll


@pytest.mark.parametrize("code", ["", "0" * 32])
def test_a_forged_row_is_named(poll, code):
    run(FORGED.format(code=code))

    (finding,) = audit(poll).findings
    assert "4" in finding


def test_the_code_of_another_line_does_not_fit(poll):
    run(FORGED.format(code=Event.objects.first().code))

    assert len(audit(poll).findings) == 1


def test_a_changed_tick_is_named(poll):
    ballot = Ballot.objects.first()

    as_intruder(f"UPDATE polls_selection SET choice_id = {choice(poll, 5).pk} WHERE ballot_id = {ballot.pk}")

    assert any(str(ballot.pk) in finding for finding in audit(poll).findings)


def test_a_tick_changed_with_a_line_in_the_log_is_named(poll):
    ballot, tick = Ballot.objects.first(), f"{poll.questions.get().pk}:{choice(poll, 5).pk}"
    run(f"UPDATE polls_selection SET choice_id = {choice(poll, 5).pk} WHERE ballot_id = {ballot.pk}")
    Event.objects.create(
        poll=poll, kind="change", ballot=ballot, status="counted", choices=tick, created_at=ballot.created_at
    )

    assert len(audit(poll).findings) == 1


def test_another_voter_on_a_ballot_is_named(poll):
    run(f"UPDATE polls_ballot SET voter_hash = sha256('z') WHERE id = {Ballot.objects.first().pk}")

    assert len(audit(poll).findings) == 1


@pytest.mark.parametrize("name", sorted(function_digests()))
def test_an_emptied_function_is_named(name):
    run("ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %s", [name])
        (definition,) = cursor.fetchone()
    emptied = definition.replace("$function$\n", "$function$ -- emptied\n", 1)

    with connection.cursor() as cursor:
        cursor.execute(emptied)

    (fault,) = guard_faults()
    assert name in fault


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_trigger_that_calls_something_else_is_named(name):
    run("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    run("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
    head, _, function = TRIGGERS[name].rpartition("EXECUTE FUNCTION ")

    run(f"{head.replace('CREATE', 'CREATE OR REPLACE')} EXECUTE FUNCTION nothing()")

    (fault,) = guard_faults()
    assert name in fault
    assert function != "nothing()"


def test_a_dropped_rule_is_named():
    run("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    run("ALTER TABLE polls_ballot DROP CONSTRAINT polls_ballot_one_per_voter")

    (fault,) = guard_faults()
    assert "polls_ballot_one_per_voter" in fault


def test_a_cut_tail_is_named(django_capture_on_commit_callbacks, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    poll = make_poll()
    with django_capture_on_commit_callbacks(execute=True):
        for number in (1, 2, 3):
            Voter().vote(poll, choice(poll, number))
    last = Event.objects.latest("position")
    assert audit(poll).findings == []

    as_intruder(
        f"DELETE FROM polls_event WHERE id = {last.pk};"
        f"DELETE FROM polls_selection WHERE ballot_id = {last.ballot_id};"
        f"DELETE FROM polls_ballot WHERE id = {last.ballot_id}"
    )

    (finding,) = audit(poll).findings
    assert "2" in finding
    assert "3" in finding


def test_the_officers_button_names_all_of_it(django_capture_on_commit_callbacks, settings, tmp_path, client):
    settings.VAR_DIR = tmp_path
    run("ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    client.force_login(make_officer("view_poll"))

    def press(poll):
        return html.unescape(client.post(f"/quan-tri/polls/poll/{poll.pk}/ket-qua/").content.decode())

    with django_capture_on_commit_callbacks(execute=True):
        poll = make_poll()
        ballots = [vote_of(poll, number) for number in (1, 2, 3)]
    honest = press(poll)
    run(FORGED.format(code=""))
    as_intruder(f"UPDATE polls_selection SET choice_id = {choice(poll, 5).pk} WHERE ballot_id = {ballots[0].pk}")
    run(
        "CREATE OR REPLACE FUNCTION polls_event_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    )
    forged = press(poll)
    with django_capture_on_commit_callbacks(execute=True):
        second = make_poll()
        last = [vote_of(second, number) for number in (1, 2, 3)][-1]
    as_intruder(f"DELETE FROM polls_event WHERE ballot_id = {last.pk}; DELETE FROM polls_ballot WHERE id = {last.pk}")
    cut = press(second)

    assert "errorlist" not in honest
    found = sorted(re.findall(r"<li>(.*?)</li>", forged.partition("errorlist")[2].partition("</ul>")[0]))
    named = ["Dòng 4 ", " polls_event_append_only ", f" {ballots[0].pk} "]
    assert [sum(name in finding for finding in found) for name in named] == [1, 1, 1]
    assert "dòng 2, nhưng máy này đã ghi đến dòng 3" in cut


def vote_of(poll, number):
    """The ballot of somebody new who takes this choice."""
    Voter().vote(poll, choice(poll, number))
    return Ballot.objects.latest("pk")


def test_a_log_written_anew_is_named(django_capture_on_commit_callbacks, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    poll = make_poll()
    with django_capture_on_commit_callbacks(execute=True):
        Voter().vote(poll, choice(poll))
    as_intruder("UPDATE polls_event SET challenge = 'other', hash = repeat('0', 64)")

    assert len(audit(poll).findings) == 3


def test_the_ballots_of_a_demonstration_carry_codes():
    poll = load_demo_poll(first_commune(), "Đánh giá", [("Tốt", 5), ("Kém", 4)])

    assert not poll.events.filter(code="").exists()
    assert audit(poll).findings == []


def old_lines(poll: Poll) -> None:
    """As the log was before there were codes."""
    as_intruder("UPDATE polls_event SET code = ''; UPDATE polls_ballot SET tag = '', accepted_at = NULL")
    last = poll.events.last()
    cache.clear()
    Poll.objects.everywhere().filter(pk=poll.pk).update(uncoded_lines=last.position, uncoded_hash=last.hash)


def test_lines_from_before_the_codes_are_said_to_be_so(poll, capsys):
    old_lines(poll)
    Voter().vote(poll, choice(poll))
    poll.refresh_from_db()

    report = audit(poll)
    run("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE polls_event ENABLE TRIGGER polls_event_keep_all")
    call_command("poll_audit")

    assert report.findings == []
    assert (report.uncoded, report.events) == (3, 4)
    assert "3" in capsys.readouterr().out


def test_a_later_code_vouches_for_the_lines_before_the_codes(poll):
    old_lines(poll)
    Voter().vote(poll, choice(poll))
    Poll.objects.everywhere().update(uncoded_lines=2, uncoded_hash=Event.objects.get(position=2).hash)
    poll.refresh_from_db()

    assert len(audit(poll).findings) == 2


def test_the_key_of_ballots_outlives_the_secret_key(poll, settings):
    settings.BALLOT_KEY = ""
    voter = Voter()
    voter.vote(poll, choice(poll))

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new" * 20
    settings.BALLOT_KEY = "ballots" * 8
    changed = voter.vote(poll, choice(poll, 2))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [], "newer" * 20
    again = voter.vote(poll, choice(poll, 3))

    assert [answer["Location"][-3:] for answer in (changed, again)] == ["doi", "doi"]
    assert Ballot.objects.count() == 4


def test_a_lost_key_is_said_in_one_sentence(poll, settings):
    settings.BALLOT_KEY, settings.SECRET_KEY = "another" * 8, "another one" * 5

    assert len(audit(poll).findings) == 1


def test_a_portal_without_a_key_of_ballots_says_so_when_it_serves(settings, monkeypatch, capsys):
    monkeypatch.setattr("portal.management.commands.serve.serve", lambda passed: None)
    settings.BALLOT_KEY = ""

    call_command("serve")

    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("BALLOT_KEY is not set")


def test_a_portal_without_a_key_of_ballots_is_warned(settings):
    settings.BALLOT_KEY = ""
    assert "polls.W001" in {message.id for message in run_checks()}

    settings.BALLOT_KEY = "x" * 50
    assert "polls.W001" not in {message.id for message in run_checks()}
