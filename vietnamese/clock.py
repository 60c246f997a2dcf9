"""Times of the day as Vietnamese write them: 7h30, 7 giờ 30 phút, 7:30 SA, 13h30–17h."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise

from vietnamese.text import fold

_NOON = 12

# Of the folded text. Nobody writes "17:00 SA": such a time is refused.
_BEFORE_NOON = {"sa", "sang", "am"}
_AFTER_NOON = {"ch", "chieu", "toi", "pm"}
_HALVES = "|".join(sorted(_BEFORE_NOON | _AFTER_NOON | {"trua"}))
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})"
    r"(?:\s*(?:h|g|gio|:|\.)\s*(?:(?P<minute>\d{1,2})\s*(?:'|p|phut)?|(?P<half_past>ruoi))?)?"
    r"(?:(?<=:\d\d):(?P<second>\d\d)(?:\.\d+)?)?"
    rf"(?:\s*(?P<half>{_HALVES}))?"
)
_FROM_TO = re.compile(r"\s*(?:-|–|—|\bden\b|\btoi(?=\s+\d))\s*")
# A span may name its part of the day first: "Sáng: từ 7h30 đến 11h30".
_LEAD = re.compile(rf"(?:buoi\s+)?(?P<half>{_HALVES})?\s*:?\s*(?:tu\s+)?(?=\d)")
_BETWEEN_SPANS = re.compile(r"[,;\n]|\bva\b")
_NO_SPANS = {"", "-", "–", "x", "nghi", "dong cua", "khong", "khong lam viec", "khong tiep nhan"}


def parse_time(text: str) -> time:
    """Read a time of the day: 7h30, 7g30, 7:30, 7.30, 7h, 7 giờ 30 phút, 7 giờ rưỡi, 7:30 SA, 1:30 CH, 2 giờ chiều,
    and 07:30:15.

    12:05 SA is five past midnight, 12:05 CH five past noon, as `format_datetime_12h` writes them. Raises
    ValueError for anything else: 25:00, 7:60, 17:00 SA, 12 giờ tối.
    """
    match = _CLOCK.fullmatch(fold(text).strip())
    if match is None:
        raise ValueError(f"not a time of the day: {text!r}")
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if match["half_past"]:
        minute = 30
    if half in _BEFORE_NOON:
        if hour > _NOON:
            raise ValueError(f"no such hour before noon: {text!r}")
        hour %= _NOON
    elif half == "toi" and hour in (0, _NOON):
        raise ValueError(f"midnight or noon, of one day or the next: {text!r}")
    elif half in _AFTER_NOON and hour <= _NOON:
        hour = hour % _NOON + _NOON
    elif half == "trua" and hour < 3:
        hour += _NOON
    try:
        return time(hour, minute, int(match["second"] or 0))
    except ValueError as error:
        raise ValueError(f"no such time of the day: {text!r}") from error


def format_time(moment: time) -> str:
    """Return "7:30", "17:00": of 24 hours, the hour without zero."""
    return f"{moment.hour}:{moment.minute:02}"


def format_time_12h(moment: time) -> str:
    """Return "2:28 CH", as `format_datetime_12h` ends; with seconds, "2:28:07 CH", so that nothing is lost in a form."""
    half = "SA" if moment.hour < _NOON else "CH"
    seconds = f":{moment.second:02}" if moment.second else ""
    return f"{moment.hour % _NOON or _NOON}:{moment.minute:02}{seconds} {half}"


def parse_spans(text: str) -> list[tuple[time, time]]:
    """Read spans of a day: "7h30-11h30, 13h30-17h", "Sáng 7h30 – 11h30; chiều từ 1h30 đến 5h"; "Nghỉ" is none.

    Returns them in their order. Raises ValueError for a time that is none, a span that ends before it begins
    and spans that overlap; `args[1]` then holds the part of the text that is wrong, or is missing.
    """
    folded = fold(text).strip()
    if folded.rstrip(".") in _NO_SPANS:
        return []
    spans = sorted(_parse_span(part) for part in _BETWEEN_SPANS.split(folded) if part.strip())
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise OverlapError(text, format_span(*after))
    return spans


class OverlapError(ValueError):
    """Two spans of a day share some time."""


class OrderError(ValueError):
    """A span ends before it begins."""


def _parse_span(text: str) -> tuple[time, time]:
    part = text.strip()
    lead = _LEAD.match(part)
    half = (lead["half"] if lead else None) or ""
    ends = _FROM_TO.split(part[lead.end() :] if lead else part)
    if len(ends) != 2:
        raise ValueError("not a span from a time until a time", part)
    begins, ends_at = (_with_half(end, half) for end in ends)
    try:
        start, end = parse_time(begins), parse_time(ends_at)
    except ValueError as error:
        raise ValueError(str(error), part) from error
    if half == "" and start.hour < _NOON and re.search(r"(?:chieu|ch)$", ends_at.strip()):
        # "1h30 - 5h chiều" begins after noon; "7h30 - 5h chiều" in the morning.
        later = start.replace(hour=start.hour + _NOON)
        start = later if later < end else start
    if end <= start:
        raise OrderError("ends before it begins", part)
    return start, end


def _with_half(text: str, half: str) -> str:
    """The time with the half of the day that its span names, unless it says one of its own or needs none."""
    hour = re.match(r"\s*(\d{1,2})", text)
    is_plain = hour is not None and not re.search(rf"(?:{_HALVES})$", text.strip())
    return f"{text} {half}" if half and is_plain and hour is not None and 0 < int(hour[1]) < _NOON else text


def format_span(begins: time, ends: time) -> str:
    """Return "7:30–11:30"."""
    return f"{format_time(begins)}–{format_time(ends)}"
