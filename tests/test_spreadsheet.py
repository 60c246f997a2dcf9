"""Tables as CSV and XLSX: what a program would run, what it cannot hold, and what stays a number or a day."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import spreadsheet
from spreadsheet import CSV, FORMATS, XLSX, Sheet, download, formula_cells, read_table, to_csv, to_xlsx

BASE_DIR = Path(__file__).resolve().parent.parent
# Written by nobody here, yet what a stranger may bring into a cell.
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\x00=1", "\u00a0=1", "＝1+1", "－1"]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_and_no_heading_is_run(text):
    sheet = Sheet("T", [text], [[text]])

    cells = read_csv(to_csv(sheet))
    page = read_xlsx(to_xlsx(sheet)).active

    assert [row[0][0] for row in cells] == ["'", "'"]
    assert [cell.value[0] for cell in page["A"]] == ["'", "'"]
    assert {cell.data_type for cell in page["A"]} == {"s"}


@pytest.mark.parametrize("text", ["Xã Như Xuân", "a-b", "1+1", "'quoted", ""])
def test_other_text_is_left_as_it_is(text):
    sheet = Sheet("T", ["A", "B"], [[text, "x"]])

    assert read_csv(to_csv(sheet))[1][0] == text
    assert (read_xlsx(to_xlsx(sheet)).active["A2"].value or "") == text


def test_text_of_another_type_is_guarded_too():
    sheet = Sheet("T", ["A"], [[gettext_lazy("=HYPERLINK()")]])

    assert read_csv(to_csv(sheet))[1] == ["'=HYPERLINK()"]
    assert read_xlsx(to_xlsx(sheet)).active["A2"].value == "'=HYPERLINK()"


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_any_text_gives_files_that_open(texts):
    sheet = Sheet(texts[0], texts, [texts])

    assert len(read_csv(to_csv(sheet))) == 2
    assert read_xlsx(to_xlsx(sheet)).active.max_row == 2


def test_numbers_and_days_keep_their_type():
    moment = datetime(2026, 11, 26, 1, 30, 5, 99, tzinfo=UTC)  # 8:30 in Viet Nam
    sheet = Sheet("T", list("ABCDE"), [[-5, 2.5, date(2026, 3, 4), moment, None]])

    number, share, day, time, nothing = read_xlsx(to_xlsx(sheet)).active[2]

    assert (number.value, share.value, nothing.value) == (-5, 2.5, None)
    assert (day.value, day.number_format) == (datetime(2026, 3, 4), "dd/mm/yyyy")
    assert (time.value, time.number_format) == (datetime(2026, 11, 26, 8, 30, 5), "dd/mm/yyyy hh:mm")
    assert read_csv(to_csv(sheet))[1] == ["-5", "2.5", "2026-03-04", "2026-11-26 08:30:05", ""]


def test_excel_sees_utf_8():
    assert to_csv(Sheet("T", ["Chọn"], [])).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("title", ["a/b: [c] * ?", "Ngày " * 20, "", "'x'", "\x00"])
def test_any_title_makes_a_page(title):
    (name,) = read_xlsx(to_xlsx(Sheet(title, ["A"], []))).sheetnames

    assert 1 <= len(name) <= 31


def test_the_heading_is_bold_and_stays_in_view():
    page = read_xlsx(to_xlsx(Sheet("T", ["A", "B"], [["x" * 500, "y"]]))).active

    assert page["A1"].font.bold
    assert page.freeze_panes == "A2"
    assert page.column_dimensions["A"].width == 60
    assert page.column_dimensions["B"].width == 10


def test_rows_beyond_a_page_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 4)

    book = read_xlsx(to_xlsx(Sheet("Phiếu", ["Số"], ([number] for number in range(7)))))

    assert [[cell.value for cell in page["A"]] for page in book] == [["Số", 0, 1, 2], ["Số", 3, 4, 5], ["Số", 6]]


def test_rows_past_the_measured_ones_are_written(monkeypatch):
    monkeypatch.setattr(spreadsheet, "_MEASURED_ROWS", 2)

    page = read_xlsx(to_xlsx(Sheet("T", ["A"], ([number] for number in range(5))))).active

    assert [cell.value for cell in page["A"]] == ["A", 0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_a_download_is_an_attachment(kind):
    response = download(Sheet("T", ["A"], [[1]]), kind, "bang")

    assert response["Content-Type"] == FORMATS[kind]
    assert response["Content-Disposition"] == f'attachment; filename="bang.{kind}"'


def test_tables_are_written_in_one_place():
    """A second writer is a second guard, and the two drift apart."""
    writers = re.compile(r"\bcsv\.(?:writer|DictWriter)\b|\bopenpyxl\b")
    found = {
        path.relative_to(BASE_DIR).parts[0]
        for path in BASE_DIR.rglob("*.py")
        if not {".venv", "tests", "var"} & set(path.relative_to(BASE_DIR).parts)
        and writers.search(path.read_text(encoding="utf-8"))
    }

    assert found == {"spreadsheet.py"}


def test_a_workbook_that_unpacks_to_much_is_refused_before_it_is_read(monkeypatch):
    small = to_xlsx(Sheet("A", ["x"], [["1"]]))
    bomb = io.BytesIO(small)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/much.bin", bytes(200_000))
    wide = Workbook()
    wide.active.cell(row=1, column=16_384, value="far")
    far = io.BytesIO()
    wide.save(far)

    monkeypatch.setattr(spreadsheet, "MOST_UNPACKED", 100_000)

    assert len(bomb.getvalue()) < 100_000
    assert read_table("a.xlsx", small, 10) == [["x"], ["1"]]
    for read in (read_table, formula_cells):
        with pytest.raises(ValueError, match=r"XLSX|unpacked"):
            read("a.xlsx", bomb.getvalue(), 10)
    assert [len(row) for row in read_table("a.xlsx", far.getvalue(), 10)] == [spreadsheet.MOST_COLUMNS]
