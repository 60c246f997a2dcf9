"""Procedures from a table, all of its lines or none, with a report for each line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communes.models import Commune
from procedures.models import LifeEvent, Procedure, ProcedurePaper, State, lines_of
from spreadsheet import Sheet, formula_cells, plain_text, read_table
from vietnamese import fold, one_line, paragraphs, parse_date, slugify

MOST_ROWS = 5_000
MOST_BYTES = 5 * 1024 * 1024
# Field of the model → the heading of its column. A heading is known by either, folded.
HEADINGS = {
    "code": "Mã thủ tục",
    "title": "Tên dễ hiểu",
    "official_name": "Tên theo quyết định",
    "life_event": "Sự kiện đời sống",
    "field": "Lĩnh vực",
    "summary": "Thủ tục này là gì",
    "audience": "Ai được làm",
    "papers": "Giấy tờ cần mang",
    "steps": "Các bước",
    "duration": "Thời hạn",
    "fee": "Lệ phí",
    "place": "Nơi nộp",
    "result": "Kết quả",
    "legal_grounds": "Căn cứ pháp lý",
    "state": "Trạng thái",
    "reviewed_on": "Rà soát ngày",
    "review_on": "Rà soát lại ngày",
}
REQUIRED = ("title", "summary")
MULTILINE = {"summary", "audience", "papers", "steps", "place", "legal_grounds"}
DAYS = {"reviewed_on", "review_on"}
STATES = {State.DRAFT: "nháp", State.PUBLISHED: "đăng"}
KINDS = {
    ProcedurePaper.Kind.ORIGINAL: "bản chính",
    ProcedurePaper.Kind.COPY: "bản sao",
    ProcedurePaper.Kind.CERTIFIED: "bản sao chứng thực",
    ProcedurePaper.Kind.SHOWN: "xuất trình",
}
EXAMPLE = {
    "code": "1.001193",
    "title": "Đăng ký khai sinh",
    "official_name": "Thủ tục đăng ký khai sinh",
    "life_event": "Có con",
    "field": "Hộ tịch",
    "summary": "Ghi tên con vào sổ hộ tịch và nhận giấy khai sinh.",
    "audience": "Cha hoặc mẹ; ông, bà, người thân khác nếu cha mẹ không thể đi",
    "papers": "Giấy chứng sinh | bản chính | 1 | nếu không có thì người làm chứng xác nhận\nTờ khai đăng ký khai sinh | bản chính | 1",
    "steps": "Nộp hồ sơ ở Bộ phận Một cửa\nKiểm tra bản nháp giấy khai sinh\nNhận giấy khai sinh",
    "duration": "Trong ngày làm việc",
    "fee": "Không thu nếu đúng hạn 60 ngày",
    "place": "Bộ phận Một cửa của xã",
    "result": "Giấy khai sinh (bản chính)",
    "legal_grounds": "Luật Hộ tịch số 60/2014/QH13",
    "state": "nháp",
    "reviewed_on": "01/11/2026",
    "review_on": "01/05/2027",
}
# A dash in a cell is no minus: "- Tờ khai" is a paper with a bullet.
_BULLET = re.compile(r"^[-–•+*]\s+")


class Outcome(Enum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return {"new": _("new procedure"), "changed": _("changed"), "unchanged": _("unchanged")}[self.value]


class RefusedTableError(Exception):
    """The table cannot be taken as it is; `errors` are (line of the file, what is wrong with it)."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"{line}: {text}" for line, text in errors))
        self.errors = sorted(errors)


@dataclass(frozen=True)
class Paper:
    name: str
    kind: str
    count: int
    note: str
    link: str


@dataclass
class Line:
    """A line of the table: the values of its columns, and the papers if there is a column for them."""

    number: int
    values: dict[str, Any]
    event: str | None = None
    papers: list[Paper] | None = None


@dataclass
class Report:
    """What came of a table: for each line its title and what happened to it; life events that are new."""

    lines: list[tuple[int, str, Outcome]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        return sum(what is outcome for _line, _title, what in self.lines)


def sheet_of(procedures: Sequence[Procedure]) -> Sheet:
    """Procedures (with life event and papers) as a table that can be taken back; without any, an example."""
    rows = [row_of(procedure) for procedure in procedures] or [[EXAMPLE[name] for name in HEADINGS]]
    return Sheet("Thủ tục", list(HEADINGS.values()), rows)


def row_of(procedure: Procedure) -> list[str]:
    cells = {name: getattr(procedure, name) for name in HEADINGS if name != "papers"}
    cells |= {
        "life_event": procedure.life_event.name if procedure.life_event else "",
        "state": STATES[State(procedure.state)],
        "papers": "\n".join(_paper_text(paper) for paper in procedure.papers.all()),
    }
    cells |= {name: f"{cells[name]:%d/%m/%Y}" if cells[name] else "" for name in DAYS}
    return [cells[name] for name in HEADINGS]


def _paper_text(paper: ProcedurePaper) -> str:
    parts = [paper.name, KINDS[ProcedurePaper.Kind(paper.kind)], str(paper.count), paper.note, paper.link]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def take_over(commune: Commune, name: str, data: bytes, *, only_check: bool = False) -> Report:
    """Bring the procedures of a file into the commune; nothing is stored if a line is wrong, or `only_check`.

    A line is the procedure with its code, else with its title. Columns that the table lacks stay as they are. Raises
    RefusedTableError.
    """
    lines = _read(_rows_of(name, data))
    with transaction.atomic():
        # Two tables at a time come one after the other.
        Commune.objects.select_for_update(no_key=True).get(pk=commune.pk)
        report = _store(commune, lines)
        transaction.set_rollback(only_check)
    return report


# --- Reading: everything that can be seen without the database ---


def _rows_of(name: str, data: bytes) -> list[list[str]]:
    """The cells of the file. Raises RefusedTableError for what is no table, too long, or computes."""
    try:
        rows = read_table(name, data, MOST_ROWS + 2)
        formulas = formula_cells(name, data, MOST_ROWS + 2)
    except ValueError as error:
        raise RefusedTableError([(1, _("The file is no CSV in UTF-8 and no XLSX."))]) from error
    if len(rows) > MOST_ROWS + 1:
        raise RefusedTableError([(MOST_ROWS + 2, _("At most %(most)d lines are read.") % {"most": MOST_ROWS})])
    if formulas:
        text = _("Cell %(cell)s holds a formula. Copy it and paste its value.")
        raise RefusedTableError([(line, text % {"cell": f"{column}{line}"}) for line, column in formulas[:50]])
    return rows


def _read(rows: Sequence[Sequence[str]]) -> list[Line]:
    if not rows:
        raise RefusedTableError([(1, _("The file is empty."))])
    known = {fold(heading): name for name, heading in HEADINGS.items()}
    known |= {fold(name.replace("_", " ")): name for name in HEADINGS}
    headings = [known.get(fold(one_line(plain_text(cell))).replace("_", " "), "") for cell in rows[0]]
    missing = [HEADINGS[name] for name in REQUIRED if name not in headings]
    if missing:
        text = _("The first line names the columns; missing: %(names)s.") % {"names": ", ".join(missing)}
        raise RefusedTableError([(1, text)])
    twice = sorted({HEADINGS[name] for name in headings if name and headings.count(name) > 1})
    if twice:
        raise RefusedTableError([(1, _("Two columns are called so: %(names)s.") % {"names": ", ".join(twice)})])
    lines: list[Line] = []
    errors: list[tuple[int, str]] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: plain_text(cell) for name, cell in zip(headings, row, strict=False) if name}
        if not any(cell.strip() for cell in cells.values()):
            continue
        # A row may be shorter than the heading.
        cells = dict.fromkeys(filter(None, headings), "") | cells
        try:
            lines.append(_line(number, cells))
        except ValidationError as error:
            errors += [(number, message) for message in error.messages]
    errors += _repeated(lines)
    if errors:
        raise RefusedTableError(errors)
    if not lines:
        raise RefusedTableError([(1, _("The file is empty."))])
    return lines


def _repeated(lines: list[Line]) -> list[tuple[int, str]]:
    """What may stand in one line of a table only."""
    errors = []
    for column in ("code", "title"):
        first: dict[str, int] = {}
        for line in lines:
            value = line.values.get(column, "")
            before = first.setdefault(value, line.number)
            if value and before != line.number:
                text = _("“%(value)s” already stands in line %(line)d.") % {"value": value, "line": before}
                errors.append((line.number, text))
    return errors


def _line(number: int, cells: dict[str, str]) -> Line:
    """Raises ValidationError with everything that is wrong in the line."""
    line, errors = Line(number, {}), []
    for name, cell in cells.items():
        try:
            if name == "papers":
                line.papers = _papers(cell)
            elif name == "life_event":
                line.event = _event_name(cell)
            elif name == "state" and not cell.strip():
                continue  # as it is: a new one is a draft
            else:
                line.values[name] = _value(name, cell)
        except ValidationError as error:
            errors += [f"{HEADINGS[name]}: {message}" for message in error.messages]
    checked, again = line.values.get("reviewed_on"), line.values.get("review_on")
    if checked and again and again <= checked:
        errors.append(_("It is checked again after it was checked."))
    if errors:
        raise ValidationError(errors)
    return line


def _value(name: str, cell: str) -> Any:
    text = paragraphs(cell) if name in MULTILINE else one_line(cell)
    if name in DAYS:
        return _day(text)
    if name == "state":
        return _choice(text, STATES)
    return Procedure._meta.get_field(name).clean(text, None)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text.partition(" ")[0])  # a cell that holds a day comes with its midnight
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is no day, such as 01/11/2026.") % {"text": text}) from error


def _choice(text: str, words: dict[Any, str]) -> Any:
    """The choice that is meant by its Vietnamese or English word. Raises ValidationError."""
    for choice, word in words.items():
        if fold(text) in (fold(word), str(choice.value)):
            return choice.value
    raise ValidationError(_("“%(text)s” is none of: %(words)s.") % {"text": text, "words": ", ".join(words.values())})


def _event_name(cell: str) -> str:
    text = one_line(cell)
    return LifeEvent._meta.get_field("name").clean(text, None) if text else ""


def _papers(cell: str) -> list[Paper]:
    """One a line: name | kind | number | note | link, the last four of which may be left out."""
    papers: list[Paper] = []
    for line in lines_of(paragraphs(cell)):
        name, kind, count, note, link, *rest = [*(part.strip() for part in _BULLET.sub("", line).split("|")), *[""] * 4]
        if any(rest):
            raise ValidationError(_("“%(line)s” has more than five parts.") % {"line": line})
        field_of = ProcedurePaper._meta.get_field
        if not (count or "1").isascii() or not (count or "1").isdigit():
            raise ValidationError(_("“%(text)s” is no number of papers.") % {"text": count})
        paper = Paper(
            field_of("name").clean(name, None),
            _choice(kind, KINDS) if kind else ProcedurePaper.Kind.ORIGINAL.value,
            field_of("count").clean(int((count or "1")[:4]), None),
            field_of("note").clean(note, None),
            field_of("link").clean(link, None),
        )
        if paper.name in {other.name for other in papers}:
            raise ValidationError(_("“%(name)s” stands in the list twice.") % {"name": paper.name})
        papers.append(paper)
    return papers


# --- Storing: the same few queries for ten lines and for thousands ---


def _store(commune: Commune, lines: list[Line]) -> Report:
    """Raises RefusedTableError."""
    report = Report()
    events = _events(commune, lines, report)
    known = list(Procedure.objects.of(commune).prefetch_related("papers").order_by("pk"))
    by_code = {procedure.code: procedure for procedure in known if procedure.code}
    by_title = {procedure.title: procedure for procedure in known}
    new: list[tuple[Procedure, Line]] = []
    changed: list[tuple[Procedure, Line]] = []
    taken: dict[int, int] = {}
    errors: list[tuple[int, str]] = []
    for line in lines:
        code, title = line.values.get("code", ""), line.values["title"]
        procedure = by_code.get(code) or by_title.get(title)
        if procedure is None:
            procedure = Procedure(commune=commune)
            outcome = Outcome.NEW
        else:
            before = taken.setdefault(procedure.pk, line.number)
            if before != line.number:
                text = _("Line %(line)d is the same procedure.") % {"line": before}
                errors.append((line.number, text))
            outcome = Outcome.CHANGED if _differs(procedure, line, events) else Outcome.UNCHANGED
        other = by_title.get(title)
        if other is not None and other is not procedure:
            text = _("The title belongs to the procedure with the code %(code)s.") % {"code": other.code or "–"}
            errors.append((line.number, text))
        _set(procedure, line, events)
        if outcome is not Outcome.UNCHANGED:
            (new if outcome is Outcome.NEW else changed).append((procedure, line))
        report.lines.append((line.number, title, outcome))
    if errors:
        raise RefusedTableError(errors)
    _write(commune, new, changed)
    return report


def _events(commune: Commune, lines: list[Line], report: Report) -> dict[str, LifeEvent | None]:
    """The life events by their folded names, those that are new made."""
    known: dict[str, LifeEvent | None] = {fold(event.name): event for event in LifeEvent.objects.of(commune)}
    position = max((event.position for event in known.values() if event), default=0)
    for line in lines:
        if not line.event or fold(line.event) in known:
            continue
        position += 1
        event = LifeEvent(commune=commune, name=line.event, slug=slugify(line.event, max_length=60), position=position)
        try:
            event.full_clean()
        except ValidationError as error:
            raise RefusedTableError([(line.number, message) for message in error.messages]) from error
        event.save()
        known[fold(event.name)] = event
        report.events.append(event.name)
    known[""] = None
    return known


def _differs(procedure: Procedure, line: Line, events: dict[str, LifeEvent | None]) -> bool:
    if any(getattr(procedure, name) != value for name, value in line.values.items()):
        return True
    if line.event is not None:
        event = events[fold(line.event)]
        if procedure.life_event_id != (event and event.pk):
            return True
    if line.papers is None:
        return False
    stored = [Paper(p.name, p.kind, p.count, p.note, p.link) for p in procedure.papers.all()]
    return stored != line.papers


def _set(procedure: Procedure, line: Line, events: dict[str, LifeEvent | None]) -> None:
    for name, value in line.values.items():
        setattr(procedure, name, value)
    if line.event is not None:
        procedure.life_event = events[fold(line.event)]
    procedure.slug = slugify(procedure.title)


def _write(commune: Commune, new: list[tuple[Procedure, Line]], changed: list[tuple[Procedure, Line]]) -> None:
    columns = [name for name in HEADINGS if name != "papers"]
    now = timezone.now()
    for procedure, _line in changed:
        procedure.updated_at = now  # bulk_update does not
    Procedure.objects.of(commune).bulk_update(
        [procedure for procedure, _line in changed], [*columns, "slug", "updated_at"], batch_size=200
    )
    Procedure.objects.bulk_create([procedure for procedure, _line in new], batch_size=500)
    told = [(procedure, line) for procedure, line in [*new, *changed] if line.papers is not None]
    ProcedurePaper.objects.filter(procedure__in=[procedure.pk for procedure, _line in told]).delete()
    ProcedurePaper.objects.bulk_create(
        (
            ProcedurePaper(
                procedure=procedure,
                name=paper.name,
                kind=paper.kind,
                count=paper.count,
                note=paper.note,
                link=paper.link,
                position=position,
            )
            for procedure, line in told
            for position, paper in enumerate(line.papers or [], start=1)
        ),
        batch_size=1000,
    )


def summary_of(report: Report) -> str:
    """One sentence for whoever sent the table."""
    text = _("%(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % {
        outcome.value: report.count(outcome) for outcome in Outcome
    }
    if report.events:
        text += " " + _("New life events: %(names)s.") % {"names": ", ".join(report.events)}
    return capfirst(text)
