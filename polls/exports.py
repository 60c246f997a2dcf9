"""The result as files: public totals, and for officers every ballot without its hashes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from polls.models import Poll, Selection
from polls.tally import Results
from spreadsheet import Sheet


def totals(results: Results) -> Sheet:
    """One row for each question and choice."""
    columns = [gettext("Question"), gettext("Choice"), gettext("People"), gettext("Percentage")]
    rows = [
        [str(item.question), row.choice.label, row.count, row.percent]
        for item in results.questions
        for row in item.rows
    ]
    return Sheet(gettext("Result"), columns, rows)


def ballots(poll: Poll) -> Sheet:
    """One row for each tick of each ballot, in the order they were cast; no hashes."""
    columns = [gettext("Ballot"), gettext("Cast at"), gettext("Status"), gettext("Question"), gettext("Choice")]
    return Sheet(gettext("Ballots"), columns, _ticks(poll))


def _ticks(poll: Poll) -> Iterator[list[Any]]:
    ticks = Selection.objects.filter(poll=poll).select_related("ballot", "question", "choice")
    for tick in ticks.order_by("ballot_id", "question__position", "slot").iterator(chunk_size=2000):
        tick.question.poll = poll
        yield [
            tick.ballot_id,
            tick.ballot.created_at,
            tick.ballot.get_status_display(),
            str(tick.question),
            tick.choice.label,
        ]
