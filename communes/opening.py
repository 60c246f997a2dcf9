"""Opening communes from a list, all of them or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from communes.hosts import table
from communes.models import Commune, Host, Kind, SiteIdentity
from communes.models.host import normal_host
from spreadsheet import read_table
from trail import recording
from trail.models import DEPLOYMENT
from vietnamese import fold, one_line, slugify

MOST_ROWS = 5_000
COLUMNS = ("code", "name", "kind", "host", "parent", "agency")
# How a list names them, folded, beside the English name.
VIETNAMESE = {"ma": "code", "ten": "name", "loai": "kind", "ten mien": "host", "thuoc": "parent", "co quan": "agency"}
KINDS = {
    "xa": Kind.COMMUNE,
    "phuong": Kind.WARD,
    "dac khu": Kind.SPECIAL_ZONE,
    "huyen": Kind.FORMER_DISTRICT,
    "quan": Kind.FORMER_DISTRICT,
    "thi xa": Kind.FORMER_DISTRICT,
    "thanh pho": Kind.PROVINCE,
    "tinh": Kind.PROVINCE,
} | {fold(kind.value.replace("_", " ")): kind for kind in Kind}


class RefusedListError(Exception):
    """The list cannot be taken as it is; `errors` are (line of the file, what is wrong with it)."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"{line}: {text}" for line, text in errors))
        self.errors = errors


@dataclass(frozen=True)
class Opened:
    """What came of a list: the communes that are new, and how many were there already, unchanged."""

    created: list[Commune]
    known: int


def summary_of(opened: Opened) -> str:
    """One sentence for whoever sent the list."""
    return _("%(new)d communes opened, %(known)d were there already.") % {
        "new": len(opened.created),
        "known": opened.known,
    }


@dataclass(frozen=True)
class Line:
    number: int
    code: str
    name: str
    kind: Kind
    host: str
    parent: str
    agency: str


def open_communes(rows: Sequence[Sequence[str]], request: HttpRequest | None = None, *, by: str = "") -> Opened:
    """Open the communes of a table whose first row names its columns; nothing is stored if a line is wrong.

    A line that says what is already so changes nothing, so a list may be sent again. The audit log names whoever sent
    `request`, or `by`. Raises RefusedListError.
    """
    lines = _read(rows)
    with transaction.atomic():
        errors: list[tuple[int, str]] = []
        created, known = [], 0
        # Parents first, wherever they stand in the list.
        for line in sorted(lines, key=lambda line: (line.kind != Kind.PROVINCE, line.number)):
            try:
                commune = _open(line)
            except ValidationError as error:
                errors += [(line.number, message) for message in error.messages]
                continue
            known += commune is None
            created += [commune] if commune is not None else []
        if errors:
            raise RefusedListError(sorted(errors))
        for commune in created:
            recording.record(recording.Kind.ADD, request, about=commune, commune=DEPLOYMENT, by=by)
    table.forget()
    return Opened(created, known)


def rows_of(name: str, data: bytes) -> list[list[str]]:
    """The cells of a CSV or XLSX file. Raises RefusedListError for what is neither, and for more than MOST_ROWS."""
    try:
        rows = read_table(name, data, MOST_ROWS + 2)
    except ValueError as error:
        raise RefusedListError([(1, _("The file is no CSV in UTF-8 and no XLSX."))]) from error
    if len(rows) > MOST_ROWS + 1:
        raise RefusedListError([(MOST_ROWS + 2, _("At most %(most)d lines are read.") % {"most": MOST_ROWS})])
    return rows


def _read(rows: Sequence[Sequence[str]]) -> list[Line]:
    """The lines of the table. Raises RefusedListError with everything that can be seen without the database."""
    if not rows:
        raise RefusedListError([(1, _("The file is empty."))])
    names = [VIETNAMESE.get(fold(one_line(cell)), fold(one_line(cell))) for cell in rows[0]]
    missing = [name for name in ("code", "name", "kind", "host") if name not in names]
    if missing:
        text = _("The first line names the columns; missing: %(names)s.") % {"names": ", ".join(missing)}
        raise RefusedListError([(1, text)])
    lines: list[Line] = []
    errors: list[tuple[int, str]] = []
    first_lines: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = dict.fromkeys(COLUMNS, "") | {
            name: one_line(cell) for name, cell in zip(names, row, strict=False) if name in COLUMNS
        }
        if not any(cells.values()):
            continue
        try:
            line = _line(number, cells)
        except ValidationError as error:
            errors += [(number, message) for message in error.messages]
            continue
        for column in ("code", "host"):
            value = getattr(line, column)
            before = first_lines.setdefault((column, value), number)
            if value and before != number:
                text = _("“%(value)s” already stands in line %(line)d.") % {"value": value, "line": before}
                errors.append((number, text))
        lines.append(line)
    if errors:
        raise RefusedListError(errors)
    return lines


def _line(number: int, cells: dict[str, str]) -> Line:
    errors = []
    if not re.fullmatch(r"[0-9]{1,10}", cells["code"]):
        errors.append(_("“%(code)s” is no code: digits only.") % {"code": cells["code"]})
    if not cells["name"]:
        errors.append(_("The name is missing."))
    kind = KINDS.get(fold(cells["kind"]))
    if kind is None:
        errors.append(_("“%(kind)s” is no kind of unit.") % {"kind": cells["kind"]})
    host = ""
    # A province without a portal of its own needs no host.
    if cells["host"] or kind != Kind.PROVINCE:
        try:
            host = _host(cells["host"])
        except ValidationError as error:
            errors += error.messages
    if errors:
        raise ValidationError(errors)
    return Line(number, cells["code"], cells["name"], Kind(kind), host, cells["parent"], cells["agency"])


def _host(text: str) -> str:
    """As it must be written in a list, where a slip is more likely than a wish."""
    if not text:
        raise ValidationError(_("The host is missing."))
    name = normal_host(text)
    if name != text:
        raise ValidationError(_("Write the host as %(name)s.") % {"name": name})
    return name


def _open(line: Line) -> Commune | None:
    """The new commune of a line, or None when it is there as the line says. Raises ValidationError."""
    parent = _parent(line)
    commune = Commune.objects.filter(code=line.code).first()
    host = Host.objects.filter(name=line.host).select_related("commune").first() if line.host else None
    if commune is not None:
        is_same = (commune.name, commune.kind, commune.parent_id) == (line.name, line.kind, parent and parent.pk)
        if is_same and (not line.host or (host is not None and host.commune_id == commune.pk)):
            return None
        raise ValidationError(
            _("Code %(code)s belongs to %(name)s, which differs from this line; change it in the admin.")
            % {"code": line.code, "name": commune.name}
        )
    if host is not None:
        text = _("The host %(host)s belongs to %(name)s.")
        raise ValidationError(text % {"host": line.host, "name": host.commune.name})
    commune = Commune(code=line.code, name=line.name, kind=line.kind, parent=parent, slug=_free_slug(line))
    commune.full_clean()
    commune.save()
    if line.host:
        Host.objects.create(commune=commune, name=line.host, is_main=True)
    SiteIdentity.objects.create(
        commune=commune,
        name=_("Electronic information portal of %(name)s") % {"name": line.name},
        agency=line.agency,
    )
    return commune


def _parent(line: Line) -> Commune | None:
    """Named by its code or by its name."""
    if not line.parent:
        return None
    column = "code" if line.parent.isdecimal() else "name"
    found = list(Commune.objects.filter(**{column: line.parent})[:2])
    if len(found) != 1 or found[0].code == line.code:
        raise ValidationError(_("“%(parent)s” is no unit of this deployment.") % {"parent": line.parent})
    return found[0]


def _free_slug(line: Line) -> str:
    """Two communes of one name are told apart by their codes."""
    slug = slugify(line.name, max_length=60)
    return f"{slug[:49]}-{line.code}" if Commune.objects.filter(slug=slug).exists() else slug
