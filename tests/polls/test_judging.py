"""Releasing and voiding ballots."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from polls import tally
from polls.auditing.audit import audit
from polls.auditing.judging import judge
from polls.models import Ballot, Event
from tests.polls.factories import Voter, choice, make_officer, make_poll

pytestmark = pytest.mark.django_db


def make_quarantined(poll):
    Voter().vote(poll, choice(poll), website="http://spam.example")
    return Ballot.objects.latest("pk")


def test_a_released_ballot_counts_and_the_log_says_who_and_why():
    poll = make_poll()
    ballot = make_quarantined(poll)
    officer = make_officer("judge_ballot", username="lan")

    judge([ballot.pk], Event.Kind.RELEASE, officer, "Đã gọi điện xác minh", timezone.now())

    event = Event.objects.last()
    assert tally.results(poll).people == 1
    assert (event.kind, event.officer, event.note) == ("release", "lan", "Đã gọi điện xác minh")
    assert audit(poll).is_clean


def test_a_void_ballot_does_not_count():
    poll = make_poll()
    Voter().vote(poll, choice(poll))

    judge([Ballot.objects.get().pk], Event.Kind.VOID, make_officer(), "Gửi bằng chương trình", timezone.now())

    assert tally.results(poll).people == 0
    assert audit(poll).is_clean


def test_a_decision_needs_a_reason():
    poll = make_poll()
    ballot = make_quarantined(poll)

    with pytest.raises(ValidationError):
        judge([ballot.pk], Event.Kind.RELEASE, make_officer(), "  ", timezone.now())

    assert Ballot.objects.get().status == "quarantined"


def test_a_ballot_someone_decided_on_before_is_left_alone():
    poll = make_poll()
    ballot = make_quarantined(poll)
    judge([ballot.pk], Event.Kind.VOID, make_officer(), "Giả mạo", timezone.now())

    decided = judge([ballot.pk], Event.Kind.RELEASE, make_officer(), "Nhầm", timezone.now())

    assert decided == 0
    assert Ballot.objects.get().status == "void"
    assert Event.objects.count() == 2


def test_a_voter_may_change_a_quarantined_ballot_but_not_free_it():
    poll = make_poll()
    voter = Voter()
    voter.vote(poll, choice(poll, 1), website="x")

    voter.vote(poll, choice(poll, 2))

    assert Ballot.objects.get().status == "quarantined"
    assert audit(poll).is_clean
