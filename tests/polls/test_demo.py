import pytest

from polls import tally
from polls.demo import load_demo_poll
from polls.models import Ballot, Event, Poll
from tests.communes.factories import first_commune

pytestmark = pytest.mark.django_db


def test_loads_real_ballots_once():
    counts = [("Rất hài lòng", 20), ("Hài lòng", 12), ("Không hài lòng", 3)]

    load_demo_poll(first_commune(), "Bạn đánh giá cổng thế nào?", counts, days=20)
    load_demo_poll(first_commune(), "Bạn đánh giá cổng thế nào?", counts, days=20)

    poll = Poll.objects.everywhere().get()
    assert [row.count for row in tally.results(poll).questions[0].rows] == [20, 12, 3]
    assert Ballot.objects.count() == Event.objects.count() == 35
    assert Poll.objects.everywhere().current() == poll


def test_every_ballot_answers_each_aspect():
    load_demo_poll(
        first_commune(), "Đánh giá", [("Tốt", 5), ("Kém", 4)], aspects=("Giao diện", "Nội dung"), closed_days_ago=3
    )

    poll = Poll.objects.everywhere().get()
    assert [question.people for question in tally.results(poll).questions] == [9, 9]
    assert poll.is_closed()
