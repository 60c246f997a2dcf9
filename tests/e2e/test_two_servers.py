"""Two servers on one database: every vote and every visitor counts once, whoever takes it and whoever dies."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from polls.casting import identity
from tests.polls import storm
from tests.polls.server import Server, running_server
from tests.polls.test_storm import Ballots, assert_audit_agrees, statuses
from tests.visitors.factories import CHROME
from tests.waiting import eventually

pytestmark = pytest.mark.e2e
THREADS = 200
BEACON = "/nhip/"
FLUSHED = 15  # seconds: every worker has written what it counted


class Pair(NamedTuple):
    first: Server
    second: Server

    @property
    def ports(self) -> list[int]:
        return [self.first.port, self.second.port]


@pytest.fixture(scope="module")
def pair(server_folder) -> Iterator[Pair]:
    with (
        running_server(server_folder / "first") as first,
        running_server(server_folder / "second", beside=first) as second,
    ):
        yield Pair(first, second)


def view(number: int) -> storm.Request:
    """What the page's script sends from the address of visitor `number`; a balancer names one host to all servers."""
    headers = {
        "User-Agent": CHROME,
        "X-Forwarded-For": f"10.{20 + (number >> 8)}.{number & 255}.1",
        "Sec-Fetch-Site": "same-origin",
        "Host": "localhost",
    }
    return storm.Request(str(number), headers, json.dumps({"kind": "view", "path": "/"}), BEACON)


def send_views(pair: Pair, numbers: range) -> set[int]:
    """Each of these visitors opens the home page at both servers at once; the statuses of all answers."""
    found: set[int] = set()

    def send(server: Server) -> None:
        views = [view(number) for number in numbers]
        found.update(status for _, status in storm.send([server.port], views, THREADS // 4))

    threads = [threading.Thread(target=send, args=[server]) for server in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def visits(pair: Pair) -> tuple[int, int]:
    """All visits and all visitors."""
    [numbers] = pair.first.query("SELECT coalesce(sum(visits), 0), coalesce(sum(visitors), 0) FROM visitors_day")
    return int(numbers[0]), int(numbers[1])


def test_one_token_at_two_servers_is_one_ballot(pair: Pair):
    poll = pair.first.make_poll()
    ballots = Ballots(pair.first, poll)
    token = identity.new_token()

    answers = storm.send_all(pair.ports, [ballots.vote(token, 0) for _ in range(THREADS)], THREADS)

    assert set(answers[token]) == {303}
    assert statuses(pair.first, poll) == {"counted": 1}
    assert_audit_agrees(pair.first, poll)


@pytest.mark.parametrize("people", [200, 400])
def test_as_many_people_as_addresses_are_counted(pair: Pair, people):
    poll = pair.first.make_poll()
    ballots = Ballots(pair.first, poll)
    votes = [
        ballots.vote(identity.new_token(), number % 5, address=f"10.{number >> 8}.{number & 255}.1")
        for number in range(people)
    ]

    answers = storm.send_all(pair.ports, votes, THREADS)

    assert {status for found in answers.values() for status in found} == {303}
    assert statuses(pair.first, poll) == {"counted": people}
    assert_audit_agrees(pair.first, poll)


def test_one_network_is_held_to_its_budget_by_both_servers(pair: Pair):
    poll = pair.first.make_poll()
    ballots = Ballots(pair.first, poll)
    votes = [ballots.vote(identity.new_token(), number % 5) for number in range(THREADS)]

    answers = storm.send_all(pair.ports, votes, THREADS)

    found = sorted(status for found in answers.values() for status in found)
    assert found == [303] * 20 + [422] * (THREADS - 20)
    assert statuses(pair.first, poll) == {"counted": 20}


def test_a_worker_killed_in_the_middle_loses_no_acknowledged_vote(pair: Pair):
    poll = pair.first.make_poll()
    ballots = Ballots(pair.first, poll)
    tokens = [identity.new_token() for _ in range(4000)]
    votes = [
        ballots.vote(token, number % 5, address=f"10.{number >> 8}.{number & 255}.1")
        for number, token in enumerate(tokens)
    ]
    before = pair.second.workers()

    answers: dict[str, list[int]] = {}
    voting = threading.Thread(target=lambda: answers.update(storm.send_all(pair.ports, votes, 40)))
    voting.start()
    eventually(lambda: statuses(pair.first, poll).get("counted", 0) >= 100)
    os.kill(before[0], signal.SIGKILL)
    voting.join()

    acknowledged = {identity.voter_hash(poll, token) for token, found in answers.items() if 303 in found}
    stored = {
        bytes(voter) for (voter,) in pair.first.query("SELECT voter_hash FROM polls_ballot WHERE poll_id = %s", poll.pk)
    }
    assert 100 < len(acknowledged) < len(tokens), "the death came too early or too late to prove anything"
    assert acknowledged <= stored
    assert_audit_agrees(pair.first, poll)


def test_visitors_of_both_servers_are_counted_once(pair: Pair):
    time.sleep(FLUSHED)
    visits_before, visitors_before = visits(pair)

    answers = send_views(pair, range(400))
    eventually(lambda: visits(pair) == (visits_before + 400, visitors_before + 400))
    os.kill(pair.second.workers()[0], signal.SIGKILL)
    time.sleep(FLUSHED)
    later = send_views(pair, range(400, 500))
    time.sleep(FLUSHED)

    assert (answers, later) == ({200}, {200})
    assert visits(pair) == (visits_before + 500, visitors_before + 500)
