"""What is printed on a poll's ballot, kept in memory for a moment because every vote needs it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from communes.models import Commune
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


def fresh_paper(commune: Commune, pk: int) -> Paper | None:
    """The paper of the poll as it is now; None if the commune has no such poll."""
    poll = Poll.objects.of(commune).filter(pk=pk).first()
    if poll is None:
        return None
    questions = list(poll.questions.all())
    for question in questions:
        question.poll = poll
    allowances: list[NetworkAllowance] = [*NetworkAllowance.objects.filter(commune_id=commune.pk)]
    return Paper(poll, questions, list(poll.choices.all()), allowances)


def recent_paper(commune: Commune, pk: int) -> Paper | None:
    """The paper of the poll as it was at most SECONDS ago."""
    key = f"polls.paper.{commune.pk}.{pk}"
    paper: Paper | None = cache.get(key)
    if paper is None and (paper := fresh_paper(commune, pk)):
        cache.set(key, paper, SECONDS)
    return paper
