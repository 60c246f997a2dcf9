"""Dates and times as this portal writes and reads them, in Vietnam's time zone.

Moments must be aware: a naive datetime has no place in a portal whose pages show one zone, so
it raises ValueError instead of being guessed.
"""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

SA = "SA"
"""Sáng, before noon."""

CH = "CH"
"""Chiều, from noon on."""

# Decree 30/2020/NĐ-CP, appendix II, V.8.c: "thứ Hai", "Chủ nhật"; here at the head of a line.
WEEKDAYS = (
    "Thứ Hai",
    "Thứ Ba",
    "Thứ Tư",
    "Thứ Năm",
    "Thứ Sáu",
    "Thứ Bảy",
    "Chủ nhật",
)

_DAY_FIRST = re.compile(r"([0-9]{1,2})\s*([/.-])\s*([0-9]{1,2})\s*\2\s*([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NOON = 12


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    return moment.astimezone(VIETNAM)


def _local_day(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _day_first(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def format_datetime_12h(moment: datetime) -> str:
    """Return "28/03/2024 2:28 CH": the hour without zero, SA before noon, CH from noon.

    00:05 → "12:05 SA"; 12:05 → "12:05 CH". Raises ValueError for a naive datetime.
    """
    local = _local(moment)
    hour = local.hour % _NOON or _NOON
    half = SA if local.hour < _NOON else CH
    return f"{_day_first(local)} {hour}:{local.minute:02} {half}"


def format_published_time(moment: datetime) -> str:
    """Return "28/03/2024 2:28 CH" for a list of articles; of one dated without an hour, "28/03/2024".

    An editor who gives a day and no hour stores its first moment, 00:00:00: nobody publishes then, and "12:00 SA"
    would tell the reader an hour that nobody chose. Raises ValueError for a naive datetime.
    """
    local = _local(moment)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return _day_first(local)
    return format_datetime_12h(moment)


def format_article_date(value: date) -> str:
    """Return "30 - 06 - 2020", as an article's "Đăng ngày" line has it.

    Takes a date, or a moment, whose day in Vietnam is used. Raises ValueError for a naive
    datetime.
    """
    day = _local_day(value)
    return f"{day.day:02} - {day.month:02} - {day.year:04}"


def format_long_date(value: date) -> str:
    """Return "Thứ Hai, ngày 23 tháng 11 năm 2026", for the head of a page.

    Days below 10 and the months 1 and 2 get a zero, the other months none: Decree
    30/2020/NĐ-CP, appendix I, on the date of a document. Takes a date, or a moment, whose day in
    Vietnam is used. Raises ValueError for a naive datetime.
    """
    day = _local_day(value)
    month = f"{day.month:02}" if day.month < 3 else f"{day.month}"
    return f"{WEEKDAYS[day.weekday()]}, ngày {day.day:02} tháng {month} năm {day.year}"


def format_weekday(day: date) -> str:
    """Return "thứ Hai", "Chủ nhật", as it stands inside a sentence."""
    name = WEEKDAYS[day.weekday()]
    return name if day.weekday() == 6 else name.replace("Thứ", "thứ")


def format_near_date(day: date) -> str:
    """Return "thứ Hai 30/11", for a day of the next weeks; days and months without zero."""
    return f"{format_weekday(day)} {day.day}/{day.month}"


def parse_date(text: str) -> date:
    """Read a date: dd/mm/yyyy, dd-mm-yyyy, dd.mm.yyyy or yyyy-mm-dd; a leading zero may be missing.

    The day always comes before the month: "03/04/2024" is 3 April. Spaces around the text and
    around separators are allowed ("30 - 06 - 2020"). Raises ValueError for anything else, for a
    two-digit year and for a day that the calendar does not have.
    """
    stripped = text.strip()
    if match := _DAY_FIRST.fullmatch(stripped):
        day, _, month, year = match.groups()
    elif match := _YEAR_FIRST.fullmatch(stripped):
        year, month, day = match.groups()
    else:
        raise ValueError(f"not a date as dd/mm/yyyy, dd-mm-yyyy or yyyy-mm-dd: {text!r}")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise ValueError(f"no such day in the calendar: {text!r}") from error
