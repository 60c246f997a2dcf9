"""What the ballots say. Every number is counted from them; none is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count
from django.db.models.functions import TruncDate, TruncQuarter

from polls.casting.voting import Answers
from polls.models import Ballot, Choice, Poll, Question, Selection, Status


@dataclass(frozen=True)
class Row:
    choice: Choice
    count: int
    percent: int


@dataclass(frozen=True)
class QuestionResult:
    question: Question
    # People who answered this question; in a poll of several questions one may be left out.
    people: int
    rows: list[Row]
    average: float | None


@dataclass(frozen=True)
class Results:
    poll: Poll
    people: int
    quarantined: int
    questions: list[QuestionResult]


def results(poll: Poll) -> Results:
    """The poll's result from its counted ballots."""
    by_status = dict(
        poll.ballots.order_by().values_list("status").annotate(count=Count("pk")).values_list("status", "count")
    )
    # Naming the poll twice spares reading the ballots of every other poll.
    counted = Selection.objects.filter(poll=poll, ballot__poll=poll, ballot__status=Status.COUNTED).order_by()
    ticks = {
        (question, choice): count
        for question, choice, count in counted.values_list("question", "choice").annotate(count=Count("pk"))
    }
    choices = list(poll.choices.all())
    questions = list(poll.questions.all())
    people: int = by_status.get(Status.COUNTED, 0)
    answered: dict[int, int]
    if len(questions) == 1:
        answered = dict.fromkeys((question.pk for question in questions), people)
    else:
        answered = dict(counted.values_list("question").annotate(count=Count("ballot", distinct=True)))
    return Results(
        poll,
        people,
        by_status.get(Status.QUARANTINED, 0),
        [_question_result(poll, question, choices, ticks, answered.get(question.pk, 0)) for question in questions],
    )


def _question_result(
    poll: Poll, question: Question, choices: list[Choice], ticks: dict[tuple[int, int], int], people: int
) -> QuestionResult:
    question.poll = poll  # its text may be the poll's title: no query for it
    counts = [ticks.get((question.pk, choice.pk), 0) for choice in choices]
    if poll.max_choices == 1:
        percents = whole_percentages(counts)
    else:
        # Shares of people who ticked it: one person ticks several, so they do not add up to 100.
        percents = [(200 * count + people) // (2 * people) if people else 0 for count in counts]
    scored = [(choice.score, count) for choice, count in zip(choices, counts, strict=True) if choice.score]
    weight = sum(count for _, count in scored)
    average = sum(score * count for score, count in scored) / weight if weight else None
    rows = [Row(*row) for row in zip(choices, counts, percents, strict=True)]
    return QuestionResult(question, people, rows, average)


def whole_percentages(counts: list[int]) -> list[int]:
    """Whole percentages that add up to 100: what rounding down leaves goes to the largest remainders.

    Equal remainders go to the larger count, then to the earlier choice. No counts give all zeros.
    """
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    shares = [divmod(100 * count, total) for count in counts]
    percents = [whole for whole, _ in shares]
    by_remainder = sorted(range(len(counts)), key=lambda index: (-shares[index][1], -counts[index], index))
    for index in by_remainder[: 100 - sum(percents)]:
        percents[index] += 1
    return percents


def answers_of(poll: Poll, voter_hash: bytes) -> tuple[Ballot | None, Answers]:
    """The voter's ballot in the poll and what is ticked on it."""
    ballot = poll.ballots.filter(voter_hash=voter_hash).first()
    if ballot is None:
        return None, frozenset()
    return ballot, frozenset(ballot.selections.values_list("question", "choice"))


@dataclass(frozen=True)
class Quarter:
    starts_on: date
    people: int
    # The mean score of each question, in the order of the questions; None where nobody answered.
    averages: list[float | None]


def quarters(poll: Poll) -> list[Quarter]:
    """The mean scores of each calendar quarter in which ballots were cast, oldest first."""
    questions = list(poll.questions.values_list("pk", flat=True))
    people = dict(
        poll.ballots.counted()
        .order_by()
        .annotate(quarter=TruncQuarter("created_at"))
        .values_list("quarter")
        .annotate(count=Count("pk"))
    )
    means = {
        (quarter, question): mean
        for quarter, question, mean in Selection.objects.filter(
            poll=poll, ballot__poll=poll, ballot__status=Status.COUNTED, choice__score__isnull=False
        )
        .order_by()
        .annotate(quarter=TruncQuarter("ballot__created_at"))
        .values_list("quarter", "question")
        .annotate(mean=Avg("choice__score"))
    }
    return [
        Quarter(_day(quarter), people[quarter], [means.get((quarter, question)) for question in questions])
        for quarter in sorted(people)
    ]


def days(poll: Poll) -> list[tuple[date, int]]:
    """Counted ballots by the day they were cast, days without a ballot left out."""
    per_day = (
        poll.ballots.counted().order_by().annotate(day=TruncDate("created_at")).values("day").annotate(n=Count("pk"))
    )
    return [(row["day"], row["n"]) for row in per_day.order_by("day")]


def _day(moment: datetime) -> date:
    return moment.date()
