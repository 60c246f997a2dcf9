from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese import (
    VIETNAM,
    format_article_date,
    format_datetime_12h,
    format_long_date,
    format_published_time,
    parse_date,
)

NAIVE = datetime(2024, 3, 28, 14, 28)  # what the functions must refuse
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=VIETNAM)


def at(hour, minute):
    return datetime(2024, 3, 28, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (at(14, 28), "28/03/2024 2:28 CH"),
        (at(0, 5), "28/03/2024 12:05 SA"),
        (at(12, 5), "28/03/2024 12:05 CH"),
        (at(11, 59), "28/03/2024 11:59 SA"),
        (at(12, 0), "28/03/2024 12:00 CH"),
        (at(23, 59), "28/03/2024 11:59 CH"),
        (datetime(2024, 3, 27, 17, 5, tzinfo=UTC), "28/03/2024 12:05 SA"),
    ],
)
def test_writes_the_time_with_sa_and_ch(moment, text):
    assert format_datetime_12h(moment) == text


def test_writes_the_article_date():
    assert format_article_date(date(2020, 6, 30)) == "30 - 06 - 2020"
    assert format_article_date(datetime(2020, 6, 29, 18, 0, tzinfo=UTC)) == "30 - 06 - 2020"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 23), "Thứ Hai, ngày 23 tháng 11 năm 2026"),
        (date(2026, 11, 22), "Chủ nhật, ngày 22 tháng 11 năm 2026"),
        (date(2026, 2, 3), "Thứ Ba, ngày 03 tháng 02 năm 2026"),
        (date(2026, 9, 2), "Thứ Tư, ngày 02 tháng 9 năm 2026"),
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), "Thứ Hai, ngày 23 tháng 11 năm 2026"),
    ],
)
def test_writes_the_long_date(day, text):
    assert format_long_date(day) == text


@pytest.mark.parametrize(
    "write",
    [format_datetime_12h, format_article_date, format_long_date],
)
def test_refuses_a_moment_without_a_zone(write):
    with pytest.raises(ValueError, match="time zone"):
        write(NAIVE)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("28/03/2024", date(2024, 3, 28)),
        ("03/04/2024", date(2024, 4, 3)),
        ("3/4/2024", date(2024, 4, 3)),
        ("03-04-2024", date(2024, 4, 3)),
        ("3.4.2024", date(2024, 4, 3)),
        ("2024-04-03", date(2024, 4, 3)),
        (" 30 - 06 - 2020 ", date(2020, 6, 30)),
    ],
)
def test_reads_the_day_before_the_month(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["", "28/03", "28/03/24", "28/03-2024", "2024/03/28", "hôm qua", "٢٨/٠٣/٢٠٢٤"])
def test_refuses_another_form_of_date(text):
    with pytest.raises(ValueError, match="dd/mm/yyyy"):
        parse_date(text)


@pytest.mark.parametrize("text", ["30/02/2024", "04/28/2024", "29/02/2023", "01/01/0000"])
def test_refuses_a_day_the_calendar_lacks(text):
    with pytest.raises(ValueError, match="calendar"):
        parse_date(text)


@given(st.dates())
def test_reads_what_it_writes(day):
    assert parse_date(format_article_date(day)) == day
    assert parse_date(f"{day.day}/{day.month}/{day.year:04}") == day
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2024, 3, 28, 14, 28, tzinfo=VIETNAM), "28/03/2024 2:28 CH"),
        (datetime(2024, 3, 28, 0, 5, tzinfo=VIETNAM), "28/03/2024 12:05 SA"),
        (datetime(2024, 3, 28, 0, 0, 1, tzinfo=VIETNAM), "28/03/2024 12:00 SA"),
        (datetime(2024, 3, 28, 0, 0, tzinfo=VIETNAM), "28/03/2024"),
        (datetime(2024, 3, 27, 17, 0, tzinfo=UTC), "28/03/2024"),
    ],
)
def test_an_article_dated_without_an_hour_shows_none(moment, text):
    assert format_published_time(moment) == text
