"""The normal form of a text between two tags."""

from __future__ import annotations

import re
import unicodedata

from vietnamese import to_nfc

_NO_BREAK_RUN = re.compile("[\u00a0 ]{2,}")
# Many programs join all words of a line so that it never breaks; meant is only "Điều 5", "20 km".
_NO_BREAK = re.compile(r"(?<!\d)\u00a0(?!\d)")
# What XML 1.0 forbids, and what the HTML standard reads as something else.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# After a tag it would make one letter with its ">" in the normal form.
_STROKE = "\u0338"


def normal_text(text: str) -> str:
    """`text` in NFC, without controls, and with no-break spaces only between numbers and what they belong to."""
    text = _without_leading_stroke(to_nfc(_CONTROLS.sub(" ", text)))
    return _NO_BREAK.sub(" ", _NO_BREAK_RUN.sub(" ", text))


def _without_leading_stroke(text: str) -> str:
    end = 0
    while end < len(text) and (unicodedata.combining(text[end]) or text[end].isspace()):
        end += 1
    return text[:end].replace(_STROKE, "") + text[end:] if _STROKE in text[:end] else text
