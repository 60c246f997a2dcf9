"""The form in which the portal stores text that somebody typed or pasted into a field."""

import re
import unicodedata

from vietnamese.text import to_nfc

_SPACES = re.compile(r"\s+")
_NO_BREAK = ("\u00a0", "\u202f")
# Unicode's line ends (UAX 14, mandatory breaks), but those that XML forbids.
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Letters and signs by their category that fonts leave empty: fillers, the blank Braille pattern, the
# null notehead, and the place of a picture that was not copied.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\U0001d159")


def one_line(text: str) -> str:
    """Return the text of a one-line field: `to_nfc` on a single line, empty if nothing in it is visible.

    Runs of spaces and line ends become one space; a no-break space that stands alone is kept, since
    it may hold "Điều 5" together. Idempotent.
    """
    return _or_empty(_SPACES.sub(_one_space, to_nfc(text)).strip())


def paragraphs(text: str) -> str:
    """Return the text of a field of several lines: `to_nfc` with "\\n" as line end, empty if nothing is visible.

    Browsers send "\\r\\n", which would count as two characters. Idempotent.
    """
    return _or_empty(_LINE_END.sub("\n", to_nfc(text)).strip())


def _one_space(match: re.Match[str]) -> str:
    return match[0] if match[0] in _NO_BREAK else " "


def _or_empty(text: str) -> str:
    return text if any(map(_is_visible, text)) else ""


def _is_visible(character: str) -> bool:
    """Whether a reader sees it: no space, control or format character, no mark without its letter."""
    category = unicodedata.category(character)
    return category == "Co" or (category[0] not in "CMZ" and character not in _BLANKS)
