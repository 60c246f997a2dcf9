"""A weekly work schedule out of a table that was pasted from Word or Excel. Pure functions.

A cell that is merged over several rows counts for all of them; in text with tabs, where all but its first row are
empty, an empty day is that of the row above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from schedules.rules.cells import MOST_CHARACTERS, MOST_ROWS, Cell, Line, Row, rows_of
from vietnamese import fold, one_line
from vietnamese.clock import parse_time

MOST_OF_A_CELL = 1_000

SESSIONS = {"sang": "morning", "chieu": "afternoon", "toi": "evening"}
_DAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5}
_DAY = re.compile(r"(?:\bthu\s*|^t\s*\.?\s*)(?P<day>hai|ba|tu|nam|sau|bay|[2-7])\b|\b(?P<sunday>chu nhat|cn)\b")
_DATE = re.compile(r"\b(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})(?:\s*[/.-]\s*(?P<year>\d{4}))?\b(?!\s*(?:h|:))")
_CLOCK = re.compile(r"\d{1,2}\s*(?:h|g|gio|:)\s*(?:\d{2})?(?:\s*phut|\s*p\b)?(?:\s*(?:sa|ch)\b)?")
# What the heading of a column says of it, folded; the first that fits. "Thời gian" may hold the day as well.
_HEADINGS = (
    ("day", ("thu", "ngay", "thu, ngay", "thu/ngay", "ngay, thu", "ngay thang", "thu ngay", "ngay trong tuan")),
    ("time", ("buoi", "gio", "thoi gian", "thoi diem", "ca")),
    ("content", ("noi dung", "cong viec", "noi dung cong viec", "noi dung cong tac", "hoat dong")),
    ("place", ("dia diem", "noi", "phong", "dia diem to chuc")),
    ("who", ("thanh phan", "chu tri", "nguoi", "lanh dao", "du", "tham du", "thanh vien", "can bo", "phan cong")),
    ("morning", ("sang", "buoi sang")),
    ("afternoon", ("chieu", "buoi chieu")),
    ("number", ("stt", "tt", "so tt")),
    ("note", ("ghi chu", "chuan bi", "don vi chuan bi")),
)
_BY_POSITION = {
    3: ("day", "time", "content"),
    4: ("day", "time", "content", "place"),
    5: ("day", "time", "content", "who", "place"),
}


@dataclass(frozen=True)
class Entry:
    """One thing of the week. `session` is "", "morning", "afternoon" or "evening"."""

    on: date
    content: str
    session: str = ""
    starts_at: time | None = None
    hours: str = ""
    """As it was written where it is more than one time: "7h30–9h"."""
    who: str = ""
    place: str = ""


@dataclass(frozen=True)
class Fault:
    """A line (counted from 1) that is not understood, and why: the key of a sentence, with its words."""

    line: int
    reason: str
    said: str = ""


@dataclass
class Pasted:
    """What was understood and what was not."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Lines across the whole table below its entries."""


def read(text: str, monday: date) -> Pasted:
    """The entries of the week that begins on `monday`, in the order of the table."""
    pasted = Pasted()
    if len(text) > MOST_CHARACTERS:
        pasted.faults.append(Fault(1, "long"))
        return pasted
    rows = [row for row in rows_of(text) if any(cell.text for cell in row.cells)]
    if not rows:
        pasted.faults.append(Fault(1, "empty"))
        return pasted
    if len(rows) > MOST_ROWS:
        pasted.faults.append(Fault(MOST_ROWS + 1, "rows"))
        return pasted
    heading = next((place for place, row in enumerate(rows[:5]) if _roles(row.cells) is not None), None)
    roles: Sequence[str] | None = _roles(rows[heading].cells) if heading is not None else None
    if roles is None:
        roles = _by_position(rows)
        if roles is None:
            pasted.faults.append(Fault(rows[0].line, "columns"))
            return pasted
    _Reader(monday, roles, pasted).read(rows[heading + 1 :] if heading is not None else rows)
    if not pasted.entries and not pasted.faults:
        pasted.faults.append(Fault(rows[0].line, "empty"))
    return pasted


class _Reader:
    """Reads rows one after the other; an empty cell of day or session means that of the row above."""

    def __init__(self, monday: date, roles: Sequence[str], pasted: Pasted) -> None:
        self.monday = monday
        self.roles = roles
        self.pasted = pasted
        self.on: date | None = None
        self.session = ""

    def read(self, rows: Sequence[Line]) -> None:
        for row in rows:
            try:
                self._read_row(row.cells)
            except _NotUnderstoodError as fault:
                self.pasted.faults.append(Fault(row.line, fault.reason, fault.said))

    def _read_row(self, cells: Row) -> None:
        across = _across(cells)
        if across is not None:
            self._read_across(across)
            return
        texts = self._texts(cells)
        if texts["day"]:
            self._take_day(texts["day"])
        session, starts_at, hours = _time_of(texts["time"])
        if "day" not in self.roles and (said := _day_in(texts["time"])):
            self._take_day(said)
        if self.on is None:
            raise _NotUnderstoodError("no day", texts["content"][:60])
        self.session = session or (self.session if starts_at is None else _session_of(starts_at))
        for name in ("morning", "afternoon"):
            for line in texts[name].splitlines():
                if line.strip():
                    self.pasted.entries.append(Entry(self.on, _short(line), session=name))
        content = "\n".join(filter(None, (texts["content"], texts["note"])))
        if not content:
            if texts["who"] or texts["place"] or hours or (starts_at and "content" in self.roles):
                raise _NotUnderstoodError("no content", " ".join(filter(None, (hours, texts["who"], texts["place"]))))
            return
        self.pasted.entries.append(
            Entry(
                self.on, _short(content), self.session, starts_at, hours, _short(texts["who"]), _short(texts["place"])
            )
        )

    def _read_across(self, text: str) -> None:
        """A cell as wide as the table: the name of a day, or a note."""
        if _DAY.match(fold(text).strip()) and len(text) < 60:
            self._take_day(text)
        else:
            self.pasted.notes.append(_short(text))

    def _take_day(self, text: str) -> None:
        """What follows is of this day; when the day is not understood, of none, and not of the day before."""
        before, self.on = self.on, None
        self.on = _day_of(text, self.monday)
        if self.on != before:
            self.session = ""

    def _texts(self, cells: Row) -> dict[str, str]:
        """By role, what the cells say; a cell that is merged over several columns says it once."""
        texts = dict.fromkeys(("day", "time", "content", "who", "place", "morning", "afternoon", "note", "number"), "")
        before: Cell | None = None
        for role, cell in zip(self.roles, cells, strict=False):
            if not cell.text or (cell.is_merged and before is not None and before.text == cell.text):
                before = cell
                continue
            texts[role] = f"{texts[role]}\n{cell.text}" if texts[role] else cell.text
            before = cell
        return texts


class _NotUnderstoodError(Exception):
    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said


def _short(text: str) -> str:
    lines = (one_line(line) for line in text.splitlines())
    kept = "\n".join(line for line in lines if line)
    if len(kept) > MOST_OF_A_CELL:
        raise _NotUnderstoodError("cell", kept[:40])
    return kept


# The day


def _day_of(text: str, monday: date) -> date:
    """The day of the week that a cell names by its weekday, by its date, or by both."""
    folded = fold(text).strip()
    weekday = _weekday_in(folded)
    match = _DATE.search(folded)
    if match is None:
        if weekday is None:
            raise _NotUnderstoodError("day", text[:40])
        return monday + timedelta(days=weekday)
    on = _date_in(match, monday)
    if on is None:
        raise _NotUnderstoodError("day", text[:40])
    if not monday <= on <= monday + timedelta(days=6):
        raise _NotUnderstoodError("other week", text[:40])
    if weekday is not None and on.weekday() != weekday:
        raise _NotUnderstoodError("weekday", text[:40])
    return on


def _weekday_in(folded: str) -> int | None:
    match = _DAY.search(folded) or re.fullmatch(r"(?P<day>hai|ba|tu|nam|sau|bay|[2-7])(?P<sunday>)", folded)
    if match is None:
        return None
    return 6 if match["sunday"] else _DAYS[match["day"]]


def _date_in(match: re.Match[str], monday: date) -> date | None:
    """The date; without a year, the one nearest to the week."""
    years = [int(match["year"])] if match["year"] else [monday.year, monday.year + 1]
    found = []
    for year in years:
        try:
            found.append(date(year, int(match["month"]), int(match["day"])))
        except ValueError:
            continue
    return min(found, key=lambda on: abs((on - monday).days), default=None)


def _day_in(text: str) -> str:
    """The line of a cell that names a day and a time; it is both where there is no column for the day."""
    folded = fold(text)
    return text if _DAY.search(folded) or _DATE.search(folded) else ""


# The time


def _time_of(text: str) -> tuple[str, time | None, str]:
    """Session, beginning, and the hours as they were written when they are more than a beginning."""
    folded = fold(text)
    words = set(re.findall(r"[a-z]+", folded))
    session = next((name for word, name in SESSIONS.items() if word in words), "")
    clocks = []
    for match in _CLOCK.finditer(folded):
        try:
            clocks.append(parse_time(match[0]))
        except ValueError:
            raise _NotUnderstoodError("time", one_line(text)[:40]) from None
    if not clocks:
        if folded.strip() and not session and not _day_in(text) and not re.search(r"ca ngay|ca tuan", folded):
            raise _NotUnderstoodError("time", one_line(text)[:40])
        return session, None, ""
    starts_at = clocks[0]
    if session in ("afternoon", "evening") and starts_at.hour < 12:
        later = starts_at.hour + 12
        starts_at = starts_at.replace(hour=later)
        clocks = [starts_at, *(c.replace(hour=c.hour + 12) if c.hour < 12 else c for c in clocks[1:])]
    hours = "–".join(f"{c.hour}:{c.minute:02}" for c in clocks) if len(clocks) > 1 else ""
    return session or _session_of(starts_at), starts_at, hours


def _session_of(starts_at: time) -> str:
    if starts_at.hour < 12:
        return "morning"
    return "afternoon" if starts_at.hour < 18 else "evening"


# The columns


def _roles(cells: Row) -> list[str] | None:
    """What the columns hold, when the row is a heading: at least a day or a time, and a content."""
    roles = [_role(cell.text) for cell in cells]
    has_time = "day" in roles or "time" in roles
    has_content = "content" in roles or ("morning" in roles and "afternoon" in roles)
    return [role or "note" for role in roles] if has_time and has_content else None


def _role(text: str) -> str:
    folded = " ".join(re.findall(r"[a-z0-9,/]+", fold(text)))
    for role, headings in _HEADINGS:
        if folded in headings:
            return role
    for role, headings in _HEADINGS:
        if any(len(heading) > 3 and folded.startswith(heading) for heading in headings) and len(folded) < 60:
            return role
    return ""


def _by_position(rows: Sequence[Line]) -> tuple[str, ...] | None:
    """The columns of a table without heading: the usual order, when its first cell is a day."""
    width = max(len(row.cells) for row in rows)
    first = fold(rows[0].cells[0].text).strip()
    if width not in _BY_POSITION or (_weekday_in(first) is None and _DATE.search(first) is None):
        return None
    return _BY_POSITION[width]


def _across(cells: Row) -> str | None:
    """What a row says that is one cell: merged over all columns, or alone in its row."""
    said = {cell.text for cell in cells if cell.text}
    if len(said) != 1 or len(cells) < 2:
        return None
    is_one = all(cell.text for cell in cells) and any(cell.is_merged for cell in cells[1:])
    return said.pop() if is_one else None
