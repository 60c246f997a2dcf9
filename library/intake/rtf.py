"""Rich Text Format: text with control words. Objects in it, which programs have opened unasked, are not taken."""

from __future__ import annotations

import re
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from library.effort import Effort

# Rich Text Format 1.9.1: a control word, a character by its number, another control symbol, a brace, or plain text.
_TOKEN = re.compile(rb"\\([a-zA-Z]{1,40})(-?\d{0,10}) ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}]+)", re.DOTALL)
# What embeds or links an object, or bytes in which one could hide.
_OBJECTS = {
    *(b"object", b"objdata", b"objemb", b"objlink", b"objautlink", b"objupdate", b"objocx", b"objhtml", b"objclass"),
    *(b"bin", b"template", b"ddeauto"),
}
_DDE = re.compile(rb"^\W*dde(?:auto)?\b", re.IGNORECASE)
MOST_TOKENS = 5_000_000  # of a document: a picture in it is one for each line
_MOST_OF_A_FIELD = 4_000  # bytes of its instruction that are looked at


def is_harmless_rtf(file: IO[bytes], effort: Effort) -> bool:
    """Whether `file` is RTF. Raises ValidationError when it holds objects or fetches something."""
    content = file.read()
    if not content.startswith(b"{\\rtf"):
        return False
    depth = 0
    field_at, field = 0, b""  # the depth of the instruction of a field that is open, and its text
    for count, token in enumerate(_TOKEN.finditer(content)):
        if count > MOST_TOKENS:
            raise ValueError("more words and braces than any document has")
        effort.spend()
        word, number, code, _symbol, brace, text = token.groups()
        if brace == b"{":
            depth += 1
        elif brace == b"}":
            if field_at and depth <= field_at:
                _check_field(field)
                field_at, field = 0, b""
            depth -= 1
        elif word in _OBJECTS:
            raise ValidationError(
                _("The document holds objects of other programs. Please take them out, or save it as PDF.")
            )
        elif word == b"fldinst":
            _check_field(field)
            field_at, field = depth, b""
        elif field_at and len(field) < _MOST_OF_A_FIELD:
            field += _letters(word, number, code, text)
    _check_field(field)
    return True


def _letters(word: bytes | None, number: bytes | None, code: bytes | None, text: bytes | None) -> bytes:
    """What a token adds to the text around it; line ends of the file are none of it."""
    if code:
        return bytes.fromhex(code.decode())
    if word == b"u" and number:
        letter = int(number) % 0x10000
        return bytes([letter]) if letter < 0x80 else b"?"
    return (text or b"").replace(b"\r", b"").replace(b"\n", b"")


def _check_field(field: bytes) -> None:
    if _DDE.match(field):
        raise ValidationError(
            _(
                "The document fetches content from other programs or places when it is opened. "
                "Please remove these links (DDE, a template or an object of another place), or save it as PDF."
            )
        )
