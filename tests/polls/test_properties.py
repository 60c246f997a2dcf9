"""Whatever happens in whatever order: derived = recounted = displayed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import User
from polls import tally
from polls.auditing.audit import audit
from polls.auditing.judging import judge
from polls.casting import voting
from polls.casting.identity import Voter
from polls.casting.proof import Budget
from polls.models import Ballot, Event, Poll, Status
from tests.communes.factories import working
from tests.polls.factories import make_poll

VOTERS = st.integers(1, 5)
NETWORKS = st.sampled_from([b"n" * 16, b"m" * 16])


def voter_of(number: int, network: bytes, budget: Budget) -> Voter:
    """The voter with this number in this network, one area around all of them."""
    return Voter(
        token="",
        is_known=True,
        is_shared=False,
        hash=bytes([number]) * 16,
        network=network,
        area=b"a" * 16,
        budget=budget,
    )


class Polling(RuleBasedStateMachine):
    """A poll beside a model of it: a dictionary from voter to status and answers."""

    def __init__(self) -> None:
        super().__init__()
        # Every run of the machine is one transaction that is never committed.
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.number = 0
        self.model: dict[int, tuple[str, frozenset]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(max_choices=st.integers(1, 3), questions=st.integers(1, 2), free=st.integers(0, 2))
    def open_poll(self, max_choices: int, questions: int, free: int) -> None:
        texts = ("",) if questions == 1 else ("Giao diện", "Nội dung")
        self.poll = make_poll(max_choices=max_choices, questions=texts)
        self.officer = working(User.objects.get_or_create(username="lan")[0])
        self.budget = Budget(free, free + 2)
        self.questions = [question.pk for question in self.poll.questions.all()]
        self.choices = [choice.pk for choice in self.poll.choices.all()]

    @rule(
        data=st.data(),
        voter=VOTERS,
        network=NETWORKS,
        proven_up_to=st.sampled_from([None, 0, 9]),
        may_wait=st.booleans(),
        is_trapped=st.booleans(),
    )
    def vote(
        self,
        data: st.DataObject,
        voter: int,
        network: bytes,
        proven_up_to: int | None,
        may_wait: bool,  # noqa: FBT001
        is_trapped: bool,  # noqa: FBT001
    ) -> None:
        ticked = st.lists(st.sampled_from(self.choices), min_size=1, max_size=self.poll.max_choices, unique=True)
        asked = data.draw(st.lists(st.sampled_from(self.questions), min_size=1, unique=True))
        answers = frozenset((question, choice) for question in asked for choice in data.draw(ticked))
        self.number += 1
        before = self.model.get(voter)
        vote = voting.Vote(
            voter=voter_of(voter, network, self.budget),
            answers=answers,
            challenge=f"challenge-{self.number}",
            proven_up_to=proven_up_to,
            may_wait=may_wait,
            is_trapped=is_trapped,
        )

        try:
            outcome = voting.cast(self.poll, vote, timezone.now())
        except voting.ProofNeededError as needed:
            assert not may_wait
            assert not is_trapped
            assert proven_up_to is None or proven_up_to < needed.beyond
            return

        if before is None:
            assert outcome in {voting.Outcome.CAST, voting.Outcome.QUARANTINED}
            status = Status.COUNTED if outcome is voting.Outcome.CAST else Status.QUARANTINED
        elif outcome is voting.Outcome.ACCEPTED:
            assert before[0] == Status.QUARANTINED
            status = Status.COUNTED
        else:
            assert outcome is (voting.Outcome.UNCHANGED if before[1] == answers else voting.Outcome.CHANGED)
            status = before[0]
        self.model[voter] = (status, answers)

    @rule(voter=VOTERS, kind=st.sampled_from([Event.Kind.RELEASE, Event.Kind.VOID]))
    def decide(self, voter: int, kind: Event.Kind) -> None:
        ballot = Ballot.objects.filter(poll=self.poll, voter_hash=bytes([voter]) * 16).first()
        if ballot is None:
            return

        decided = judge([ballot.pk], kind, self.officer, "Lý do", timezone.now())

        status, answers = self.model[voter]
        if kind is Event.Kind.RELEASE:
            assert decided == (status == Status.QUARANTINED)
            self.model[voter] = (Status.COUNTED if decided else status, answers)
        else:
            assert decided == (status != Status.VOID)
            self.model[voter] = (Status.VOID, answers)

    @invariant()
    def derived_is_recounted_is_displayed(self) -> None:
        if not hasattr(self, "poll"):
            return
        displayed = tally.results(self.poll)
        counted = [answers for status, answers in self.model.values() if status == Status.COUNTED]

        assert displayed.people == len(counted)
        for item in displayed.questions:
            for row in item.rows:
                assert row.count == sum((item.question.pk, row.choice.pk) in answers for answers in counted)
            if self.poll.max_choices == 1 and item.people:
                assert sum(row.percent for row in item.rows) == 100
        assert audit(self.poll).findings == []

    @invariant()
    def no_network_is_counted_beyond_its_budget(self) -> None:
        if not hasattr(self, "poll"):
            return
        accepted = Event.objects.filter(
            poll=self.poll, kind__in=[Event.Kind.CAST, Event.Kind.ACCEPT], status=Status.COUNTED
        )
        for network in {bytes(net) for net in self.poll.ballots.values_list("net_hash", flat=True)}:
            assert accepted.filter(ballot__net_hash=network).count() <= self.budget.proven


@pytest.mark.django_db
def test_any_sequence_keeps_derived_recounted_and_displayed_equal():
    machine = Polling.TestCase
    machine.settings = settings(
        max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )

    machine().runTest()


@pytest.mark.django_db
def test_a_vote_after_the_end_is_refused_by_the_database():
    poll = make_poll()
    before_the_edit = Poll.objects.everywhere().get(pk=poll.pk)
    Poll.objects.everywhere().filter(pk=poll.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    answers = frozenset({(poll.questions.get().pk, poll.choices.first().pk)})
    vote = voting.Vote(voter_of(1, b"n" * 16, Budget(9, 9)), answers, "c")

    with pytest.raises(voting.ClosedError):
        voting.cast(before_the_edit, vote, timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_choice_that_was_taken_off_the_ballot_is_refused_by_the_database():
    poll = make_poll()
    gone = poll.choices.last()
    answers = frozenset({(poll.questions.get().pk, gone.pk)})
    gone.delete()

    with pytest.raises(voting.OutdatedError):
        voting.cast(poll, voting.Vote(voter_of(1, b"n" * 16, Budget(9, 9)), answers, "c"), timezone.now())

    assert not Ballot.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_more_ticks_than_allowed_are_refused_by_the_database():
    poll = make_poll(max_choices=1)
    question = poll.questions.get().pk
    answers = frozenset((question, choice.pk) for choice in poll.choices.all()[:2])

    with pytest.raises(IntegrityError, match="more choices than the poll allows"):
        voting.cast(poll, voting.Vote(voter_of(1, b"n" * 16, Budget(9, 9)), answers, "c"), timezone.now())

    assert not Ballot.objects.exists()
