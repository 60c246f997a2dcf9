"""Letters that carry more marks than any language writes."""

import re
import unicodedata

MAX_MARKS = 30  # on one letter, the bound of Unicode's Stream-Safe Text Format (UAX #15, D4)
# No letter, digit, space or sign of ASCII: in a run as long as this there may be too many marks.
_LONG_RUN = re.compile(rf"[^\w\s!-~]{{{MAX_MARKS + 1},}}")


def without_excess_marks(text: str) -> str:
    """`text` with at most MAX_MARKS marks on each letter.

    Normal forms sort the marks of a letter, in time that grows with the square of their number:
    100 KB of marks on one letter would take seconds. Call it before `unicodedata.normalize`.
    """
    return text if text.isascii() else _LONG_RUN.sub(_bounded, text)


def _bounded(match: re.Match[str]) -> str:
    kept = []
    count = 0
    for character in match[0]:
        count = count + 1 if unicodedata.combining(character) else 0
        if count <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
