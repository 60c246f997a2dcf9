"""What stands in a DOCX, XLSX or PPTX: whether it is one, and whether it does more than show text.

Read as the office programs read it (ECMA-376 part 2): [Content_Types].xml says what each part is, the
relationships say what it fetches; the names of the parts say nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from library.effort import Effort

MAIN_PARTS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
# Parts of a type with one of these words run: VBA, ActiveX, macro sheets of Excel 4, embedded files with macros.
RUNNING = ("vbaproject", "vbadata", "activex", "macrosheet", "macroenabled")
MAX_XML = 64 * 1024 * 1024  # bytes of all parts that are looked at, unpacked
MOST_ELEMENTS = 4_000_000  # of these parts; reading as many takes some ten seconds
_CHUNK = 1024 * 1024
# RuntimeError is what zipfile raises for a part with a password, or packed in a way that it does not know.
_DAMAGE = (zipfile.BadZipFile, expat.ExpatError, EOFError, OSError, RuntimeError, ValueError)
# Relationships that fetch nothing before somebody presses a link or agrees to it.
_HARMLESS_LINKS = ("hyperlink",)
_ASKED_LINKS = ("image", "video", "audio", "media", "externallinkpath", "xlexternallinkpath/xlpathmissing")
_SHARE = re.compile(r"^(?:file:)?(?:\\\\|//+(?![/\\]*[a-z]:))", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_LOCAL_FILE = re.compile(r"^file:/{0,3}[a-z]:", re.IGNORECASE)
_DDE_FIELD = re.compile(r"^\W*dde(?:auto)?\b", re.IGNORECASE)
_STRING = re.compile(r'"[^"]*"')


def check_office_file(file: IO[bytes], kind: str, effort: Effort) -> None:
    """Raise ValidationError unless `file` is a document of the `kind` (docx, xlsx, pptx) that only shows its content."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check(Package(archive, effort), kind)
    except _DAMAGE as error:
        raise ValidationError(_("The document is damaged. Please save it again, or save it as PDF.")) from error


class Package:
    """An archive of XML parts, which are read piece by piece, and no more of them than MOST_ELEMENTS."""

    def __init__(self, archive: zipfile.ZipFile, effort: Effort) -> None:
        """Raise ValueError when two parts have one name: one would be looked at, and a program might open the other."""
        members = archive.infolist()
        self.archive = archive
        self.parts = {info.filename.lower(): info for info in members}
        self._elements = 0
        self._effort = effort
        if len(self.parts) < len(members):
            raise ValueError("two parts of one name")

    def count(self) -> None:
        """Note one more element. Raises ValidationError for too many."""
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise too_large()
        self._effort.spend()


def too_large() -> ValidationError:
    """What is said of a document that takes too long to look at."""
    return ValidationError(_("The document is too large when unpacked. Please save it as PDF."))


def fetches_from_a_share(address: str) -> bool:
    """Whether an address leads to another machine that Windows would sign in to, with the name and password of the reader."""
    return bool(_SHARE.match(address.strip()))


def _check(package: Package, kind: str) -> None:
    parts = package.parts
    types = _content_types(package)
    main = [name for name, content_type in types.items() if content_type == MAIN_PARTS[kind] and name in parts]
    if any(word in content_type for content_type in types.values() for word in RUNNING) or any(
        "vbaproject" in name for name in parts
    ):
        raise ValidationError(_("The document contains macros. Please save it without them, or save it as PDF."))
    if not main:
        raise ValidationError(_("Only PDF, DOCX and XLSX documents can be attached."))
    looked_at = [info for name, info in parts.items() if name.endswith((".xml", ".rels")) or name in types]
    if sum(info.file_size for info in looked_at) > MAX_XML:
        raise too_large()
    for info in looked_at:
        name = info.filename.lower()
        if name.endswith(".rels"):
            fetches = any(_fetches(attributes) for _tag, attributes in elements(package, info))
        elif "/externallinks/" in f"/{name}":
            fetches = any(tag in {"ddelink", "olelink"} for tag, _attributes in elements(package, info))
        elif kind == "docx":
            fetches = any(_DDE_FIELD.match(field) for field in _fields(package, info))
        elif kind == "pptx":
            fetches = False
        else:
            fetches = any("|" in _STRING.sub("", formula) for formula in _formulas(package, info))
        if fetches:
            raise ValidationError(
                _(
                    "The document fetches content from other programs or places when it is opened. "
                    "Please remove these links (DDE, a template or an object of another place), or save it as PDF."
                )
            )


def _content_types(package: Package) -> dict[str, str]:
    """Content types in small letters, by part for each that has its own, and by extension ("*.bin")."""
    info = package.parts.get("[content_types].xml")
    if info is None:
        raise ValidationError(_("Only PDF, DOCX and XLSX documents can be attached."))
    types = {}
    for tag, attributes in elements(package, info):
        content_type = attributes.get("ContentType", "").lower()
        if tag == "override":
            types[attributes.get("PartName", "").lower().lstrip("/")] = content_type
        elif tag == "default":
            types["*." + attributes.get("Extension", "").lower()] = content_type
    return types


def _fetches(attributes: dict[str, str]) -> bool:
    """Whether a relationship fetches something from another machine when the document is opened."""
    if attributes.get("TargetMode", "").lower() != "external":
        return False
    target = attributes.get("Target", "").strip()
    link = attributes.get("Type", "").lower()
    if link.endswith(_HARMLESS_LINKS):
        return False
    if fetches_from_a_share(target):
        return True
    if not _SCHEME.match(target) or _LOCAL_FILE.match(target) or re.match(r"^[a-z]:", target, re.IGNORECASE):
        return False
    return not (link.endswith(_ASKED_LINKS) and target.lower().startswith(("http:", "https:")))


def elements(package: Package, info: zipfile.ZipInfo) -> Iterator[tuple[str, dict[str, str]]]:
    """(name without prefix in small letters, attributes without prefixes) of every element of a part."""
    for event, name, value in _events(package, info):
        if event == "start":
            yield name, value


def _fields(package: Package, info: zipfile.ZipInfo) -> Iterator[str]:
    """What the fields of a part of Word say. Word splits the code of a field into any number of pieces."""
    open_fields: list[str] = []
    inside = False
    for event, name, value in _events(package, info):
        if event == "start" and name == "fldsimple":
            yield value.get("instr", "")
        elif event == "start" and name == "fldchar":
            kind = value.get("fldCharType")
            if kind == "begin":
                open_fields.append("")
            elif open_fields and kind == "end":
                yield open_fields.pop()
        elif name == "instrtext" and event in {"start", "end"}:
            inside = event == "start"
        elif event == "text" and inside and open_fields:
            open_fields[-1] += value
        elif event == "text" and inside:
            yield value
    yield from open_fields


def _formulas(package: Package, info: zipfile.ZipInfo) -> Iterator[str]:
    pieces: list[str] = []
    inside = False
    for event, name, value in _events(package, info):
        if event != "text" and name in {"f", "definedname"}:
            inside = event == "start"
            if not inside:
                yield "".join(pieces)
                pieces.clear()
        elif event == "text" and inside:
            pieces.append(value)


def _events(package: Package, info: zipfile.ZipInfo) -> Iterator[tuple[str, str, object]]:
    """("start" and the attributes, "end", or "text" and the text) of a part, read piece by piece."""
    found: list[tuple[str, str, object]] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse_entities(*_declaration: object) -> None:
        raise ValueError("office files declare no document type")

    def start(tag: str, attributes: dict[str, str]) -> None:
        plain = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        package.count()
        found.append(("start", tag.rpartition(":")[2].lower(), plain))

    parser.StartDoctypeDeclHandler = refuse_entities
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: found.append(("end", tag.rpartition(":")[2].lower(), None))
    parser.CharacterDataHandler = lambda text: found.append(("text", "", text))
    with package.archive.open(info) as part:
        size = 0
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > MAX_XML:
                raise ValueError("longer than it says")
            parser.Parse(chunk, False)  # noqa: FBT003 - expat's signature
            yield from found
            found.clear()
    parser.Parse(b"", True)  # noqa: FBT003 - expat's signature
    yield from found
