"""A weekly work schedule out of what was pasted."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.rules.cells import MOST_COLUMNS, MOST_ROWS, rows_of
from schedules.rules.pasting import read

MONDAY = date(2026, 11, 30)
HEADING = "<tr><th>Thứ, ngày</th><th>Thời gian</th><th>Nội dung</th><th>Thành phần</th><th>Địa điểm</th></tr>"


def table(*rows: str, heading: str = HEADING) -> str:
    return f"<table>{heading}{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def days(text: str) -> list[tuple[int, str, str]]:
    return [((entry.on - MONDAY).days, entry.session, entry.content) for entry in read(text, MONDAY).entries]


def test_a_merged_day_counts_for_all_its_rows():
    pasted = read(
        table(
            "<td rowspan=3><p>Thứ Hai</p><p>30/11</p></td><td>7h30</td><td>Giao ban</td><td rowspan=2>CT, PCT</td><td>P1</td>",
            "<td>Chiều</td><td>Họp</td><td></td>",
            "<td>Tối</td><td>Trực</td><td></td><td></td>",
            "<td>Thứ Ba</td><td>8h - 9h30</td><td>Tiếp dân</td><td></td><td></td>",
        ),
        MONDAY,
    )

    assert pasted.faults == []
    assert [(e.on.day, e.session, e.content, e.who) for e in pasted.entries] == [
        (30, "morning", "Giao ban", "CT, PCT"),
        (30, "afternoon", "Họp", "CT, PCT"),
        (30, "evening", "Trực", ""),
        (1, "morning", "Tiếp dân", ""),
    ]
    assert pasted.entries[0].starts_at == time(7, 30)
    assert pasted.entries[3].hours == "8:00–9:30"


def test_a_table_of_excel_with_tabs():
    text = (
        "Thứ\tBuổi\tGiờ\tNội dung\tThành phần\tĐịa điểm\r\n"
        '"Thứ 2\n30/11"\tSáng\t8h00\tHọp A\t"CT\nPCT"\tP1\r\n'
        "\t\t9h30\tHọp B\t\t\r\n"
        "\tChiều\t\tTiếp khách\tPCT\t\r\n"
        "CN\tSáng\t\tTrực\t\t\r\n"
    )

    assert days(text) == [
        (0, "morning", "Họp A"),
        (0, "morning", "Họp B"),
        (0, "afternoon", "Tiếp khách"),
        (6, "morning", "Trực"),
    ]
    assert read(text, MONDAY).entries[0].who == "CT\nPCT"


def test_a_table_with_a_column_for_each_half_of_the_day():
    text = "Ngày\tSáng\tChiều\nThứ 3\tHọp\tĐi cơ sở\nThứ 4 (2/12)\t\tHọp giao ban\n"

    assert days(text) == [(1, "morning", "Họp"), (1, "afternoon", "Đi cơ sở"), (2, "afternoon", "Họp giao ban")]


def test_a_day_across_the_table_and_a_note_below_it():
    pasted = read(
        table(
            "<td colspan=5>THỨ TƯ (2/12)</td>",
            "<td></td><td>Sáng</td><td>Họp</td><td></td><td></td>",
            "<td colspan=5>Ghi chú: lịch có thể thay đổi.</td>",
            heading=f"<tr><td colspan=5>LỊCH CÔNG TÁC TUẦN 49</td></tr>{HEADING}",
        ),
        MONDAY,
    )

    assert [(entry.on, entry.content) for entry in pasted.entries] == [(date(2026, 12, 2), "Họp")]
    assert pasted.notes == ["Ghi chú: lịch có thể thay đổi."]


def test_a_table_without_heading_in_the_usual_order():
    assert days("Thứ 2\tsáng\thọp\nThứ Ba\t14h\ttiếp dân") == [(0, "morning", "họp"), (1, "afternoon", "tiếp dân")]


def test_afternoon_hours_written_from_one_to_five():
    entry = read(table("<td>T2</td><td>Chiều<br>1h30 - 3h</td><td>Họp</td><td></td><td></td>"), MONDAY).entries[0]

    assert (entry.starts_at, entry.hours) == (time(13, 30), "13:30–15:00")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("<td>Thứ Hai</td><td>25h</td><td>Họp</td><td></td><td></td>", "time"),
        ("<td>Thứ Ba 8/12</td><td>Sáng</td><td>Họp</td><td></td><td></td>", "other week"),
        ("<td>Thứ Ba 2/12</td><td>Sáng</td><td>Họp</td><td></td><td></td>", "weekday"),
        ("<td>Thứ Tám</td><td>Sáng</td><td>Họp</td><td></td><td></td>", "day"),
        ("<td></td><td>Sáng</td><td>Họp</td><td></td><td></td>", "no day"),
        ("<td>Thứ Hai</td><td>8h</td><td></td><td>CT</td><td></td>", "no content"),
        (f"<td>Thứ Hai</td><td>8h</td><td>{'dài ' * 500}</td><td></td><td></td>", "cell"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_others_are_read(row, reason):
    good = "<td>Thứ Sáu</td><td>Sáng</td><td>Trực</td><td></td><td></td>"

    pasted = read(table(row, good), MONDAY)

    assert [(fault.line, fault.reason) for fault in pasted.faults] == [(2, reason)]
    assert [entry.content for entry in pasted.entries] == ["Trực"]


def test_rows_below_a_day_that_is_not_understood_are_not_put_on_the_day_before():
    text = "Thứ\tGiờ\tNội dung\nThứ 2\t8h\tA\nThứ 9\t8h\tB\n\t9h\tC\n"

    pasted = read(text, MONDAY)

    assert [entry.content for entry in pasted.entries] == ["A"]
    assert [fault.line for fault in pasted.faults] == [3, 4]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \t \n", "empty"),
        ("<table></table>", "empty"),
        ("Thứ\tGiờ\tNội dung", "empty"),
        ("Chào bạn", "columns"),
        ("x" * 3_000_000, "long"),
        (table(*["<td>Thứ 2</td><td>8h</td><td>Họp</td><td></td><td></td>"] * (MOST_ROWS + 1)), "rows"),
    ],
)
def test_what_is_no_schedule_is_refused_as_a_whole(text, reason):
    pasted = read(text, MONDAY)

    assert [fault.reason for fault in pasted.faults] == [reason]
    assert pasted.entries == []


def test_a_cell_merged_over_everything_stays_within_bounds():
    rows = rows_of("<table>" + "<tr><td rowspan=99999 colspan=99999>a" * 500)

    assert len(rows) <= MOST_ROWS + 1
    assert max(len(row.cells) for row in rows) <= MOST_COLUMNS


def test_scripts_and_styles_of_word_are_no_text():
    html = "<style>td{color:red}</style>" + table(
        "<td>Thứ 2</td><td>8h</td><td>Họp<script>alert(1)</script></td><td></td><td></td>"
    )

    assert days(html) == [(0, "morning", "Họp")]


CELLS = st.sampled_from(["Thứ 2", "Thứ Ba 1/12", "CN", "", "Sáng", "8h", "25h", "Họp", "99/99", "<b>x</b>", "Thứ 9"])
PIECES = st.sampled_from(
    ["<table>", "<tr>", "<td>", "<td rowspan=3>", "<td colspan='2'>", "</td>", "</tr>", "\t", "\n"]
)


@given(st.lists(st.one_of(CELLS, PIECES, st.text(max_size=8)), max_size=40).map("".join))
def test_whatever_is_pasted_is_read_or_named(text):
    pasted = read(text, MONDAY)

    for entry in pasted.entries:
        assert MONDAY <= entry.on <= MONDAY + timedelta(days=6)
        assert entry.content
    assert pasted.entries or pasted.faults
    assert all(fault.line >= 1 for fault in pasted.faults)
