"""Casting a ballot through the pages, as a browser without JavaScript does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from polls.models import Ballot, Event, Selection
from tests.polls.factories import Voter, choice, make_poll, question

pytestmark = pytest.mark.django_db


def ticked(poll) -> list[str]:
    return list(Selection.objects.filter(poll=poll).order_by("pk").values_list("choice__label", flat=True))


def test_counts_a_vote_and_leads_to_the_result():
    poll = make_poll()

    response = Voter().vote(poll, choice(poll, 2))

    assert response.status_code == 303
    assert response["Location"] == f"/binh-chon/{poll.pk}/ket-qua/?phieu=moi"
    assert ticked(poll) == ["Hài lòng"]
    assert Ballot.objects.get().status == "counted"


def test_voting_twice_changes_nothing_and_says_so():
    poll = make_poll()
    voter = Voter()
    voter.vote(poll, choice(poll))

    response = voter.vote(poll, choice(poll))

    assert response["Location"].endswith("?phieu=giu")
    assert Ballot.objects.count() == Selection.objects.count() == Event.objects.count() == 1
    assert b"data-announce" in voter.client.get(response["Location"]).content


def test_changes_the_choice_while_the_poll_is_open():
    poll = make_poll()
    voter = Voter()
    voter.vote(poll, choice(poll, 1))

    response = voter.vote(poll, choice(poll, 5))

    assert response["Location"].endswith("?phieu=doi")
    assert ticked(poll) == ["Rất không hài lòng"]
    assert list(Event.objects.values_list("kind", flat=True)) == ["cast", "change"]


def test_two_browsers_at_one_address_are_two_people():
    poll = make_poll()

    Voter("203.0.113.1").vote(poll, choice(poll))
    Voter("203.0.113.1").vote(poll, choice(poll))

    assert Ballot.objects.counted().count() == 2


def test_reading_never_votes():
    poll = make_poll()
    voter = Voter()
    voter.open(poll, f"?chon={choice(poll).pk}")

    voter.client.get(f"/binh-chon/{poll.pk}/", voter.fields | {f"q{question(poll).pk}": choice(poll).pk})

    assert not Ballot.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize("page", ["", "phieu/", "ket-qua/"])
def test_other_methods_are_not_allowed(client, method, page):
    poll = make_poll()

    response = getattr(client, method)(f"/binh-chon/{poll.pk}/{page}")

    assert response.status_code == 405


@pytest.mark.parametrize("page", ["phieu/", "ket-qua/"])
def test_only_the_ballot_takes_a_post(client, page):
    poll = make_poll()

    assert client.post(f"/binh-chon/{poll.pk}/{page}").status_code == 405


@pytest.mark.parametrize("page", ["", "phieu/", "ket-qua/"])
@pytest.mark.parametrize("opens_in", [None, timedelta(hours=1)])
def test_an_unknown_or_future_poll_is_not_found(client, page, opens_in):
    number = make_poll(opens_at=timezone.now() + opens_in).pk if opens_in else 999_999

    assert client.get(f"/binh-chon/{number}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["", "phieu/", "ket-qua/", "ket-qua.json", "ket-qua.csv"])
def test_a_number_beyond_all_numbers_is_not_found(client, page):
    assert client.get(f"/binh-chon/{'9' * 40}/{page}").status_code == 404


def test_a_future_poll_takes_no_vote():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    poll.opens_at = timezone.now() + timedelta(hours=1)
    poll.save(update_fields=["opens_at"])

    assert voter.send(poll, choice(poll)).status_code == 404
    assert not Ballot.objects.exists()


def test_a_vote_after_closing_is_refused_kindly():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    poll.closes_at = timezone.now()
    poll.save(update_fields=["closes_at"])

    response = voter.send(poll, choice(poll))

    assert response.status_code == 409
    assert f"/binh-chon/{poll.pk}/ket-qua/" in response.content.decode()
    assert not Ballot.objects.exists()


def test_a_closed_ballot_leads_to_the_result(client):
    poll = make_poll(closes_at=timezone.now())

    assert client.get(f"/binh-chon/{poll.pk}/")["Location"] == f"/binh-chon/{poll.pk}/ket-qua/"


@pytest.mark.parametrize("values", [[], [""], ["0"], ["abc"], ["-1"], ["9" * 30], ["1; DROP TABLE"], ["\x00"]])
def test_an_invalid_choice_is_a_page_and_no_row(values):
    poll = make_poll()
    voter = Voter()
    voter.open(poll)

    response = voter.send(poll, **{f"q{question(poll).pk}": values})

    assert response.status_code == 422
    assert f'id="error-q{question(poll).pk}"' in response.content.decode()
    assert not Ballot.objects.exists()
    assert not Event.objects.exists()


def test_a_choice_of_another_poll_is_refused():
    poll, other = make_poll(), make_poll(title="Khác")
    voter = Voter()
    voter.open(poll)

    response = voter.send(poll, choice(other))

    assert response.status_code == 422
    assert not Ballot.objects.exists()


def test_two_choices_at_once_on_a_single_choice_are_refused():
    poll = make_poll()

    response = Voter().vote(poll, choice(poll, 1), choice(poll, 2))

    assert response.status_code == 422
    assert not Ballot.objects.exists()


def test_several_choices_up_to_the_maximum_are_one_ballot():
    poll = make_poll(max_choices=2)

    accepted = Voter().vote(poll, choice(poll, 1), choice(poll, 3))
    refused = Voter().vote(poll, choice(poll, 1), choice(poll, 2), choice(poll, 3))

    assert (accepted.status_code, refused.status_code) == (303, 422)
    assert Ballot.objects.count() == 1
    assert sorted(ticked(poll)) == ["Bình thường", "Rất hài lòng"]


def test_one_of_several_questions_may_be_left_out_but_not_all():
    poll = make_poll(questions=("Giao diện", "Nội dung"))

    some = Voter().vote(poll, (question(poll, 2), choice(poll, 1)))
    none = Voter().vote(poll)

    assert (some.status_code, none.status_code) == (303, 422)
    assert Selection.objects.get().question == question(poll, 2)


def test_the_choice_asked_for_in_the_address_is_ticked():
    poll = make_poll()
    voter = Voter()

    voter.open(poll, f"?chon={choice(poll, 3).pk}")

    assert f'value="{choice(poll, 3).pk}" checked' in voter.page
    assert voter.page.count("checked") == 1


def test_a_refused_ballot_keeps_what_was_ticked():
    poll = make_poll()
    voter = Voter()
    voter.open(poll)

    page = voter.send(poll, choice(poll, 4), challenge="nonsense").content.decode()

    assert f'value="{choice(poll, 4).pk}" checked' in page
