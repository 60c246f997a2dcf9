"""The result as files: public totals, and for officers every ballot without its hashes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from polls.models import Poll, Selection
from polls.tally import Results
from vietnamese import xml_text

# Spreadsheet programs run a cell that begins like this as a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The mark by which Excel knows UTF-8.
BOM = "\ufeff"

Rows = Iterable[list[Any]]


def safe_cell(value: Any) -> Any:
    """The value as a workbook can hold it, with an apostrophe in front if a program would take it for a formula."""
    if not isinstance(value, str):
        return value
    text = xml_text(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def total_rows(results: Results) -> Iterator[list[Any]]:
    """Heading and one row for each question and choice."""
    yield [gettext("Question"), gettext("Choice"), gettext("People"), gettext("Percentage")]
    for item in results.questions:
        for row in item.rows:
            yield [str(item.question), row.choice.label, row.count, row.percent]


def ballot_rows(poll: Poll) -> Iterator[list[Any]]:
    """Heading and one row for each tick of each ballot, in the order they were cast; no hashes."""
    yield [gettext("Ballot"), gettext("Cast at"), gettext("Status"), gettext("Question"), gettext("Choice")]
    ticks = Selection.objects.filter(poll=poll).select_related("ballot", "question", "choice")
    for tick in ticks.order_by("ballot_id", "question__position", "slot").iterator(chunk_size=2000):
        tick.question.poll = poll
        yield [
            tick.ballot_id,
            _local(tick.ballot.created_at),
            tick.ballot.get_status_display(),
            str(tick.question),
            tick.choice.label,
        ]


def as_csv(rows: Rows) -> str:
    """The rows as comma-separated text that Excel opens with its Vietnamese letters."""
    output = io.StringIO()
    output.write(BOM)
    csv.writer(output).writerows([safe_cell(cell) for cell in row] for row in rows)
    return output.getvalue()


def as_xlsx(rows: Rows, title: str) -> bytes:
    """The rows as an Excel workbook with one sheet."""
    # Loaded when somebody exports: it takes a third of a second.
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    for row in rows:
        sheet.append([safe_cell(cell) for cell in row])
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
