"""Tables as files that a spreadsheet program opens and writes: CSV and XLSX, with one guard for both.

Written on openpyxl, which writes row by row. tablib would add a dependency and save nothing: of the
starts of a formula it escapes "=" alone, its CSV has no byte order mark, and a control character makes
it fail.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.utils import timezone

from vietnamese import xml_text

if TYPE_CHECKING:
    from openpyxl import Workbook

CSV, XLSX = "csv", "xlsx"
FORMATS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet program runs a text that begins so as a formula (OWASP, CSV injection), some of them behind spaces.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
# What Excel holds: rows of a page, characters of its title, and what no title may have.
MAX_ROWS = 1_048_576
MAX_TITLE = 31
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
# A workbook that is read: bytes of its parts when they are unpacked, how many there are, and columns of a page.
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 500
MOST_COLUMNS = 100
_DAY_FORMAT, _MOMENT_FORMAT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
# Rows whose texts say how wide the columns are, and the bounds of that width, in characters.
_MEASURED_ROWS = 200
_NARROWEST, _WIDEST = 10, 60

Cell = str | int | float | Decimal | date | datetime | None


class Sheet(NamedTuple):
    """A title, the names of the columns, and the rows, each with a cell for every column.

    Numbers, days and moments (aware, or in local time) stay what they are; any other value is written as text.
    """

    title: str
    columns: Sequence[Any]
    rows: Iterable[Sequence[Any]]


def download(sheet: Sheet, kind: str, name: str) -> HttpResponse:
    """The sheet as an attachment `name`.`kind`; `kind` is one of FORMATS, else KeyError."""
    content_type = FORMATS[kind]
    body = to_csv(sheet) if kind == CSV else to_xlsx(sheet)
    return HttpResponse(body, content_type, headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'})


def to_csv(sheet: Sheet) -> bytes:
    """Comma-separated UTF-8 with the byte order mark without which Excel garbles Vietnamese; days as ISO 8601."""
    output = io.StringIO(newline="")
    csv.writer(output).writerows([safe_cell(value) for value in row] for row in chain([sheet.columns], sheet.rows))
    return output.getvalue().encode("utf-8-sig")


def to_xlsx(sheet: Sheet) -> bytes:
    """An Excel workbook. What does not fit one page goes on in further ones."""
    # Loaded when somebody exports: it takes a third of a second.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    rows = ([safe_cell(value) for value in row] for row in sheet.rows)
    measured = list(islice(rows, min(_MEASURED_ROWS, MAX_ROWS - 1)))
    while measured or not book.worksheets:
        page = _new_page(book, sheet, measured)
        for row in chain(measured, islice(rows, MAX_ROWS - 1 - len(measured))):
            page.append([_formatted(page, value) for value in row])
        measured = list(islice(rows, min(_MEASURED_ROWS, MAX_ROWS - 1)))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def read_table(name: str, data: bytes, most: int) -> list[list[str]]:
    """The cells of a CSV file (UTF-8, comma or semicolon) or of the first page of an XLSX file, as texts; `most` rows.

    Columns after MOST_COLUMNS are left out. Raises ValueError for what is neither, and for a workbook that is small and
    unpacks to more than MOST_UNPACKED.
    """
    try:
        return (_rows_of_workbook if name.lower().endswith(".xlsx") else _rows_of_text)(data, most)
    except Exception as error:  # what a file that calls itself a workbook makes openpyxl raise cannot be listed
        raise ValueError("neither CSV in UTF-8 nor XLSX") from error


def formula_cells(name: str, data: bytes, most: int) -> list[tuple[int, str]]:
    """(line, column such as "C") of the formulas in the first `most` rows of a workbook; a CSV file has none.

    `read_table` gives the value that the program computed last, or nothing: a table that is taken over says so.
    """
    if not name.lower().endswith(".xlsx"):
        return []
    from openpyxl.utils import get_column_letter

    page = _first_page(data, data_only=False)
    return [
        (line, get_column_letter(column))
        for line, row in enumerate(page.iter_rows(max_row=most, max_col=MOST_COLUMNS), start=1)
        for column, cell in enumerate(row, start=1)
        if cell.data_type == "f"
    ]


def plain_text(cell: str) -> str:
    """What `safe_cell` was given: without the apostrophe that it put in front."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _rows_of_workbook(data: bytes, most: int) -> list[list[str]]:
    page = _first_page(data, data_only=True)
    width = page.max_column
    rows = page.iter_rows(values_only=True, max_row=most, max_col=min(width or MOST_COLUMNS, MOST_COLUMNS))
    cells = [[_text_of(cell) for cell in row] for row in rows]
    return cells if width else [row[: _length(row)] for row in cells]


def _length(row: Sequence[str]) -> int:
    """Cells up to the last that holds something: a file that was written row by row does not say how wide it is."""
    return max((number for number, cell in enumerate(row, start=1) if cell), default=0)


def _first_page(data: bytes, *, data_only: bool) -> Any:
    """Raises ValueError before anything is unpacked that would take too much; no part unpacks to more than it says."""
    from openpyxl import load_workbook  # loaded when it is needed, as for writing

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ValueError("the workbook is too large when unpacked")
    return load_workbook(io.BytesIO(data), read_only=True, data_only=data_only).worksheets[0]


def _rows_of_text(data: bytes, most: int) -> list[list[str]]:
    text = data.decode("utf-8-sig").replace("\x00", "\ufffd")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), most))


def _text_of(cell: Any) -> str:
    """A number without a fraction is its digits: a code that the program took for a number."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def safe_cell(value: Any) -> Cell:
    """The value as both formats hold it: local time without a zone, and text that no program runs.

    A text that a program would take for a formula gets an apostrophe in front, and characters that XML
    forbids become spaces.
    """
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).replace(microsecond=0, tzinfo=None)
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    text = xml_text(str(value))
    return f"'{text}" if _FORMULA.match(text) else text


def _new_page(book: Workbook, sheet: Sheet, measured: Sequence[Sequence[Cell]]) -> Any:
    """A page with its heading; one that is written row by row has its widths and frozen row before the first."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    # openpyxl puts a number behind a title that is taken already.
    page: Any = book.create_sheet(_page_title(sheet.title))
    heading: list[Any] = [safe_cell(value) for value in sheet.columns]
    for number, column in enumerate(zip(heading, *measured, strict=True), start=1):
        width = max(map(_width, column)) + 2
        page.column_dimensions[get_column_letter(number)].width = min(max(width, _NARROWEST), _WIDEST)
    page.freeze_panes = "A2"
    cells = [WriteOnlyCell(page, value) for value in heading]
    for cell in cells:
        cell.font = Font(bold=True)
    page.append(cells)
    return page


def _formatted(page: Any, value: Any) -> Any:
    """The value, or a cell that shows a day or a moment as it is written in Viet Nam."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, date):
        return value
    cell: Any = WriteOnlyCell(page)
    cell.value = value
    cell.number_format = _MOMENT_FORMAT if isinstance(value, datetime) else _DAY_FORMAT
    return cell


def _page_title(title: str) -> str:
    # Two characters fewer leave room for a number behind it.
    return _NOT_IN_TITLE.sub(" ", xml_text(title)).strip(" '")[: MAX_TITLE - 2] or "1"


def _width(value: Cell) -> int:
    if isinstance(value, datetime):
        return len(_MOMENT_FORMAT)
    return max(map(len, str(value).splitlines()), default=0)
