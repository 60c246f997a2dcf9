"""The cells of a table that was pasted from Word or Excel. Pure functions.

It comes as HTML, whose merged cells (rowspan, colspan) stand in every row and column they cover, or as text
with a tab between cells, where all but the first of merged cells are empty.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from richtext.markup import END, LINE_ENDS, START, TEXT, tokens
from vietnamese import one_line

MOST_CHARACTERS = 300_000
MOST_ROWS = 200
MOST_COLUMNS = 12


class Cell(NamedTuple):
    text: str
    is_merged: bool = False
    """It stands here because a cell above or to the left covers this place."""


Row = list[Cell]


class Line(NamedTuple):
    """A row and its number, counted from 1."""

    line: int
    cells: Row


def rows_of(text: str) -> list[Line]:
    """The rows of the first table in HTML, or of text with tabs."""
    if re.search(r"<(?:table|tr)\b", text[:MOST_CHARACTERS], re.IGNORECASE):
        return [Line(number, row) for number, row in enumerate(_html_rows(text), start=1)]
    return list(_text_rows(text))


def _text_rows(text: str) -> Iterator[Line]:
    """Cells between tabs; Excel puts a cell of several lines in quotation marks."""
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""), delimiter="\t")
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = []
        yield Line(line, [Cell(_clean(cell)) for cell in row[:MOST_COLUMNS]])


def _clean(text: str) -> str:
    return "\n".join(filter(None, (one_line(line) for line in text.replace("\xa0", " ").splitlines())))


@dataclass
class _Source:
    """A cell as HTML has it."""

    rowspan: int
    colspan: int
    text: list[str] = field(default_factory=list)


def _html_rows(html: str) -> list[Row]:
    """The grid of the first table with every merged cell in all its places."""
    return _grid(_sources(html))


def _sources(html: str) -> list[list[_Source]]:
    rows: list[list[_Source]] = []
    cell: _Source | None = None
    depth = hidden = 0
    for kind, value, attributes in tokens(html):
        if value in ("style", "script", "xml", "head"):
            hidden += 1 if kind is START else -1 if kind is END and hidden else 0
        elif hidden:
            continue
        elif kind is TEXT:
            if cell is not None:
                cell.text.append(re.sub(r"\s+", " ", value))
        elif value == "table":
            depth += 1 if kind is START else -1
            if depth == 0:
                break
        elif depth > 1:  # a table in a cell is text of the cell
            if cell is not None:
                cell.text.append("\n")
        elif value == "tr":
            cell = None
            if kind is START:
                rows.append([])
        elif value in ("td", "th"):
            cell = None
            if kind is START:
                cell = _Source(_span(attributes, "rowspan", MOST_ROWS), _span(attributes, "colspan", MOST_COLUMNS))
                if not rows:
                    rows.append([])
                rows[-1].append(cell)
        elif cell is not None and value in LINE_ENDS:
            cell.text.append("\n")
    return rows


def _span(attributes: dict[str, str], name: str, most: int) -> int:
    """How many rows or columns a cell covers; what is no number is one."""
    said = attributes.get(name, "1").strip()
    return min(max(int(said), 1), most) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _grid(sources: list[list[_Source]]) -> list[Row]:
    rows: list[Row] = []
    below: dict[int, tuple[int, str]] = {}  # column → rows it still covers, and with what
    for source in sources[: MOST_ROWS + 1]:
        row: Row = []
        waiting = list(source)
        while waiting or len(row) in below:
            place = len(row)
            if place >= MOST_COLUMNS:
                break
            if place in below:
                left, text = below.pop(place)
                row.append(Cell(text, is_merged=True))
                if left > 1:
                    below[place] = (left - 1, text)
                continue
            cell = waiting.pop(0)
            text = _clean("".join(cell.text))
            for offset in range(min(cell.colspan, MOST_COLUMNS - place)):
                row.append(Cell(text, is_merged=offset > 0))
                if cell.rowspan > 1:
                    below[place + offset] = (cell.rowspan - 1, text)
        rows.append(row)
    return rows
