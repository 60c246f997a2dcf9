"""The days off that are expected in a year."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.rules.publicholidays import FIRST_YEAR, LAST_YEAR, expected, lunar_new_year


@pytest.mark.parametrize(
    ("year", "first_day"),
    # Published by the Vietnamese calendar office. In 2007, 2030 and 2053 China's year begins a day later.
    [(2024, date(2024, 2, 10)), (2026, date(2026, 2, 17)), (2027, date(2027, 2, 6))]
    + [(2007, date(2007, 2, 17)), (2030, date(2030, 2, 2)), (2053, date(2053, 2, 18))],
)
def test_the_lunar_year_begins_by_hanois_time(year, first_day):
    assert lunar_new_year(year) == first_day


def test_the_days_of_2027():
    runs = [(run.begins_on, run.ends_on, run.name) for run in expected(2027)]

    assert runs[1] == (date(2027, 2, 4), date(2027, 2, 10), "Tết Nguyên đán")
    assert (date(2027, 4, 16), date(2027, 4, 16), "Giỗ Tổ Hùng Vương") in runs
    assert (date(2027, 9, 2), date(2027, 9, 3), "Quốc khánh 2/9") in runs


@given(st.integers(FIRST_YEAR, LAST_YEAR))
def test_every_year_has_its_days_once_and_in_order(year):
    runs = expected(year)

    assert {"Tết Dương lịch", "Tết Nguyên đán", "Giỗ Tổ Hùng Vương", "Quốc khánh 2/9"} <= {run.name for run in runs}
    for before, after in pairwise(runs):
        assert before.begins_on <= before.ends_on < after.begins_on
    new_year = next(run for run in runs if run.name == "Tết Nguyên đán")
    assert new_year.begins_on < lunar_new_year(year) <= new_year.ends_on - timedelta(days=3)


def test_a_year_that_nobody_can_reckon_has_none():
    assert expected(LAST_YEAR + 1) == expected(1) == ()
