"""Several people at one computer."""

import pytest
from django.test import Client

from polls.models import Ballot
from tests.polls.factories import Voter, choice, make_officer, make_poll

pytestmark = pytest.mark.django_db


def press_another(voter: Voter, poll, **changes):
    """Press “I am another person” as it stands on the page."""
    voter.open(poll)
    assert f'action="/binh-chon/{poll.pk}/nguoi-khac/"' in voter.page
    data = {"csrfmiddlewaretoken": voter.fields["csrfmiddlewaretoken"]} | changes
    return voter.client.post(f"/binh-chon/{poll.pk}/nguoi-khac/", data)


def shared_browser(**changes) -> Voter:
    """A browser that a member of staff has marked and signed out of."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_officer("view_poll"))
    page = client.get("/quan-tri/polls/poll/may-dung-chung/")
    token = page.context["csrf_token"]
    client.post("/quan-tri/polls/poll/may-dung-chung/", {"csrfmiddlewaretoken": str(token), "shared": "1"} | changes)
    del client.cookies["sessionid"]
    return Voter(client=client)


def test_the_next_person_has_a_ballot_of_their_own():
    poll = make_poll()
    voter = Voter()
    voter.vote(poll, choice(poll, 1))

    answer = press_another(voter, poll)
    voter.vote(poll, choice(poll, 5))

    assert answer.status_code == 303
    assert Ballot.objects.counted().count() == 2


def test_the_result_offers_the_computer_to_the_next_person():
    poll = make_poll()
    voter = Voter()
    page = voter.client.get(voter.vote(poll, choice(poll))["Location"]).content.decode()

    assert f'action="/binh-chon/{poll.pk}/nguoi-khac/"' in page


def test_another_person_costs_the_networks_budget():
    poll = make_poll(free_ballots=1)
    voter = Voter()
    voter.vote(poll, choice(poll))
    press_another(voter, poll)

    assert voter.vote(poll, choice(poll)).status_code == 422


def test_another_site_cannot_take_a_voters_token_away():
    poll = make_poll()
    voter = Voter()
    voter.vote(poll, choice(poll))

    voter.open(poll)
    assert voter.client.post(f"/binh-chon/{poll.pk}/nguoi-khac/").status_code == 403
    assert press_another(voter, poll, csrfmiddlewaretoken="x").status_code == 403
    assert voter.client.get(f"/binh-chon/{poll.pk}/nguoi-khac/").status_code == 405


def test_a_shared_computer_begins_anew_after_each_vote():
    poll = make_poll()
    voter = shared_browser()

    answers = [voter.vote(poll, choice(poll, number)) for number in (1, 2, 3)]

    assert [answer["Location"][-3:] for answer in answers] == ["moi"] * 3
    assert Ballot.objects.counted().count() == 3


def test_a_shared_computer_says_what_became_of_the_ballot_but_not_what_was_ticked():
    poll = make_poll()
    voter = shared_browser()

    page = voter.client.get(voter.vote(poll, choice(poll))["Location"]).content.decode()

    assert "data-announce" in page
    assert 'http-equiv="refresh" content="60;' in page
    assert "poll-own" not in page


def test_the_form_before_cannot_change_a_ballot_on_a_shared_computer():
    poll = make_poll()
    voter = shared_browser()
    voter.vote(poll, choice(poll, 1))

    # Back, another choice, and send.
    answer = voter.send(poll, choice(poll, 5))

    assert answer.status_code == 422
    assert Ballot.objects.get().selections.get().choice == choice(poll, 1)


def test_a_shared_computer_becomes_one_persons_again():
    poll = make_poll()
    voter = shared_browser(shared="")

    voter.vote(poll, choice(poll, 1))

    assert voter.vote(poll, choice(poll, 2))["Location"].endswith("?phieu=doi")


def test_only_staff_mark_a_computer():
    poll = make_poll()
    client = Client()
    client.force_login(make_officer())

    assert client.post("/quan-tri/polls/poll/may-dung-chung/", {"shared": "1"}).status_code == 403
    assert "may-dung-chung" not in client.cookies
    assert poll
