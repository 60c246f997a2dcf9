"""Syllables as the search compares them: one spelling for each, whatever keyboard or school it came from.

`canonical` here and the function `search_canonical` of the database (see the first migration) give the same
for every text; a test compares them. What they give is ASCII, so that no collation matters:

    hoà, hòa → hoaF      Đường → DuHoHngF      ký, kí → kiS      45/QĐ-UBND → 45 qD ubnd

A capital is a mark: D stands for đ, A W H for the hat, the bowl and the horn on the letter before, and F R X S J,
always last, for the five tones (the keys of Telex). Without its capitals a syllable is folded. A "|" stands where a
sentence or a part of it ends: what stands on both sides is not read together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from vietnamese.marks import without_excess_marks

LONGEST = 40  # letters and marks of a word; what is longer is no word
SHAPES = {"\u0302": "A", "\u0306": "W", "\u031b": "H"}
TONES = {"\u0300": "F", "\u0309": "R", "\u0303": "X", "\u0301": "S", "\u0323": "J"}
# Marks of other languages, the soft hyphen and what has no width: left out, so that they split no word.
UNSEEN = "\u0308\u0327\u030a\u030c\u0304\u0307\u030b\u0328\u0331\u0332\u00ad\u200b\u200c\u200d\u2060\ufeff"
FALSE_D = "đĐðÐɖƉ"

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FROM = _CAPITALS + FALSE_D + "".join(SHAPES) + "".join(TONES) + "\u00a0" + UNSEEN
TO = _CAPITALS.lower() + "D" * len(FALSE_D) + "".join(SHAPES.values()) + "".join(TONES.values()) + " "
"""For PostgreSQL's translate(), which leaves out what has no counterpart; the text is in NFD."""

_LETTERS = str.maketrans(FROM[: len(TO)], TO, UNSEEN)
_END = re.compile(r'[.,;:!?]+(?=[ \t\r\n]|\Z)|[()\[\]{}“”"«»–—…|•]')
_BETWEEN = re.compile(r"[^a-zA-Z0-9|]+")
_BAR = re.compile(r"[ |]*\|[ |]*")
_TONE = re.compile(r"([FRXSJ])([a-zAWHD]+)")
_Y = re.compile(r"\b(h|k|l|m|s|t|qu)y(?=[FRXSJ]?\b)")
# Too long, or marks without a letter.
_NO_WORD = re.compile(rf"[a-zA-Z0-9]{{{LONGEST + 1},}}|\b[AWHFRXSJ]+\b")
# As administrations write them: ký, lý, mỹ, quý; tỷ, but ti.
_WITH_Y = {"ki", "li", "mi", "qui"}
_FOLDED = str.maketrans("D", "d", "AWHFRXSJ")


def canonical(text: str) -> str:
    """The words of `text` in their one spelling, a space between, "|" where a sentence ends. Takes any text."""
    text = unicodedata.normalize("NFD", without_excess_marks(text)).translate(_LETTERS)
    text = _BETWEEN.sub(" ", _END.sub("|", text))
    text = _Y.sub(r"\1i", _TONE.sub(r"\2\1", text))
    return _BAR.sub(" | ", _NO_WORD.sub("|", text)).strip(" |")


def folded(canonical_text: str) -> str:
    """Without accents: the capitals of a canonical form are its marks."""
    return canonical_text.translate(_FOLDED)


@dataclass(frozen=True)
class Syllable:
    """One word as it was typed, in its canonical form."""

    exact: str
    source: str = field(default="", compare=False)  # the letters that were typed

    @cached_property
    def folded(self) -> str:
        return folded(self.exact)

    @property
    def has_marks(self) -> bool:
        return self.exact != self.folded

    @property
    def is_number(self) -> bool:
        return self.exact.isdecimal()

    def agrees_with(self, listed: Syllable) -> bool:
        """Whether it may be the word of a list: the accents that were typed are the listed ones."""
        return self.exact == listed.exact or (not self.has_marks and self.folded == listed.folded)


def syllables(text: str) -> list[Syllable]:
    """The words of `text`, wherever its sentences end."""
    return [Syllable(word) for word in canonical(text).split() if word != "|" and folded(word)]


def phrases(words: Sequence[Syllable], longest: int) -> Iterator[str]:
    """Every run of up to `longest` words, folded, as keys of lists are written."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            yield key_of(words[start:end])


def key_of(words: Sequence[Syllable]) -> str:
    return " ".join(word.folded for word in words)


def written(exact: str) -> str:
    """A canonical syllable as people write it: `DuHoHngF` → đường. For suggestions shown to a reader."""
    tone = next((mark for mark, letter in TONES.items() if letter == exact[-1:]), "")
    body = exact[:-1] if tone else exact
    shapes = {letter: mark for mark, letter in SHAPES.items()}
    letters = ["đ" if letter == "D" else letter for letter in body if letter not in shapes]
    place = -1
    for letter in body:
        if letter in shapes:
            letters[place] += shapes[letter]
        else:
            place += 1
    if body in _WITH_Y or (body == "ti" and tone):
        letters[-1] = "y"
    if tone:
        letters[_place_of_tone(letters)] += tone
    return unicodedata.normalize("NFC", "".join(letters))


def _place_of_tone(letters: Sequence[str]) -> int:
    """On the letter with a shape, the last of two; else before the final consonant; else on the first of two vowels."""
    shaped = [place for place, letter in enumerate(letters) if len(letter) > 1]
    if shaped:
        return shaped[-1]
    vowels = [place for place, letter in enumerate(letters) if letter in set("aeiouy")]
    start = "".join(letters[:2])
    if (start == "qu" or start == "gi") and len(vowels) > 1:
        vowels = vowels[1:]
    if not vowels:
        return len(letters) - 1
    if vowels[-1] < len(letters) - 1 or len(vowels) == 1:
        return vowels[-1]
    return vowels[-2] if len(vowels) > 1 else vowels[0]
