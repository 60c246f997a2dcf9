from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese import format_number, keep_numbers_whole


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1017728, None, "1.017.728"),
        (437.9, None, "437,9"),
        (0, None, "0"),
        (999, None, "999"),
        (-1017728, None, "-1.017.728"),
        (-0.5, None, "-0,5"),
        (0.1 + 0.2, None, "0,3"),
        (4.35 * 100, None, "435"),
        (1e6, None, "1.000.000"),
        (1e-7, None, "0,0000001"),
        (Decimal("437.90"), None, "437,9"),
        (Decimal("1E+6"), None, "1.000.000"),
        (437.9, 2, "437,90"),
        (2.675, 2, "2,68"),
        (1234.5, 0, "1.235"),
        (999.96, 1, "1.000,0"),
        (-0.04, 1, "0,0"),
        (-0.0, None, "0"),
        (Decimal(10) ** 40, 1, "10." + ".".join(["000"] * 13) + ",0"),
    ],
)
def test_writes_a_number(value, decimals, text):
    assert format_number(value, decimals) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_refuses_what_is_no_number(value):
    with pytest.raises(ValueError, match="not a finite number"):
        format_number(value)


def test_refuses_negative_decimals():
    with pytest.raises(ValueError, match="decimals"):
        format_number(1, -1)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_number_reads_back_as_itself(value):
    assert Decimal(format_number(value).replace(".", "").replace(",", ".")) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Gọi 0000 000 114 khi cần", "Gọi 0000~000~114 khi cần"),
        ("0000 000 100, 0000 000 101.", "0000~000~100, 0000~000~101."),
        ("hơn 30 000 đồng, 12 500,5 m", "hơn 30~000 đồng, 12 500,5 m"),
        ("ngày 12 tháng 3 năm 2026", "ngày 12 tháng 3 năm 2026"),
        ("8 hộ, 45 xã", "8 hộ, 45 xã"),
        ("100 200 300 400 500 600", "100~200~300~400 500~600"),
        ("Từ 2:28 CH đến 11:05 SA, 12:00 CHO", "Từ 2:28~CH đến 11:05~SA, 12:00 CHO"),
        ("", ""),
    ],
)
def test_a_number_in_groups_is_not_broken(text, shown):
    assert keep_numbers_whole(text) == shown.replace("~", "\u00a0")
