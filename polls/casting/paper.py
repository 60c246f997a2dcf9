"""What is printed on a poll's ballot, kept in memory for a moment because every vote needs it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from polls.casting.proof import Budget
from polls.models import Choice, NetworkAllowance, Poll, Question
from serving.clientaddress import Address

# Seconds an officer's edit may take to reach the votes that are being cast. Whether the poll is open
# is asked of the database with every vote; the question and the choices are locked after the first.
SECONDS = 3


@dataclass(frozen=True)
class Paper:
    poll: Poll
    questions: list[Question]
    choices: list[Choice]
    allowances: list[NetworkAllowance]

    def budget(self, address: Address) -> Budget:
        """How many ballots may come from the network of the address."""
        return Budget.of(self.poll, NetworkAllowance.covering(self.allowances, address))


def fresh_paper(pk: int) -> Paper | None:
    """The paper of the poll as it is now; None if there is no such poll."""
    poll = Poll.objects.filter(pk=pk).first()
    if poll is None:
        return None
    questions = list(poll.questions.all())
    for question in questions:
        question.poll = poll
    return Paper(poll, questions, list(poll.choices.all()), list(NetworkAllowance.objects.all()))


def recent_paper(pk: int) -> Paper | None:
    """The paper of the poll as it was at most SECONDS ago."""
    key = f"polls.paper.{pk}"
    paper: Paper | None = cache.get(key)
    if paper is None and (paper := fresh_paper(pk)):
        cache.set(key, paper, SECONDS)
    return paper
