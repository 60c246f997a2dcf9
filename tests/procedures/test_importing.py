"""Procedures from a table: all lines or none, each told, and twice the same changes nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from procedures.importing.columns import EXAMPLE, HEADINGS, sheet_of
from procedures.importing.reading import MOST_ROWS, RefusedTableError
from procedures.importing.storing import Outcome, take_over
from procedures.models import LifeEvent, Procedure, ProcedurePaper, State
from spreadsheet import to_csv, to_xlsx
from tests.communes.factories import first_commune, make_commune
from tests.procedures.factories import DRAFTING, make_event, make_person, make_procedure, make_publisher

pytestmark = pytest.mark.django_db

IMPORT = "admin:procedures_procedure_import"
BIRTH = {"Mã thủ tục": "1.001193", "Tên dễ hiểu": "Đăng ký khai sinh", "Thủ tục này là gì": "Ghi tên con vào sổ."}


def xlsx(*rows: dict[str, Any]) -> bytes:
    """A workbook whose first line names the columns of the first row."""
    return sheet([list(rows[0]), *(list(row.values()) for row in rows)])


def sheet(rows: Sequence[Sequence[Any]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def errors_of(data: bytes, name: str = "a.xlsx") -> list[tuple[int, str]]:
    with pytest.raises(RefusedTableError) as refused:
        take_over(first_commune(), name, data)
    return refused.value.errors


def test_the_sample_is_taken_over_and_taken_over_again_changes_nothing():
    sample = to_xlsx(sheet_of([]))

    first = take_over(first_commune(), "mau.xlsx", sample)
    stored = Procedure.objects.everywhere().values().get()
    second = take_over(first_commune(), "mau.xlsx", sample)

    procedure = Procedure.objects.everywhere().get()
    assert [outcome for *_, outcome in first.lines] == [Outcome.NEW]
    assert [outcome for *_, outcome in second.lines] == [Outcome.UNCHANGED]
    assert Procedure.objects.everywhere().values().get() == stored
    assert first.events == ["Có con"] and second.events == []
    assert procedure.code == EXAMPLE["code"] and procedure.state == State.DRAFT
    assert procedure.review_on == date(2027, 5, 1)
    assert [(p.name, p.kind, p.count) for p in procedure.papers.all()] == [
        ("Giấy chứng sinh", "original", 1),
        ("Tờ khai đăng ký khai sinh", "original", 1),
    ]


@pytest.mark.parametrize(("write", "name"), [(to_xlsx, "a.xlsx"), (to_csv, "a.csv")])
def test_what_is_downloaded_is_what_is_there(write, name):
    procedure = make_procedure(
        ("Tờ khai", "Ảnh"),
        title="Khai sinh",
        summary="- Một\n= hai",
        fee="-",
        code="1.001193.000.00.00.H56",
        life_event=make_event("Có con"),
        reviewed_on=date(2026, 11, 1),
    )
    procedure.papers.filter(name="Ảnh").update(note="3x4", link="https://x.vn/a", count=2, kind="copy")

    table = write(sheet_of([Procedure.objects.everywhere().get()]))
    report = take_over(first_commune(), name, table)

    assert [outcome for *_, outcome in report.lines] == [Outcome.UNCHANGED]


def test_a_line_is_known_by_its_code_and_else_by_its_title():
    by_code = make_procedure(title="Khai sinh", code="1.001193")
    by_title = make_procedure(title="Kết hôn")
    rows = [BIRTH, {**BIRTH, "Mã thủ tục": "1.000894", "Tên dễ hiểu": "Kết hôn"}]

    report = take_over(first_commune(), "a.xlsx", xlsx(*rows))

    assert [outcome for *_, outcome in report.lines] == [Outcome.CHANGED, Outcome.CHANGED]
    by_code.refresh_from_db()
    by_title.refresh_from_db()
    assert (by_code.title, by_code.slug) == ("Đăng ký khai sinh", "dang-ky-khai-sinh")
    assert by_title.code == "1.000894"


def test_columns_that_are_left_out_stay_as_they_are():
    procedure = make_procedure(("Tờ khai",), title="Đăng ký khai sinh", code="1.001193", fee="Không thu")

    take_over(first_commune(), "a.xlsx", xlsx(BIRTH))

    procedure.refresh_from_db()
    assert procedure.summary == "Ghi tên con vào sổ."
    assert (procedure.fee, procedure.state) == ("Không thu", State.PUBLISHED)
    assert procedure.papers.count() == 1


def test_an_empty_state_does_not_take_a_procedure_away():
    procedure = make_procedure(title="Đăng ký khai sinh")

    take_over(first_commune(), "a.xlsx", xlsx(BIRTH | {"Trạng thái": ""}))

    procedure.refresh_from_db()
    assert procedure.state == State.PUBLISHED


def test_headings_may_be_english_and_in_any_order():
    take_over(
        first_commune(),
        "a.xlsx",
        xlsx({"Summary": "Ghi tên.", "note": "x", "official name": "Y", "TITLE": "Khai sinh"}),
    )

    assert Procedure.objects.everywhere().values_list("title", "official_name").get() == ("Khai sinh", "Y")


def test_days_may_be_days_or_words():
    rows = [
        BIRTH | {"Rà soát ngày": date(2026, 11, 1)},
        BIRTH | {"Rà soát ngày": "2/11/2026", "Mã thủ tục": "", "Tên dễ hiểu": "Khác"},
    ]

    take_over(first_commune(), "a.xlsx", xlsx(*rows))

    found = Procedure.objects.everywhere().order_by("reviewed_on").values_list("reviewed_on", flat=True)
    assert list(found) == [date(2026, 11, 1), date(2026, 11, 2)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Mã thủ tục": "abc"}, "Mã thủ tục: Mã thủ tục có dạng 1.001193."),
        ({"Tên dễ hiểu": "  "}, "Tên dễ hiểu: "),
        ({"Tên dễ hiểu": "x" * 151}, "Tên dễ hiểu: "),
        ({"Thủ tục này là gì": ""}, "Thủ tục này là gì: "),
        ({"Trạng thái": "xong"}, "Trạng thái: “xong” không thuộc: nháp, đăng."),
        ({"Rà soát ngày": "31/02/2026"}, "Rà soát ngày: “31/02/2026” không phải là ngày"),
        ({"Rà soát ngày": "1/3/2026", "Rà soát lại ngày": "1/2/2026"}, "Ngày rà soát lại phải sau ngày rà soát."),
        ({"Giấy tờ cần mang": "Ảnh | bản mờ"}, "Giấy tờ cần mang: “bản mờ” không thuộc"),
        ({"Giấy tờ cần mang": "Ảnh | bản sao | 0"}, "Giấy tờ cần mang: "),
        ({"Giấy tờ cần mang": "Ảnh | bản sao | hai"}, "Giấy tờ cần mang: “hai” không phải là số bản."),
        ({"Giấy tờ cần mang": "Ảnh\nẢnh"}, "Giấy tờ cần mang: “Ảnh” ghi hai lần"),
        ({"Giấy tờ cần mang": "Ảnh | | | | javascript:alert(1)"}, "Giấy tờ cần mang: Liên kết phải bắt đầu"),
        ({"Giấy tờ cần mang": "a|||||b"}, "hơn năm phần"),
        ({"Sự kiện đời sống": "x" * 61}, "Sự kiện đời sống: "),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_nothing_is_stored(changes, said):
    good = {**dict.fromkeys(BIRTH | changes, ""), **BIRTH, "Mã thủ tục": "", "Tên dễ hiểu": "Kết hôn"}

    ((line, text),) = errors_of(xlsx(good, BIRTH | changes))

    assert line == 3 and said in text
    assert not Procedure.objects.everywhere().exists() and not LifeEvent.objects.everywhere().exists()


@pytest.mark.parametrize("column", ["Mã thủ tục", "Tên dễ hiểu"])
def test_the_same_code_or_title_twice_is_named(column):
    other = {**BIRTH, "Mã thủ tục": "1.000894", "Tên dễ hiểu": "Kết hôn"} | {column: BIRTH[column]}

    assert errors_of(xlsx(BIRTH, other)) == [(3, f"“{BIRTH[column]}” đã có ở dòng 2.")]


def test_two_lines_of_one_procedure_are_named():
    make_procedure(title="Khai sinh", code="1.001193")
    other = {**BIRTH, "Mã thủ tục": "", "Tên dễ hiểu": "Khai sinh"}

    assert "Trùng thủ tục với dòng 2." in dict(errors_of(xlsx(BIRTH, other)))[3]


def test_the_title_of_another_procedure_is_not_taken():
    make_procedure(title="Khai sinh", code="1.001193")
    make_procedure(title="Đăng ký khai sinh", code="1.000894")

    assert errors_of(xlsx(BIRTH)) == [(2, "Tên này đã thuộc thủ tục có mã 1.000894.")]


def test_a_formula_is_named_with_its_cell():
    assert errors_of(xlsx(BIRTH | {"Lệ phí": "=1+1"})) == [
        (2, "Ô D2 chứa công thức. Hãy sao chép rồi dán lại dưới dạng giá trị.")
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"no workbook"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 100),
        ("a.xlsx", b""),
        ("a.csv", b"\xff\xfe\x00"),
    ],
)
def test_what_is_no_table_is_refused(name, data):
    assert [line for line, _text in errors_of(data, name)] == [1]


def test_a_table_without_its_columns_is_refused():
    assert "Tên dễ hiểu" in errors_of(sheet([["Mã thủ tục"], ["1.001193"]]))[0][1]
    assert errors_of(sheet([["title", "Tên dễ hiểu", "summary"], ["a", "b", "c"]]))[0][0] == 1
    assert [line for line, _text in errors_of(sheet([list(BIRTH), ["", "", ""]]))] == [1]


def test_no_more_lines_are_read_than_a_commune_has():
    rows = [["title", "summary"], *([f"Thủ tục {number}", "x"] for number in range(MOST_ROWS + 1))]

    ((line, _text),) = errors_of(sheet(rows))

    assert line == MOST_ROWS + 2


def test_five_thousand_lines_take_a_few_queries():
    rows = [
        ["title", "summary", "code", "papers"],
        *([f"Thủ tục {n}", "x", f"1.{n:06}", "Tờ khai\nẢnh"] for n in range(MOST_ROWS)),
    ]
    data = sheet(rows)

    with CaptureQueriesContext(connection) as first:
        take_over(first_commune(), "a.xlsx", data)
    with CaptureQueriesContext(connection) as again:
        report = take_over(first_commune(), "a.xlsx", data)

    assert ProcedurePaper.objects.filter(procedure__commune=first_commune()).count() == 2 * MOST_ROWS
    assert report.count(Outcome.UNCHANGED) == MOST_ROWS
    assert len(first) < 60 and len(again) < 15


def test_a_table_touches_no_other_commune():
    there = make_commune()
    theirs = make_procedure(title="Đăng ký khai sinh", code="1.001193", commune=there, summary="Ở kia.")

    take_over(first_commune(), "a.xlsx", xlsx(BIRTH | {"Sự kiện đời sống": "Có con"}))

    theirs.refresh_from_db()
    assert theirs.summary == "Ở kia."
    assert not LifeEvent.objects.of(there).exists()


# --- In the admin ---


def send(client, data: bytes, name: str = "a.xlsx", **more: str):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse(IMPORT), {"file": file, "_commune": first_commune().pk, **more})


def signed_in(client, person):
    client.force_login(person, backend="communes.work.MembershipBackend")
    return client


def test_the_report_tells_every_line(client):
    signed_in(client, make_publisher())
    make_procedure(title="Đăng ký khai sinh", code="1.001193")

    checked = send(client, xlsx(BIRTH, {**BIRTH, "Mã thủ tục": "", "Tên dễ hiểu": "Mới"}), only_check="on")
    before = Procedure.objects.everywhere().count()
    stored = send(client, xlsx(BIRTH, {**BIRTH, "Mã thủ tục": "", "Tên dễ hiểu": "Mới"}))

    said = stored.content.decode()
    assert "chưa lưu gì" in checked.content.decode() and before == 1
    assert "1 thủ tục mới, 1 thay đổi, 0 giữ nguyên" in said
    assert "<td>3</td><td>Mới</td><td>mới</td>" in said
    assert Procedure.objects.everywhere().count() == 2


def test_errors_stand_by_their_lines(client):
    signed_in(client, make_publisher())

    said = send(client, xlsx(BIRTH | {"Mã thủ tục": "abc"})).content.decode()

    assert "<td>2</td><td>Mã thủ tục: Mã thủ tục có dạng 1.001193.</td>" in said
    assert "Không có gì được lưu" in said or "Chưa lưu gì" in said


def test_the_sample_and_the_list_are_downloaded_by_those_who_may(client):
    make_procedure(title="Khai sinh")
    names = ("sample", "table")
    signed_in(client, make_publisher())

    books = [client.get(reverse(f"admin:procedures_procedure_{name}")) for name in names]
    rows = [list(load_workbook(io.BytesIO(book.content)).active.values) for book in books]
    signed_in(client, make_person(*DRAFTING))

    assert [list(table[0]) for table in rows] == [list(HEADINGS.values())] * 2
    assert rows[1][1][1] == "Khai sinh"
    assert {client.get(reverse(f"admin:procedures_procedure_{name}")).status_code for name in (*names, "import")} == {
        403
    }
    assert send(client, xlsx(BIRTH)).status_code == 403


def test_a_file_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr("procedures.admin.MOST_BYTES", 10)
    signed_in(client, make_publisher())

    response = send(client, xlsx(BIRTH))

    assert response.context["form"].errors["file"]
    assert not Procedure.objects.everywhere().exists()
