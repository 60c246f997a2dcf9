"""Tables as readers meet them."""

from __future__ import annotations

import time

import pytest

from richtext import with_readable_tables


@pytest.mark.parametrize(
    "amount",
    ["312", "2.846", "1.017.728", "437,9", "2,04%", "12 %", "-5", "−5", "+3,5", "<p>8</p>", "<strong>97</strong>"],
)
def test_an_amount_stands_at_the_end_of_its_cell(amount):
    text = with_readable_tables(f"<table><tr><td>{amount}</td></tr></table>", "Bảng")

    assert f'<td class="amount">{amount}</td>' in text


@pytest.mark.parametrize(
    "words",
    [
        *("", "Bến Đò", "28/03/2024", "0912 345 678", "02373.123.456", "7h30", "Điều 5", "8:30", "45/QĐ-UBND", "-"),
        *("1, 2, 3", "<em>5</em>", "5<br>6"),
    ],
)
def test_whatever_else_stays_where_it_is(words):
    text = with_readable_tables(f"<table><tr><td>{words}</td></tr></table>", "Bảng")

    assert "amount" not in text


def test_what_the_editor_aligned_stays_so():
    cell = '<td class="align-center">312</td>'

    assert cell in with_readable_tables(f"<table><tr>{cell}</tr></table>", "Bảng")


def test_every_table_scrolls_in_a_box_of_its_own():
    one = '<table class="x"><tbody><tr><td>a</td></tr></tbody></table>'

    text = with_readable_tables(f"<p>a</p>{one}<p>b</p>{one}", "Bảng, cuộn ngang được")

    box = f'<div class="table-box" role="group" tabindex="0" aria-label="Bảng, cuộn ngang được">{one}</div>'
    assert text == f"<p>a</p>{box}<p>b</p>{box}"
    assert with_readable_tables("<p>312</p>", "Bảng") == "<p>312</p>"


def test_a_long_text_takes_time_in_proportion():
    def seconds(cells: int) -> float:
        """The best of three: another guest of the same machine only adds to it."""
        text = "<table>" + ("<td>" + "9" * 40 + "</td>" + "<td>1 </td><td>" * 2) * cells + "</table>"
        taken = []
        for _ in range(3):
            begun = time.thread_time()
            with_readable_tables(text, "Bảng")
            taken.append(time.thread_time() - begun)
        return min(taken)

    assert seconds(20_000) < 60 * max(seconds(1_000), 0.001)
