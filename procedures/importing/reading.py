"""The lines of a table of procedures: everything that can be seen of them without the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.importing.columns import DAYS, HEADINGS, KINDS, MULTILINE, REQUIRED, STATES
from procedures.models import LifeEvent, Procedure, ProcedurePaper, lines_of
from spreadsheet import formula_cells, plain_text, read_table
from vietnamese import fold, one_line, paragraphs, parse_date

MOST_ROWS = 5_000
MOST_BYTES = 5 * 1024 * 1024
# A dash in a cell is no minus: "- Tờ khai" is a paper with a bullet.
_BULLET = re.compile(r"^[-–•+*]\s+")


class RefusedTableError(Exception):
    """The table cannot be taken as it is; `errors` are (line of the file, what is wrong with it)."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"{line}: {text}" for line, text in errors))
        self.errors = sorted(errors)


@dataclass(frozen=True)
class Paper:
    name: str
    kind: str
    count: int
    note: str
    link: str


@dataclass
class Line:
    """A line of the table: the values of its columns, and the papers if there is a column for them."""

    number: int
    values: dict[str, Any]
    event: str | None = None
    papers: list[Paper] | None = None


def lines_in(name: str, data: bytes) -> list[Line]:
    """The lines of a file called `name`. Raises RefusedTableError with everything that is wrong in it."""
    return _lines(_rows_of(name, data))


def _rows_of(name: str, data: bytes) -> list[list[str]]:
    """The cells of the file. Raises RefusedTableError for what is no table, too long, or computes."""
    try:
        rows = read_table(name, data, MOST_ROWS + 2)
        formulas = formula_cells(name, data, MOST_ROWS + 2)
    except ValueError as error:
        raise RefusedTableError([(1, _("The file is no CSV in UTF-8 and no XLSX."))]) from error
    if len(rows) > MOST_ROWS + 1:
        raise RefusedTableError([(MOST_ROWS + 2, _("At most %(most)d lines are read.") % {"most": MOST_ROWS})])
    if formulas:
        text = _("Cell %(cell)s holds a formula. Copy it and paste its value.")
        raise RefusedTableError([(line, text % {"cell": f"{column}{line}"}) for line, column in formulas[:50]])
    return rows


def _lines(rows: Sequence[Sequence[str]]) -> list[Line]:
    if not rows:
        raise RefusedTableError([(1, _("The file is empty."))])
    known = {fold(heading): name for name, heading in HEADINGS.items()}
    known |= {fold(name.replace("_", " ")): name for name in HEADINGS}
    headings = [known.get(fold(one_line(plain_text(cell))).replace("_", " "), "") for cell in rows[0]]
    missing = [HEADINGS[name] for name in REQUIRED if name not in headings]
    if missing:
        text = _("The first line names the columns; missing: %(names)s.") % {"names": ", ".join(missing)}
        raise RefusedTableError([(1, text)])
    twice = sorted({HEADINGS[name] for name in headings if name and headings.count(name) > 1})
    if twice:
        raise RefusedTableError([(1, _("Two columns are called so: %(names)s.") % {"names": ", ".join(twice)})])
    lines: list[Line] = []
    errors: list[tuple[int, str]] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: plain_text(cell) for name, cell in zip(headings, row, strict=False) if name}
        if not any(cell.strip() for cell in cells.values()):
            continue
        # A row may be shorter than the heading.
        cells = dict.fromkeys(filter(None, headings), "") | cells
        try:
            lines.append(_line(number, cells))
        except ValidationError as error:
            errors += [(number, message) for message in error.messages]
    errors += _repeated(lines)
    if errors:
        raise RefusedTableError(errors)
    if not lines:
        raise RefusedTableError([(1, _("The file is empty."))])
    return lines


def _repeated(lines: list[Line]) -> list[tuple[int, str]]:
    """What may stand in one line of a table only."""
    errors = []
    for column in ("code", "title"):
        first: dict[str, int] = {}
        for line in lines:
            value = line.values.get(column, "")
            before = first.setdefault(value, line.number)
            if value and before != line.number:
                text = _("“%(value)s” already stands in line %(line)d.") % {"value": value, "line": before}
                errors.append((line.number, text))
    return errors


def _line(number: int, cells: dict[str, str]) -> Line:
    """Raises ValidationError with everything that is wrong in the line."""
    line, errors = Line(number, {}), []
    for name, cell in cells.items():
        try:
            if name == "papers":
                line.papers = _papers(cell)
            elif name == "life_event":
                line.event = _event_name(cell)
            elif name == "state" and not cell.strip():
                continue  # as it is: a new one is a draft
            else:
                line.values[name] = _value(name, cell)
        except ValidationError as error:
            errors += [f"{HEADINGS[name]}: {message}" for message in error.messages]
    checked, again = line.values.get("reviewed_on"), line.values.get("review_on")
    if checked and again and again <= checked:
        errors.append(_("It is checked again after it was checked."))
    if errors:
        raise ValidationError(errors)
    return line


def _value(name: str, cell: str) -> Any:
    text = paragraphs(cell) if name in MULTILINE else one_line(cell)
    if name in DAYS:
        return _day(text)
    if name == "state":
        return _choice(text, STATES)
    return Procedure._meta.get_field(name).clean(text, None)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text.partition(" ")[0])  # a cell that holds a day comes with its midnight
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is no day, such as 01/11/2026.") % {"text": text}) from error


def _choice(text: str, words: dict[Any, str]) -> Any:
    """The choice that is meant by its Vietnamese or English word. Raises ValidationError."""
    for choice, word in words.items():
        if fold(text) in (fold(word), str(choice.value)):
            return choice.value
    raise ValidationError(_("“%(text)s” is none of: %(words)s.") % {"text": text, "words": ", ".join(words.values())})


def _event_name(cell: str) -> str:
    text = one_line(cell)
    return LifeEvent._meta.get_field("name").clean(text, None) if text else ""


def _papers(cell: str) -> list[Paper]:
    """One a line: name | kind | number | note | link, the last four of which may be left out."""
    papers: list[Paper] = []
    for line in lines_of(paragraphs(cell)):
        name, kind, count, note, link, *rest = [*(part.strip() for part in _BULLET.sub("", line).split("|")), *[""] * 4]
        if any(rest):
            raise ValidationError(_("“%(line)s” has more than five parts.") % {"line": line})
        field_of = ProcedurePaper._meta.get_field
        if not (count or "1").isascii() or not (count or "1").isdigit():
            raise ValidationError(_("“%(text)s” is no number of papers.") % {"text": count})
        paper = Paper(
            field_of("name").clean(name, None),
            _choice(kind, KINDS) if kind else ProcedurePaper.Kind.ORIGINAL.value,
            field_of("count").clean(int((count or "1")[:4]), None),
            field_of("note").clean(note, None),
            field_of("link").clean(link, None),
        )
        if paper.name in {other.name for other in papers}:
            raise ValidationError(_("“%(name)s” stands in the list twice.") % {"name": paper.name})
        papers.append(paper)
    return papers
