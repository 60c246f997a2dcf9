"""Many voters at once, on a real server with several processes, and its sudden death."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from communes.hosts import SECONDS
from polls.casting import identity
from polls.casting.challenge import Challenge
from polls.models import Poll
from tests.polls import storm
from tests.polls.server import Server
from tests.waiting import eventually

THREADS = 200


class Ballots:
    """Writes votes for one poll without asking the server for each form."""

    def __init__(self, server: Server, poll: Poll, host: str | None = None) -> None:
        self.poll = poll
        self.host = host or f"127.0.0.1:{server.port}"
        [(self.question,)] = server.query("SELECT id FROM polls_question WHERE poll_id = %s", poll.pk)
        self.choices = [
            pk for (pk,) in server.query("SELECT id FROM polls_choice WHERE poll_id = %s ORDER BY id", poll.pk)
        ]
        self.path = f"/binh-chon/{poll.pk}/"

    def challenge(self, token: str) -> str:
        challenge = Challenge.issue(self.poll, identity.voter_hash(self.poll, token))
        return replace(challenge, issued_at=challenge.issued_at - 60).sign()

    def vote(
        self, token: str, *choices: int, challenge: str | None = None, address: str = "203.0.113.1", wait: bool = False
    ) -> storm.Request:
        secret = "s" * 32
        body = [("csrfmiddlewaretoken", secret), ("challenge", challenge or self.challenge(token)), ("website", "")]
        body += [(f"q{self.question}", self.choices[choice]) for choice in choices]
        body += [("wait", "1")] if wait else []
        headers = {
            "Host": self.host,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{identity.COOKIE}={identity.signed(token)}; csrftoken={secret}",
            "X-Forwarded-For": address,
            "Sec-Fetch-Site": "same-origin",
        }
        return storm.Request(token, headers, urlencode(body), self.path)


def statuses(server: Server, poll: Poll) -> dict[str, int]:
    return dict(server.query("SELECT status, count(*) FROM polls_ballot WHERE poll_id = %s GROUP BY status", poll.pk))


def assert_audit_agrees(server: Server, poll: Poll) -> None:
    audit = server.manage("poll_audit", str(poll.pk))
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_one_token_from_many_threads_is_one_ballot(server):
    poll = server.make_poll()
    ballots = Ballots(server, poll)
    token = identity.new_token()
    votes = [ballots.vote(token, 0) for _ in range(THREADS)]

    answers = storm.send_all([server.port], votes, THREADS)

    assert set(answers[token]) == {303}
    assert statuses(server, poll) == {"counted": 1}
    assert server.query("SELECT kind FROM polls_event WHERE poll_id = %s", poll.pk) == [("cast",)]
    assert_audit_agrees(server, poll)


def test_one_challenge_from_many_threads_is_one_ballot_with_one_answer(server):
    poll = server.make_poll()
    ballots = Ballots(server, poll)
    token = identity.new_token()
    challenge = ballots.challenge(token)
    votes = [ballots.vote(token, number % 2, challenge=challenge) for number in range(THREADS)]

    answers = storm.send_all([server.port], votes, THREADS)

    assert set(answers[token]) == {303, 409}
    assert statuses(server, poll) == {"counted": 1}
    assert server.query("SELECT count(*) FROM polls_event WHERE poll_id = %s", poll.pk) == [(1,)]
    assert_audit_agrees(server, poll)


def test_two_choices_at_once_leave_one_ticked(server):
    poll = server.make_poll()
    ballots = Ballots(server, poll)
    token = identity.new_token()
    votes = [ballots.vote(token, number % 2) for number in range(THREADS)]

    storm.send_all([server.port], votes, THREADS)

    assert statuses(server, poll) == {"counted": 1}
    assert server.query("SELECT count(*) FROM polls_selection WHERE poll_id = %s", poll.pk) == [(1,)]
    assert_audit_agrees(server, poll)


def test_nobody_is_refused_when_an_office_votes(server):
    poll = server.make_poll(free_ballots=20, proven_ballots=200)
    ballots = Ballots(server, poll)
    tokens = [identity.new_token() for _ in range(500)]
    votes = [ballots.vote(token, number % 5) for number, token in enumerate(tokens)]

    first = storm.send_all([server.port], votes, THREADS)
    asked = [token for token in tokens if first[token] == [422]]
    waiting = [ballots.vote(token, 0, wait=True) for token in asked]
    second = storm.send_all([server.port], waiting, THREADS)

    assert sorted(status for found in first.values() for status in found) == [303] * 20 + [422] * 480
    assert {status for found in second.values() for status in found} == {303}
    assert statuses(server, poll) == {"counted": 20, "quarantined": 480}
    assert_audit_agrees(server, poll)


@pytest.mark.parametrize("seconds", [0.6, 1.5])
def test_every_acknowledged_vote_outlives_a_sudden_death(server, seconds):
    poll = server.make_poll()
    ballots = Ballots(server, poll)
    tokens = [identity.new_token() for _ in range(4000)]
    votes = [
        ballots.vote(token, number % 5, address=f"10.{number >> 8}.{number & 255}.1")
        for number, token in enumerate(tokens)
    ]

    answers: dict[str, list[int]] = {}
    voting = threading.Thread(target=lambda: answers.update(storm.send_all([server.port], votes, 40)), daemon=True)
    voting.start()
    eventually(lambda: statuses(server, poll))
    time.sleep(seconds)
    server.kill_everything()
    voting.join()
    server.start()

    acknowledged = {identity.voter_hash(poll, token) for token, found in answers.items() if 303 in found}
    stored = {
        bytes(voter) for (voter,) in server.query("SELECT voter_hash FROM polls_ballot WHERE poll_id = %s", poll.pk)
    }
    assert 0 < len(acknowledged) < len(tokens), "the death came too early or too late to prove anything"
    assert acknowledged <= stored
    assert_audit_agrees(server, poll)


def test_three_communes_count_their_own_votes_and_join_nobody(server):
    """Of 200 voters in each of three communes, 60 with one cookie at one address vote in the next one too."""
    hosts = {number: f"xa-{number}.example.vn" for number in range(3)}
    communes = [make_commune(server, name) for name in hosts.values()]
    polls = [server.make_poll(commune_id=commune, free_ballots=1000) for commune in communes]
    ballots = [Ballots(server, poll, hosts[number]) for number, poll in enumerate(polls)]
    tokens = [[identity.new_token() for _ in range(200)] for _ in polls]
    votes, foreign = [], []
    for number, own in enumerate(ballots):
        there = ballots[(number + 1) % 3]
        for voter, token in enumerate(tokens[number]):
            address = f"10.{number}.{voter}.1"
            votes.append(own.vote(token, voter % 5, address=address))
            if voter < 60:
                votes.append(there.vote(token, voter % 5, address=address))
            elif voter < 80:
                # The poll of one commune at the host of another.
                vote = own.vote(token, 0, address=address)
                foreign.append(replace(vote, headers=vote.headers | {"Host": there.host}))
    random.Random(7).shuffle(votes)
    time.sleep(SECONDS + 1)  # until every process knows the hosts

    answers = storm.send_all([server.port], [*votes, *foreign], THREADS)

    found = Counter(status for sent in answers.values() for status in sent)
    assert found == {303: 780, 404: 60}
    assert [statuses(server, poll) for poll in polls] == [{"counted": 260}] * 3
    for column in ("voter_hash", "net_hash", "area_hash", "tag"):
        twice = (
            f"SELECT {column} FROM polls_ballot WHERE poll_id = ANY(%s) GROUP BY 1 HAVING count(DISTINCT poll_id) > 1"
        )
        assert server.query(twice, [poll.pk for poll in polls]) == []
    for poll in polls:
        assert_audit_agrees(server, poll)


def make_commune(server: Server, host: str) -> int:
    """A commune of the portal's database that answers at `host`; the first one goes on at its address."""
    server.query(
        "INSERT INTO communes_host (name, commune_id, is_main) SELECT '127.0.0.1', min(id), true"
        " FROM communes_commune ON CONFLICT DO NOTHING"
    )
    [(commune,)] = server.query(
        "INSERT INTO communes_commune (kind, code, name, slug, state) VALUES ('commune', '', %s, %s, 'open') RETURNING id",
        host,
        host.partition(".")[0],
    )
    server.query("INSERT INTO communes_host (name, commune_id, is_main) VALUES (%s, %s, true)", host, commune)
    return commune


def test_tampering_in_the_database_is_detected(server):
    poll = server.make_poll()
    ballots = Ballots(server, poll)
    votes = [ballots.vote(identity.new_token(), 0, address=f"10.9.{number}.1") for number in range(20)]
    storm.send_all([server.port], votes, 20)
    assert_audit_agrees(server, poll)

    server.query(
        "SET session_replication_role = replica; UPDATE polls_event SET note = 'x' WHERE poll_id = %s AND position = 7",
        poll.pk,
    )
    audit = server.manage("poll_audit", str(poll.pk))

    assert audit.returncode == 1
    assert "7" in audit.stdout
