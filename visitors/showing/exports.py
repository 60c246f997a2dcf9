"""Tables as files that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpResponse

from vietnamese import xml_text

CSV, XLSX = "csv", "xlsx"
FORMATS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet takes a text that begins so for a formula; page paths and bot names come from outside.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET_TITLE_MAX = 31


class Sheet(NamedTuple):
    """A title, the names of the columns, and the rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def download(sheet: Sheet, kind: str, name: str) -> HttpResponse:
    """The sheet as an attachment; `kind` is one of FORMATS."""
    body = _csv(sheet) if kind == CSV else _xlsx(sheet)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(body, content_type=FORMATS[kind], headers=headers)


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(sheet.columns)
    writer.writerows([[_harmless(value) for value in row] for row in sheet.rows])
    # Excel reads UTF-8 only when the file begins with its mark.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(sheet: Sheet) -> bytes:
    # Loaded when somebody exports: it takes a third of a second.
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.active
    page.title = sheet.title.replace("/", " ")[:_SHEET_TITLE_MAX]
    page.append(list(sheet.columns))
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row in sheet.rows:
        page.append([_harmless(value) for value in row])
        if isinstance(row[0], date):
            page.cell(page.max_row, 1).number_format = "dd/mm/yyyy"
    page.freeze_panes = "A2"
    page.column_dimensions["A"].width = 48 if sheet.rows and isinstance(sheet.rows[0][0], str) else 14
    for number in range(2, len(sheet.columns) + 1):
        page.column_dimensions[get_column_letter(number)].width = 16
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _harmless(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = xml_text(value)  # a workbook is XML
    return f"'{text}" if text.startswith(_FORMULA) else text
