"""Procedures from a table, all of its lines or none: the same few queries for ten lines and for thousands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communes.models import Commune
from procedures.importing.columns import HEADINGS
from procedures.importing.reading import Line, Paper, RefusedTableError, lines_in
from procedures.models import LifeEvent, Procedure, ProcedurePaper
from vietnamese import fold, slugify


class Outcome(Enum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return {"new": _("new procedure"), "changed": _("changed"), "unchanged": _("unchanged")}[self.value]


@dataclass
class Report:
    """What came of a table: for each line its title and what happened to it; life events that are new."""

    lines: list[tuple[int, str, Outcome]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        return sum(what is outcome for _line, _title, what in self.lines)


def take_over(commune: Commune, name: str, data: bytes, *, only_check: bool = False) -> Report:
    """Bring the procedures of a file into the commune; nothing is stored if a line is wrong, or `only_check`.

    A line is the procedure with its code, else with its title. Columns that the table lacks stay as they are. Raises
    RefusedTableError.
    """
    lines = lines_in(name, data)
    with transaction.atomic():
        # Two tables at a time come one after the other.
        Commune.objects.select_for_update(no_key=True).get(pk=commune.pk)
        report = _store(commune, lines)
        transaction.set_rollback(only_check)
    return report


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
