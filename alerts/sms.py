"""How a text goes out as SMS: in which alphabet, in how many parts (3GPP TS 23.038, TS 23.040)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from vietnamese import to_nfc

# The default alphabet of GSM, TS 23.038 section 6.2.1; each letter of the extension costs an escape more.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
# Units of one message, and of each part of a longer one, whose header takes the rest.
GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67

# What the alphabet lacks and everybody can do without.
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "\u00a0": " "}
    | {"đ": "d", "Đ": "D", "₫": "d", "°": " do ", "²": "2", "³": "3"}
)


@dataclass(frozen=True)
class Length:
    """What a text costs: `units` are septets of GSM-7 or 16-bit units of UCS-2."""

    encoding: str
    units: int
    parts: int


def length_of(text: str) -> Length:
    """The alphabet that `text` needs, its length in it, and the number of messages."""
    if all(letter in GSM_BASIC or letter in GSM_EXTENSION for letter in text):
        return _length("GSM-7", [2 if letter in GSM_EXTENSION else 1 for letter in text], GSM_SINGLE, GSM_PART)
    return _length("UCS-2", [2 if ord(letter) > 0xFFFF else 1 for letter in text], UCS2_SINGLE, UCS2_PART)


def _length(encoding: str, sizes: list[int], single: int, part: int) -> Length:
    """No letter is divided between two parts."""
    units = sum(sizes)
    if units <= single:
        return Length(encoding, units, 1)
    parts, free = 0, 0
    for size in sizes:
        if size > free:
            parts, free = parts + 1, part
        free -= size
    return Length(encoding, units, parts)


def without_accents(text: str) -> str:
    """`text` in the letters of the default alphabet: "Lũ quét" → "Lu quet". What it cannot write becomes "?"."""
    plain = unicodedata.normalize("NFD", to_nfc(text).translate(_PLAIN))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(letter if letter in GSM_BASIC or letter in GSM_EXTENSION else "?" for letter in plain)
