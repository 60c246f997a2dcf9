"""Numbers as Vietnamese readers expect them: 1.017.728 and 437,9."""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext

# A binary float holds 15 decimal digits for certain; what follows them is noise.
_FLOAT_DIGITS = 15
# Three or four digits a group, as telephone numbers are written; also 30 000. A longer row of numbers may break.
# And a time with its half of the day: 2:28 CH.
_GROUPS = re.compile(r"(?<![\d,.])\d{1,4}(?: \d{3,4}){1,3}(?![\d,.]?\d)|\b\d{1,2}:\d\d (?:SA|CH)\b")


def format_number(value: float | Decimal, decimals: int | None = None) -> str:
    """Return `value` with a point between thousands and a comma before decimals.

    1017728 → "1.017.728"; 437.9 → "437,9"; 0.1 + 0.2 → "0,3". With `decimals` there are exactly
    so many, rounded half away from zero; without it as many as the value has, trailing zeros
    dropped. Raises ValueError for infinity, for "not a number" and for negative `decimals`.
    """
    if decimals is not None and decimals < 0:
        raise ValueError(f"decimals must not be negative: {decimals}")
    number = Decimal(f"{value:.{_FLOAT_DIGITS}g}" if isinstance(value, float) else value)
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value}")
    if decimals is not None:
        with localcontext() as context:
            context.prec = max(number.adjusted(), 0) + decimals + 2
            number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{number or abs(number):,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def format_file_size(size: int) -> str:
    """`size` in bytes → 437,9 KB; 1,2 MB: in binary units."""
    if size < 1024 * 1024:
        return f"{format_number(max(round(size / 1024, 1), 0.1), 1)} KB"
    return f"{format_number(round(size / 1024 / 1024, 1), 1)} MB"


def keep_numbers_whole(text: str) -> str:
    """`text` in which a number written in groups, "0000 000 114", or a time, "2:28 CH", never breaks."""
    return _GROUPS.sub(lambda match: match[0].replace(" ", "\u00a0"), text)
