"""What keeps programs and other sites from voting, and neighbours from being refused."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from polls.casting.challenge import MAXIMUM_AGE, Challenge
from polls.models import Ballot, Event, NetworkAllowance
from tests.communes.factories import first_commune
from tests.polls.factories import Voter, choice, make_poll

pytestmark = pytest.mark.django_db

BROWSER = {"HTTP_HOST": "testserver", "HTTP_ORIGIN": "http://testserver"}


def statuses() -> list[str]:
    return list(Ballot.objects.order_by("pk").values_list("status", flat=True))


def read_challenge(voter: Voter) -> Challenge:
    return Challenge.read(voter.fields["challenge"])


@pytest.mark.parametrize("cookie", [None, "", "x", "a:b", "0" * 5000])
def test_a_missing_or_malformed_token_is_refused(cookie):
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    del voter.client.cookies["phieu"]
    if cookie is not None:
        voter.client.cookies["phieu"] = cookie

    response = voter.send(poll, choice(poll))

    assert response.status_code == 403
    assert not Ballot.objects.exists()


def test_a_token_made_by_someone_else_is_refused():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    value = voter.client.cookies["phieu"].value
    voter.client.cookies["phieu"] = "A" + value[1:]

    assert voter.send(poll, choice(poll)).status_code == 403


def test_a_post_without_csrf_token_is_refused():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)

    response = voter.send(poll, choice(poll), csrfmiddlewaretoken="")

    assert response.status_code == 403
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
    ],
)
def test_a_post_from_another_site_is_refused(headers):
    poll = make_poll()
    voter = Voter(client=Client(enforce_csrf_checks=True, **headers))
    voter.open(poll)

    assert voter.send(poll, choice(poll)).status_code == 403
    assert not Ballot.objects.exists()


def test_a_post_from_the_own_page_is_accepted():
    poll = make_poll()
    voter = Voter(client=Client(enforce_csrf_checks=True, HTTP_SEC_FETCH_SITE="same-origin", **BROWSER))

    assert voter.vote(poll, choice(poll)).status_code == 303


def test_a_ballot_sent_at_once_is_asked_again():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    at_once = Challenge.issue(poll, bytes.fromhex(read_challenge(voter).voter)).sign()

    response = voter.send(poll, choice(poll), challenge=at_once)

    assert response.status_code == 422
    assert not Ballot.objects.exists()


def test_a_ballot_left_open_too_long_is_asked_again():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    challenge = read_challenge(voter)
    old = replace(challenge, issued_at=challenge.issued_at - MAXIMUM_AGE).sign()

    assert voter.send(poll, choice(poll), challenge=old).status_code == 422
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("challenge", ["", "x", "x:y", "\x00", "9" * 499, "9" * 501])
def test_a_form_without_a_challenge_of_ours_is_asked_again(challenge):
    poll = make_poll()
    voter = Voter()
    voter.open(poll)

    assert voter.send(poll, choice(poll), challenge=challenge).status_code == 422
    assert not Ballot.objects.exists()


def test_the_challenge_of_another_voter_or_poll_does_not_fit():
    poll, other = make_poll(), make_poll(title="Khác")
    voter, neighbour = Voter(), Voter()
    neighbour.open(poll)
    foreign = neighbour.fields["challenge"]
    voter.open(other)
    elsewhere = voter.fields["challenge"]
    voter.open(poll)

    assert voter.send(poll, choice(poll), challenge=foreign).status_code == 422
    assert voter.send(poll, choice(poll), challenge=elsewhere).status_code == 422
    assert not Ballot.objects.exists()


def test_a_challenge_works_once():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    voter.send(poll, choice(poll, 1))

    again = voter.send(poll, choice(poll, 1))
    otherwise = voter.send(poll, choice(poll, 2))

    assert again["Location"].endswith("?phieu=giu")
    assert otherwise.status_code == 409
    assert Event.objects.count() == 1
    assert Ballot.objects.get().selections.get().choice == choice(poll, 1)


def test_a_filled_trap_puts_the_ballot_into_quarantine():
    poll = make_poll()

    response = Voter().vote(poll, choice(poll), website="http://spam.example")

    assert response["Location"].endswith("?phieu=cho")
    assert statuses() == ["quarantined"]
    assert Event.objects.get().note == "trap"


def test_no_ballot_is_refused_because_a_neighbour_voted():
    poll = make_poll(free_ballots=2, proven_ballots=4)

    outcomes = [Voter().vote(poll, choice(poll), wait="1").status_code for _ in range(6)]

    assert outcomes == [303] * 6
    assert statuses() == ["counted"] * 2 + ["quarantined"] * 4


def test_networks_have_budgets_of_their_own():
    poll = make_poll(free_ballots=1, proven_ballots=1)

    Voter("203.0.113.1").vote(poll, choice(poll))
    Voter("203.0.113.2").vote(poll, choice(poll))
    Voter("2001:db8::1").vote(poll, choice(poll))
    Voter("2001:db8::2").vote(poll, choice(poll))

    assert statuses() == ["counted", "counted", "counted", "quarantined"]


def test_a_forged_forwarded_header_makes_no_new_network():
    poll = make_poll(free_ballots=1, proven_ballots=1)

    for number in range(3):
        Voter(client=Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")).vote(poll, choice(poll))

    assert statuses() == ["counted", "quarantined", "quarantined"]


def test_a_trusted_proxy_tells_networks_apart(settings):
    settings.TRUSTED_PROXIES = [ip_network("203.0.113.1")]
    poll = make_poll(free_ballots=1, proven_ballots=1)

    for number in range(3):
        Voter(client=Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")).vote(poll, choice(poll))

    assert statuses() == ["counted"] * 3


def test_an_allow_listed_network_has_a_larger_budget():
    poll = make_poll(free_ballots=1, proven_ballots=1)
    NetworkAllowance.objects.create(
        commune=first_commune(), network="203.0.113.0/24", label="UBND xã", free_ballots=3, proven_ballots=3
    )

    for _ in range(4):
        Voter("203.0.113.77").vote(poll, choice(poll), wait="1")

    assert statuses() == ["counted"] * 3 + ["quarantined"]


@pytest.mark.parametrize(
    ("written", "kept"), [("203.0.113.9", "203.0.113.9/32"), (" 203.0.113.9/24 ", "203.0.113.0/24"), ("x", None)]
)
def test_a_network_is_written_in_one_form(written, kept):
    allowance = NetworkAllowance(commune=first_commune(), network=written, label="Trường")

    if kept is None:
        with pytest.raises(ValidationError) as error:
            allowance.full_clean()
        assert list(error.value.error_dict) == ["network"]
    else:
        allowance.full_clean()
        assert allowance.network == kept


def test_a_change_of_choice_needs_no_further_budget():
    poll = make_poll(free_ballots=1, proven_ballots=1)
    voter = Voter()
    voter.vote(poll, choice(poll, 1))

    response = voter.vote(poll, choice(poll, 2))

    assert response["Location"].endswith("?phieu=doi")
    assert statuses() == ["counted"]


def test_under_tls_the_cookie_bears_a_prefix_and_one_from_before_is_the_same_voters(settings):
    poll, voter, new = make_poll(), Voter(), Voter()
    voter.vote(poll, choice(poll))

    settings.CSRF_COOKIE_SECURE = True
    voter.vote(poll, choice(poll, 2))
    new.vote(poll, choice(poll))
    new.vote(poll, choice(poll, 2))

    assert Ballot.objects.count() == 2
    cookie = new.client.cookies["__Secure-phieu"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/binh-chon/", "")
    assert "phieu" not in new.client.cookies
