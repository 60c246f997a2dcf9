"""A machine whose clock stands years back: the portal goes on with the last moment it believed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from serving import frame
from tests.news.factories import make_article, make_category
from tests.polls.factories import Voter, make_poll
from upkeep import believedtime, machineclock
from upkeep.believedtime import believed_now

pytestmark = pytest.mark.django_db
YEARS = timedelta(days=6 * 365)


@pytest.fixture(autouse=True)
def known_to_nobody_else(monkeypatch):
    """What this process learns here is forgotten afterwards."""
    monkeypatch.setattr(believedtime, "_latest", believedtime._latest)
    monkeypatch.setattr(believedtime, "_asks_first", False)


@pytest.fixture
def wrong():
    """The clock falls back by six years; what a serving process does every few seconds is done."""
    now = timezone.now()
    machineclock.read(now)
    with time_machine.travel(now - YEARS):
        believedtime.learn()
        frame.forget()
        yield now


def test_what_is_public_stays_public_and_nothing_else_becomes_it(client, request):
    now = timezone.now()
    category = make_category()
    shown = make_article(title="Lịch tiếp công dân", category=category, published_at=now - timedelta(days=1))
    past = {"published_at": now - timedelta(days=2), "expires_at": now - timedelta(hours=1)}
    make_article(title="Bài đã hết hạn", category=category, **past)
    make_article(title="Bài hẹn giờ", category=category, published_at=now + timedelta(days=2))

    request.getfixturevalue("wrong")
    pages = [client.get(address).content.decode() for address in ("/", f"/{category.slug}/", shown.get_absolute_url())]

    assert client.get("/healthz").status_code == 503
    for page in pages:
        assert "Lịch tiếp công dân" in page
        assert "Bài đã hết hạn" not in page
        assert "Bài hẹn giờ" not in page


def test_a_closed_poll_takes_no_votes_again(request):
    poll = make_poll(opens_at=timezone.now() - timedelta(days=9), closes_at=timezone.now() + timedelta(hours=1))
    voter = Voter()
    voter.open(poll)
    poll.closes_at = timezone.now() - timedelta(hours=1)
    poll.save(update_fields=["closes_at"])

    request.getfixturevalue("wrong")
    vote = voter.send(poll, poll.choices.first())
    reading = voter.open(poll)

    assert vote.status_code == 409
    assert reading.status_code == 302
    assert not poll.ballots.exists()


def test_an_open_poll_takes_votes_dated_by_what_is_believed(wrong):
    poll = make_poll(opens_at=wrong - timedelta(days=1))
    voter = Voter()
    voter.open(poll)

    vote = voter.send(poll, poll.choices.first())

    assert vote.status_code == 303
    assert abs(poll.ballots.get().created_at - wrong) < timedelta(seconds=5)


def test_the_machines_clock_counts_again_when_it_is_put_right(wrong):
    behind = believed_now()
    with time_machine.travel(wrong + timedelta(minutes=5)):
        right = believed_now()

    assert behind == wrong
    assert right >= wrong + timedelta(minutes=5)


def test_a_process_that_serves_asks_once_before_its_first_answer(django_assert_num_queries):
    now = timezone.now()
    machineclock.read(now)
    believedtime.follow()
    with time_machine.travel(now - YEARS):
        with django_assert_num_queries(1):
            first = believed_now()
        with django_assert_num_queries(0):
            second = believed_now()

    assert (first, second) == (now, now)
