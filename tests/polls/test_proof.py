"""A room that votes together: what is free, what is proven, what waits."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from polls.auditing.audit import audit
from polls.casting import proof
from polls.models import Ballot, Event
from tests.polls.factories import Voter, choice, make_poll

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def light_proofs(monkeypatch):
    """The rules are the same whatever a proof costs."""
    monkeypatch.setattr(proof, "SCRYPT_N", 16)
    monkeypatch.setattr(proof, "FIRST_TRIES", 20)


def statuses() -> list[str]:
    return list(Ballot.objects.order_by("pk").values_list("status", flat=True))


def test_forms_opened_together_and_sent_later_are_asked_for_the_proof():
    poll = make_poll(free_ballots=3)
    room = [Voter() for _ in range(6)]
    for voter in room:
        voter.open(poll)

    answers = [voter.send(poll, choice(poll, 2)) for voter in room]

    assert [answer.status_code for answer in answers] == [303] * 3 + [422] * 3
    assert statuses() == ["counted"] * 3
    assert Event.objects.count() == 3
    late = room[-1]
    assert f'value="{choice(poll, 2).pk}" checked' in late.page
    assert late.send(poll, choice(poll, 2), proof=late.solve())["Location"].endswith("?phieu=moi")
    assert statuses() == ["counted"] * 4


def test_whoever_lets_it_wait_is_told_and_may_prove_later():
    poll = make_poll(free_ballots=0)
    voter = Voter()

    waiting = voter.vote(poll, choice(poll), wait="1")
    told = voter.client.get(waiting["Location"]).content.decode()
    proven = voter.prove(poll, choice(poll))

    assert waiting["Location"].endswith("?phieu=cho")
    assert f'<a href="/binh-chon/{poll.pk}/">' in told
    assert proven["Location"].endswith("?phieu=nhan")
    assert statuses() == ["counted"]
    assert list(Event.objects.values_list("kind", "status")) == [("cast", "quarantined"), ("accept", "counted")]
    assert audit(poll).findings == []


def test_a_waiting_voter_may_change_and_prove_at_once():
    poll = make_poll(free_ballots=0)
    voter = Voter()
    voter.vote(poll, choice(poll, 1), wait="1")

    voter.prove(poll, choice(poll, 5))

    assert list(Event.objects.values_list("kind", flat=True)) == ["cast", "change", "accept"]
    assert Ballot.objects.get().selections.get().choice == choice(poll, 5)
    assert audit(poll).findings == []


def test_a_trapped_ballot_cannot_be_proven():
    poll = make_poll()
    voter = Voter()
    voter.vote(poll, choice(poll), website="x")

    assert voter.vote(poll, choice(poll, 2))["Location"].endswith("?phieu=doi")
    assert statuses() == ["quarantined"]


def test_budgets_are_of_a_day():
    poll = make_poll(free_ballots=1, proven_ballots=1)
    first, second, third = Voter(), Voter(), Voter()
    first.vote(poll, choice(poll))
    second.vote(poll, choice(poll))

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        third.vote(poll, choice(poll))
        again = second.vote(poll, choice(poll))

    assert statuses() == ["counted", "quarantined", "counted"]
    assert again["Location"].endswith("?phieu=giu")


def test_the_next_day_a_waiting_ballot_is_accepted_where_something_is_free():
    poll = make_poll(free_ballots=1, proven_ballots=1)
    voter = Voter()
    Voter().vote(poll, choice(poll))
    voter.vote(poll, choice(poll))

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        answer = voter.vote(poll, choice(poll))

    assert answer["Location"].endswith("?phieu=nhan")
    assert statuses() == ["counted", "counted"]
    assert audit(poll).findings == []


@pytest.mark.parametrize("address", ["203.0.113.{}", "2001:db8:1:{}::1"])
def test_many_networks_of_one_area_are_asked_for_proofs(address):
    poll = make_poll(free_ballots=1)

    answers = [Voter(address.format(number)).vote(poll, choice(poll)).status_code for number in range(1, 8)]

    assert answers == [303] * proof.AREA_TIMES + [422] * 2


def test_ballots_that_wait_use_up_nothing():
    poll = make_poll(free_ballots=0, proven_ballots=1)
    for _ in range(3):
        Voter().vote(poll, choice(poll), wait="1")

    assert Voter().prove(poll, choice(poll)).status_code == 303
    assert statuses() == ["quarantined"] * 3 + ["counted"]


def test_far_beyond_a_ballot_waits_without_being_asked():
    poll = make_poll(free_ballots=0, proven_ballots=1)
    Voter().prove(poll, choice(poll))

    answer = Voter().vote(poll, choice(poll))

    assert answer["Location"].endswith("?phieu=cho")
    assert Event.objects.last().note == "network"


def test_the_proof_of_another_voter_or_poll_does_not_help():
    poll, other = make_poll(free_ballots=0), make_poll(title="Khác", free_ballots=0)
    neighbour, voter = Voter(), Voter()
    neighbour.vote(poll, choice(poll))
    voter.vote(other, choice(other))
    elsewhere = voter.solve()
    voter.vote(poll, choice(poll))

    assert voter.send(poll, choice(poll), proof=neighbour.solve()).status_code == 422
    assert voter.send(poll, choice(poll), proof=elsewhere).status_code == 422
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("payload", ["x", "e30=", "W10=", "eyJjaGFsbGVuZ2UiOltdfQ=="])
def test_a_malformed_proof_is_no_proof(payload):
    poll = make_poll(free_ballots=0)

    assert Voter().vote(poll, choice(poll), proof=payload).status_code == 422


def test_a_puzzle_made_easier_is_no_proof():
    poll = make_poll(free_ballots=0)
    voter = Voter()
    voter.vote(poll, choice(poll))
    voter.page = voter.page.replace(
        "&quot;keyPrefix&quot;: &quot;", "&quot;keyPrefix&quot;: &quot;&quot;, &quot;old&quot;: &quot;"
    )

    assert voter.send(poll, choice(poll), proof=voter.solve()).status_code == 422


def test_a_cheap_proof_kept_in_store_is_too_little_later(monkeypatch):
    monkeypatch.setattr(proof, "ROOM", 2)
    poll = make_poll(free_ballots=0)
    hoarder = Voter()
    hoarder.vote(poll, choice(poll))
    for _ in range(3):
        Voter().prove(poll, choice(poll))

    assert hoarder.send(poll, choice(poll), proof=hoarder.solve()).status_code == 422


def test_a_proof_costs_more_the_more_the_network_has_cast():
    costs = [proof.tries(beyond) for beyond in (0, 180, 600, 980)]

    assert costs == sorted(set(costs))
    assert costs[0] == proof.FIRST_TRIES


def test_a_room_of_three_hundred_is_counted():
    poll = make_poll()

    answers = [Voter().vote(poll, choice(poll, number % 5 + 1)).status_code for number in range(20)]
    proven = [Voter().prove(poll, choice(poll, number % 5 + 1)).status_code for number in range(280)]

    assert set(answers + proven) == {303}
    assert Ballot.objects.counted().count() == 300
    assert audit(poll).findings == []
