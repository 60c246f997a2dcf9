"""What the pages of the polls show, set and cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import ngettext

from communes.hosts import table
from tests.polls.factories import Voter, choice, make_poll

pytestmark = pytest.mark.django_db


def portal_poll() -> str:
    request = RequestFactory().get("/")
    (request.commune,) = table.communes()
    return Template("{% load polls %}{% portal_poll %}").render(Context({"request": request}))


def people(number: str) -> str:
    return ngettext("%(number)s person has voted", "%(number)s people have voted", 518) % {"number": number}


def test_the_frame_shows_the_portal_poll_with_its_total():
    poll = make_poll(is_portal=True)
    make_poll(title="Không ở khung")
    Voter().vote(poll, choice(poll))
    Voter().vote(poll, choice(poll, 2))

    box = portal_poll()

    assert poll.title in box
    assert "Rất không hài lòng" in box
    assert people("2") in box
    assert "Không ở khung" not in box


def test_the_total_is_grouped_in_thousands():
    assert Template("{% load polls %}{{ n|voters }}").render(Context({"n": 1518})) == people("1.518")


@pytest.mark.parametrize("times", [{}, {"opens_at": 1}, {"closes_at": 0}])
def test_the_frame_is_empty_without_an_open_portal_poll(times):
    if times:
        now = timezone.now()
        make_poll(is_portal=True, **{name: now + timedelta(hours=hours) for name, hours in times.items()})

    assert portal_poll().strip() == ""


def test_the_frame_offers_a_plain_form_without_cookie_or_token():
    poll = make_poll(is_portal=True)

    box = portal_poll()

    assert f'action="/binh-chon/{poll.pk}/" method="get"' in box
    assert "csrf" not in box


@pytest.mark.parametrize(("questions", "queries"), [(("",), 3), (("Giao diện", "Nội dung", "Hỗ trợ"), 2)])
def test_the_frame_costs_the_same_few_queries(django_assert_num_queries, questions, queries):
    poll = make_poll(is_portal=True, questions=questions)
    for number in (1, 2, 3):
        Voter().vote(poll, (poll.questions.first(), choice(poll, number)))

    with django_assert_num_queries(queries):
        portal_poll()


@pytest.mark.parametrize("address", ["/binh-chon/", "/binh-chon/cach-dem-phieu/", "/binh-chon/{}/ket-qua/"])
def test_shared_pages_set_no_cookie_and_may_be_cached(client, address):
    poll = make_poll(is_portal=True)

    response = client.get(address.format(poll.pk))

    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "s-maxage" in response["Cache-Control"]


@pytest.mark.parametrize("address", ["/binh-chon/{}/", "/binh-chon/{}/phieu/"])
def test_the_ballot_sets_a_guarded_cookie_and_is_never_cached(client, address):
    poll = make_poll()

    response = client.get(address.format(poll.pk))

    cookie = response.cookies["phieu"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/binh-chon/"
    assert "no-store" in response["Cache-Control"]


def test_the_token_stays_the_same_from_visit_to_visit():
    poll = make_poll()
    voter = Voter()

    first = voter.open(poll).cookies["phieu"].value
    second = voter.open(poll).cookies["phieu"].value

    assert first == second


def test_the_result_shows_counts_and_shares():
    poll = make_poll()
    for number in (1, 1, 2):
        Voter().vote(poll, choice(poll, number))

    page = Voter().client.get(f"/binh-chon/{poll.pk}/ket-qua/").content.decode()

    assert [percent in page for percent in ("67 %", "33 %", "0 %")] == [True, True, True]
    assert people("3") in page


def test_the_result_page_costs_the_same_whatever_the_number_of_ballots(client):
    poll = make_poll(questions=("Giao diện", "Nội dung", "Chất lượng", "Hỗ trợ"))
    address = f"/binh-chon/{poll.pk}/ket-qua/"
    costs = []
    for number in (1, 2, 3):
        for _ in range(3):
            Voter().vote(poll, (poll.questions.first(), choice(poll, number)))
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        # The frame around the page has caches of its own.
        costs.append(sum("polls_" in query["sql"] for query in queries))

    assert len(set(costs)) == 1
    assert costs[0] <= 13


def test_a_vote_costs_few_queries(django_assert_max_num_queries):
    poll = make_poll()
    voter = Voter()
    voter.open(poll)
    answer = {f"q{poll.questions.get().pk}": choice(poll).pk}

    with django_assert_max_num_queries(9):
        assert voter.send(poll, **answer).status_code == 303


@pytest.mark.parametrize(
    ("visibility", "before", "after"), [("always", True, True), ("voted", False, True), ("closed", False, False)]
)
def test_the_result_is_shown_as_the_poll_says(visibility, before, after):
    poll = make_poll(results_visibility=visibility)
    voter = Voter()
    address = f"/binh-chon/{poll.pk}/ket-qua/"

    shown_before = b"poll-bars" in voter.client.get(address).content
    voter.vote(poll, choice(poll))
    shown_after = b"poll-bars" in voter.client.get(address).content

    assert (shown_before, shown_after) == (before, after)


def test_a_hidden_result_is_shown_to_all_once_the_poll_is_closed(client):
    poll = make_poll(results_visibility="closed", closes_at=timezone.now())

    response = client.get(f"/binh-chon/{poll.pk}/ket-qua/")

    assert b"poll-bars" in response.content
    assert "s-maxage" in response["Cache-Control"]


def test_what_became_of_the_vote_is_told_to_the_voter_alone():
    poll = make_poll()
    voter = Voter()
    address = voter.vote(poll, choice(poll))["Location"]

    own, foreign = voter.client.get(address), Voter().client.get(address)

    assert b"data-announce" in own.content
    assert b"data-announce" not in foreign.content
    assert "no-store" in own["Cache-Control"]


def test_the_archive_lists_open_and_closed_polls_but_no_future_one(client):
    make_poll(title="Đang mở")
    make_poll(title="Đã đóng", closes_at=timezone.now())
    make_poll(title="Chưa mở", opens_at=timezone.now() + timedelta(days=1))

    page = client.get("/binh-chon/").content.decode()

    assert "Đang mở" in page
    assert "Đã đóng" in page
    assert "Chưa mở" not in page


@pytest.mark.parametrize("page", ["", "ket-qua/"])
def test_pages_have_one_heading(client, page):
    poll = make_poll(questions=("Giao diện", "Nội dung"))

    assert client.get(f"/binh-chon/{poll.pk}/{page}").content.count(b"<h1") == 1


def test_a_poll_is_found_by_the_words_of_its_title(client):
    poll = make_poll(title="Đánh giá bộ phận một cửa")
    make_poll(title="Chưa mở cửa", opens_at=timezone.now() + timedelta(days=1))

    page = client.get("/tim-kiem/", {"q": "mot cua"}).content.decode()

    assert f'href="/binh-chon/{poll.pk}/"' in page
    assert "Chưa mở cửa" not in page
