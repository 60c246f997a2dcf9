"""Forgetting voters and noticing bursts."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from polls import tally
from polls.auditing.audit import audit
from polls.demo import load_demo_poll
from polls.desk import piles_of
from polls.models import Ballot, Poll
from polls.upkeep import alert_of_bursts, bursts
from tests.communes.factories import first_commune
from tests.polls.factories import Voter, choice, make_officer, make_poll
from upkeep import outbox

pytestmark = pytest.mark.django_db


def maintain() -> str:
    output = StringIO()
    call_command("poll_maintain", stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(("closed_days_ago", "is_forgotten"), [(91, True), (89, False)])
def test_hashes_and_key_go_ninety_days_after_closing(closed_days_ago, is_forgotten):
    poll = load_demo_poll(first_commune(), "Đánh giá", [("Tốt", 5), ("Kém", 4)], closed_days_ago=closed_days_ago)

    maintain()

    poll.refresh_from_db()
    assert (poll.key is None) == is_forgotten
    assert Ballot.objects.filter(voter_hash=None, net_hash=None).exists() == is_forgotten


def test_totals_and_log_can_still_be_verified_after_forgetting():
    poll = load_demo_poll(first_commune(), "Đánh giá", [("Tốt", 5), ("Kém", 4)], closed_days_ago=100)
    before = [row.count for row in tally.results(poll).questions[0].rows]

    maintain()
    maintain()

    assert [row.count for row in tally.results(poll).questions[0].rows] == before
    assert audit(poll).is_clean
    assert list(poll.events.values_list("kind", flat=True)).count("erase") == 1


def test_the_pages_of_a_forgotten_poll_still_work(client):
    poll = load_demo_poll(first_commune(), "Đánh giá", [("Tốt", 5), ("Kém", 4)], closed_days_ago=100)
    maintain()
    voter = Voter()
    voter.open(make_poll())

    for page in ("ket-qua/", "ket-qua/?phieu=moi", ""):
        assert voter.client.get(f"/binh-chon/{poll.pk}/{page}").status_code in (200, 302)


def test_a_forgotten_poll_cannot_open_again():
    poll = load_demo_poll(first_commune(), "Đánh giá", [("Tốt", 5), ("Kém", 4)], closed_days_ago=100)
    maintain()

    with pytest.raises(IntegrityError), transaction.atomic():
        Poll.objects.everywhere().filter(pk=poll.pk).update(closes_at=None)


def make_ballots(poll, count: int, age: timedelta) -> None:
    moment = timezone.now() - age
    Ballot.objects.bulk_create(
        Ballot(poll=poll, voter_hash=f"{age}{number}".encode(), net_hash=b"one", created_at=moment)
        for number in range(count)
    )


def test_a_burst_is_far_more_ballots_than_usual():
    poll = make_poll(opens_at=timezone.now() - timedelta(days=10))
    make_ballots(poll, 200, timedelta(days=5))
    make_ballots(poll, 31, timedelta(hours=2))

    found = bursts(poll)

    assert [(burst.ballots, burst.networks) for burst in found] == [(31, 1)]


def test_ordinary_traffic_is_no_burst():
    poll = make_poll(opens_at=timezone.now() - timedelta(days=10))
    make_ballots(poll, 30, timedelta(hours=2))

    assert bursts(poll) == []


def test_officers_are_told_of_a_burst_once():
    make_officer("judge_ballot", email="lan@example.vn")
    make_officer("view_poll", email="other@example.vn")
    poll = make_poll()
    make_ballots(poll, 40, timedelta(minutes=30))

    output = maintain()
    maintain()

    assert outbox.send_due(timezone.now()) == 1
    assert [message.bcc for message in mail.outbox] == [["lan@example.vn"]]
    assert "40" in mail.outbox[0].body
    assert poll.title in output


def test_an_alert_stands_on_the_desk_until_an_officer_closes_it(client):
    officer = make_officer("judge_ballot", "view_poll", "view_ballot")
    poll = make_poll()
    make_ballots(poll, 40, timedelta(minutes=30))

    alert_of_bursts(timezone.now())
    (pile,) = piles_of(officer, timezone.now())
    (row,) = pile.rows
    client.force_login(officer)
    page = client.get(row.address).content.decode()
    client.post(row.address, {"close_alert": "x"})

    assert 'name="close_alert"' in page
    assert piles_of(officer, timezone.now()) == []


def test_what_waits_stands_on_the_desk_of_those_who_may_decide():
    poll = make_poll(takes_comments=True)
    Voter().vote(poll, choice(poll, 5), website="x", comment="Chữ nhỏ")
    officer, reader = make_officer("judge_ballot", "change_comment"), make_officer("view_poll")

    rows = [(row.title, row.note) for pile in piles_of(officer, timezone.now()) for row in pile.rows]
    assert rows == [(poll.title, "1 đang chờ")] * 2
    assert piles_of(reader, timezone.now()) == []


def test_maintenance_with_nothing_to_do_says_nothing():
    Voter().vote(make_poll(), choice(Poll.objects.everywhere().get()))

    assert maintain() == ""
