"""What was meant by a word that the portal never wrote.

Only syllables that are unknown are replaced: what the portal wrote is right. In this order: keys of an input method
that was off (tieeps, tie6p1), letters typed twice (sinhh), words run together (khaisinh), and the nearest syllable
by its letters, chosen by the company it keeps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.words import Syllable, folded, written
from vietnamese.letters import is_syllable

SHORTEST = 3  # letters; of shorter words too many are near
LONG = 6  # letters; from here on two mistakes are forgiven
MOST_NEAR = 12
LONGEST_JOINED = 24  # letters of words run together

_TELEX_TONES = "fsrxj"
_VNI_TONES = {"1": "S", "2": "F", "3": "R", "4": "X", "5": "J"}
_VNI_SHAPES = {"6": "A", "7": "H", "8": "W"}
_VOWELS = "aeiouy"

# How many articles hold a folded word or pair ("khai", "khai_sinh").
Counts = Mapping[str, int]


def typed_without_method(word: str) -> Syllable | None:
    """`tieeps`, `tie6p1` → tiếp: what an input method would have made of the keys; None when that is no syllable."""
    for read in (_telex, _vni):
        exact = read(word)
        if exact and exact != word and is_syllable(written(exact)):
            return Syllable(exact)
    return None


def _telex(word: str) -> str:
    if not re.fullmatch("[a-z]{2,10}", word):
        return ""
    word = word.replace("dd", "D")
    tone = ""
    first_vowel = next((place for place, letter in enumerate(word) if letter in _VOWELS + "w"), len(word))
    for place in range(len(word) - 1, first_vowel, -1):
        if word[place] in _TELEX_TONES:
            tone = word[place].upper()
            word = word[:place] + word[place + 1 :]
            break
    word = re.sub("aa|ee|oo", lambda match: match[0][0] + "A", word)
    if "w" in word:
        word = _with_horn(word.replace("w", "", 1))
    return word and word + tone


def _with_horn(word: str) -> str:
    """The letters with the mark that a `w` among them stands for."""
    if "uo" in word:
        return word.replace("uo", "uHoH", 1)
    for vowel, mark in (("a", "W"), ("o", "H"), ("u", "H")):
        if vowel in word:
            return word.replace(vowel, vowel + mark, 1)
    return ""


def _vni(word: str) -> str:
    if not re.fullmatch("[a-z]+[1-9][a-z1-9]*", word):
        return ""
    tone = next((_VNI_TONES[sign] for sign in word if sign in _VNI_TONES), "")
    made = ""
    for sign in word:
        if sign in _VNI_SHAPES:
            made = made[:-2] + "uHoH" if sign == "7" and made.endswith("uo") else made + _VNI_SHAPES[sign]
        elif sign == "9":
            made = made[:-1] + "D" if made.endswith("d") else made.replace("d", "D", 1)
        elif sign not in _VNI_TONES:
            made += sign
    return made + tone


class Speller:
    """Corrects the words of one query from what the portal wrote.

    `known` are the folded syllables it wrote with the number of their articles; `pairs_of` tells the same of pairs
    of neighbours.
    """

    def __init__(self, known: Counts, pairs_of: Callable[[Sequence[str]], Counts]) -> None:
        self.known = known
        self.pairs_of = pairs_of

    def meant_by(self, word: Syllable, before: str, after: str) -> list[Syllable]:
        """The words meant instead of `word`, which is unknown, between its neighbours (folded, "" where there is none).

        An empty list when nothing is near enough.
        """
        typed = word.folded
        if (decoded := typed_without_method(word.exact)) and decoded.folded in self.known:
            return [decoded]
        single = "".join(letter for letter, _ in groupby(typed))
        if single != typed and single in self.known:
            return [Syllable(self._keeping_marks(word, single))]
        if len(typed) < SHORTEST or not typed.isalpha():
            return []
        return self._parted(typed) or self._nearest(word, before, after)

    def _keeping_marks(self, word: Syllable, single: str) -> str:
        """`sinhh` typed with its accents keeps them."""
        exact = "".join(letter for letter, _ in groupby(word.exact))
        return exact if folded(exact) == single else single

    def _parted(self, typed: str) -> list[Syllable]:
        """`thutuc` → thu tuc: all parts known, and each pair of them written somewhere."""
        if len(typed) > LONGEST_JOINED:
            return []
        ways = [way for way in self._ways(typed, 4) if len(way) > 1]
        counts = self.pairs_of(sorted({f"{a}_{b}" for way in ways for a, b in pairwise(way)}))
        rated = [(-len(way), min(counts.get(f"{a}_{b}", 0) for a, b in pairwise(way)), way) for way in ways]
        best = max((rate for rate in rated if rate[1] > 0), default=None)
        return [Syllable(part) for part in best[2]] if best else []

    def _ways(self, typed: str, most: int) -> list[list[str]]:
        """The ways to read the letters as known syllables, at most `most` of them."""
        found: list[list[str]] = [[typed]] if typed in self.known else []
        if most > 1:
            for place in range(2, min(8, len(typed))):
                start = typed[:place]
                if start in self.known:
                    found += [[start, *rest] for rest in self._ways(typed[place:], most - 1)]
        return found

    def _nearest(self, word: Syllable, before: str, after: str) -> list[Syllable]:
        typed = word.folded
        most = 2 if len(typed) >= LONG else 1
        near = process.extract(typed, list(self.known), scorer=OSA.distance, score_cutoff=most, limit=MOST_NEAR)
        if not near:
            return []
        pairs = [f"{before}_{found}" for found, *_ in near if before] + [
            f"{found}_{after}" for found, *_ in near if after
        ]
        counts = self.pairs_of(pairs) if pairs else {}

        def company(found: str) -> float:
            """How often it stands beside these neighbours, for each time that it stands anywhere."""
            beside = counts.get(f"{before}_{found}", 0) + counts.get(f"{found}_{after}", 0)
            return beside / max(1, self.known[found]) if beside else 0.0

        def rate(match: tuple[str, float, int]) -> tuple[bool, float, float, int]:
            found, distance, _ = match
            return company(found) > 0, -distance, company(found), self.known[found]

        best = max(near, key=rate)
        # Of a word alone, or in company it never keeps, only one letter may be wrong.
        if not company(best[0]) and (best[1] > 1 or len(typed) <= SHORTEST):
            return []
        return [Syllable(best[0])]
