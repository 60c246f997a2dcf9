"""Documents of Word, Excel and PowerPoint 97 to 2003: compound files ([MS-CFB]), whose streams say what they hold."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import IO

import olefile
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from library.effort import Effort

MAIN_STREAMS = {"doc": ("worddocument",), "xls": ("workbook", "book"), "ppt": ("powerpoint document",)}
# Storages and streams of macros: [MS-OVBA] 2.2.1; those of forms lie below them.
_MACROS = ("macros", "vba", "_vba_project", "_vba_project_cur")
# A file in the document, of whatever kind; a double click starts it ([MS-OLEDS] 2.3.6, Ole10Native).
_PACKAGE = "\x01ole10native"
MOST_STREAMS = 2_000
MOST_RECORDS = 3_000_000  # of a workbook: so many of the shortest with a number fill 30 MB
_CONTAINER = 0x0F  # version of a record of PowerPoint that holds records ([MS-PPT] 2.3.1)
_VBA_INFO = 0x0400  # the record that says whether there are macros ([MS-PPT] 2.4.11)
_BOUNDSHEET, _SUPBOOK = 0x0085, 0x01AE  # records of Excel ([MS-XLS] 2.4.28, 2.4.271)
_MACRO_SHEET = 0x01
_DDE = re.compile(
    rb'\x13[\s"]*DDE|\x13\x00(?:[\s"]\x00)*D\x00D\x00E\x00', re.IGNORECASE
)  # a field of Word begins with 0x13


def is_harmless_document(file: IO[bytes], kind: str, effort: Effort) -> bool:
    """Whether `file` is a document of the `kind` (doc, xls, ppt). Raises ValidationError when it holds what runs or fetches."""
    if not olefile.isOleFile(file):
        return False
    _check_tables(file)
    file.seek(0)
    # Tolerant, as it is otherwise, olefile follows chains of sectors that lead back to themselves.
    with olefile.OleFileIO(file, raise_defects=olefile.DEFECT_INCORRECT) as compound:
        streams = [[part.lower() for part in stream] for stream in compound.listdir(streams=True, storages=True)]
        if len(streams) > MOST_STREAMS:
            raise ValueError("more streams than any document has")
        main = next((name for name in MAIN_STREAMS[kind] if [name] in streams), None)
        if main is None:
            return False
        if any(part in _MACROS for stream in streams for part in stream):
            raise _macros()
        if any(stream[-1] == _PACKAGE for stream in streams):
            raise ValidationError(
                _("The document holds another file that can be opened from it. Please take it out, or save it as PDF.")
            )
        content = compound.openstream(main).read()
    _LOOKS[kind](content, effort)
    return True


def _check_tables(file: IO[bytes]) -> None:
    """Raise ValueError where the header promises more sectors of tables than the file has in all ([MS-CFB] 2.2).

    olefile reads as many as are promised, also the same one again and again, and keeps them in memory.
    """
    size = file.seek(0, 2)
    file.seek(0)
    header = file.read(76)
    (shift,) = struct.unpack_from("<H", header, 30)
    fat, minifat, difat = (struct.unpack_from("<I", header, place)[0] for place in (44, 64, 72))
    if shift not in (9, 12) or (fat + minifat + difat) << shift > size:
        raise ValueError("more tables than the file has sectors")


def _look_at_word(content: bytes, _effort: Effort) -> None:
    if _DDE.search(content):
        raise _fetches()


def _look_at_excel(content: bytes, effort: Effort) -> None:
    for kind, body in _records_of_excel(content):
        effort.spend()
        if kind == _BOUNDSHEET and len(body) > 5 and body[5] == _MACRO_SHEET:
            raise _macros()
        # A link to another program: its names are parted by a 3 ([MS-XLS] 2.5.277, VirtualPath).
        if kind == _SUPBOOK and len(body) > 4 and b"\x03" in body[4:]:
            raise _fetches()


def _records_of_excel(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, content) of each record of a workbook. Raises ValueError for more than MOST_RECORDS."""
    place = 0
    for _number in range(MOST_RECORDS):
        if place + 4 > len(content):
            return
        kind, length = struct.unpack_from("<HH", content, place)
        yield kind, content[place + 4 : place + 4 + length]
        place += 4 + length
    raise ValueError("more records than any workbook has")


def _look_at_powerpoint(content: bytes, effort: Effort) -> None:
    place = 0
    while place + 8 <= len(content):
        effort.spend()
        version, kind, length = struct.unpack_from("<HHI", content, place)
        place += 8
        if kind == _VBA_INFO and struct.unpack_from("<I", content, place + 4)[0]:
            raise _macros()
        if version & 0x0F != _CONTAINER:
            place += length


_LOOKS = {"doc": _look_at_word, "xls": _look_at_excel, "ppt": _look_at_powerpoint}


def _macros() -> ValidationError:
    return ValidationError(_("The document contains macros. Please save it without them, or save it as PDF."))


def _fetches() -> ValidationError:
    return ValidationError(
        _(
            "The document fetches content from other programs or places when it is opened. "
            "Please remove these links (DDE, a template or an object of another place), or save it as PDF."
        )
    )
