"""What may have been meant where every word is known, but not beside its neighbours: hộ khẩn → hộ khẩu.

A known word is right more often than not, so that it is never replaced: what is found here is only offered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from communes.models import Commune
from search.models import expressions
from search.reading import TOGETHER, Reading
from search.spelling import SHORTEST
from search.synonyms import Words, own_lines, shipped
from search.vocabulary import pair_counts, syllables_in_use
from search.words import Syllable, syllables, written

MOST_NEAR = 30  # syllables that are compared with one that was typed
MOST_OPTIONS = 2  # that are worth a search each
# Letters and marks, where accents were typed: khẩn is near khẩu, and not khác.
MOST_MARKS = 2
# Beginnings that sound alike, with the regions that mix them.
ALIKE = (("ch", "tr"), ("d", "gi", "r"), ("s", "x"), ("l", "n"))


@dataclass(frozen=True)
class Option:
    """A query with the word at `place` replaced, and how well that word goes with its neighbours."""

    words: Words
    place: int
    bond: float


def options(reading: Reading, commune: Commune) -> list[Option]:
    """The likeliest other queries, at most MOST_OPTIONS; none for words that were written side by side before."""
    typed = reading.typed
    if len(typed) < 2 or reading.corrected or not reading.counts.looked_at:
        return []
    telling = _telling(reading)
    places = [place for place in telling if not _is_written(reading, place)]
    found = [
        option for option in _listed(typed, telling, _shipped_expressions()) if _is_doubtful(option, typed, places)
    ]
    if places:
        found += _listed(typed, places, _own_expressions(commune))
        found += _written_beside(typed, places, commune)
    best: dict[tuple[str, ...], Option] = {}
    for option in sorted(found, key=lambda option: -option.bond):
        best.setdefault(tuple(word.folded for word in option.words), option)
    return list(best.values())[:MOST_OPTIONS]


def listed_expressions(commune: Commune) -> list[str]:
    """The expressions that find others in a commune, as they are written."""
    return [one for line in (*own_lines(commune), *shipped()) for one in expressions(line.words)]


def written_places(reading: Reading) -> list[int]:
    """The places of words that the portal wrote beside one of their neighbours, with whatever accents."""
    return [place for place in _telling(reading) if _is_written(reading, place)]


def is_slip(said: str, reading: Reading) -> bool:
    """Whether `said` is what was typed but for one word, and that a slip away."""
    words = syllables(said)
    if len(words) != len(reading.typed):
        return False
    others = [(word, typed) for word, typed in zip(words, reading.typed, strict=True) if not typed.agrees_with(word)]
    return len(others) == 1 and all(_is_slip(typed, word) for word, typed in others)


def _is_slip(typed: Syllable, meant: Syllable) -> bool:
    return not typed.has_marks or OSA.distance(typed.exact, meant.exact) <= MOST_MARKS


def _telling(reading: Reading) -> list[int]:
    """The places of words that tell, and that stand in no expression of the list."""
    listed = {word for group in reading.groups if group.others or group.is_fixed for word in group.said}
    telling = {word.folded for word in reading.words} - {word.folded for word in listed}
    return [place for place, word in enumerate(reading.typed) if word.folded in telling and not word.is_number]


def _is_written(reading: Reading, place: int) -> bool:
    """Whether the portal wrote the word beside one of its neighbours, accents aside."""
    return any(reading.counts[pair] for pair in _pairs(reading.typed, place, reading.typed[place].folded))


def _pairs(typed: Sequence[Syllable], place: int, folded: str) -> list[str]:
    """A word with what stands before and after a place."""
    before = [f"{typed[place - 1].folded}_{folded}"] if place else []
    return before + ([f"{folded}_{typed[place + 1].folded}"] if place + 1 < len(typed) else [])


def _replaced(typed: Sequence[Syllable], place: int, word: Syllable) -> Words:
    return (*typed[:place], word, *typed[place + 1 :])


def _written_beside(typed: Sequence[Syllable], places: Sequence[int], commune: Commune) -> Iterator[Option]:
    """Syllables of the portal that are near a word, and that it writes beside the word's neighbours."""
    known = syllables_in_use(commune)
    near = {place: _near(typed[place].folded, known) for place in places}
    asked = {pair for place in places for one in near[place] for pair in _pairs(typed, place, one)}
    counts = pair_counts(commune, sorted(asked))
    for place in places:
        for one in near[place]:
            bond = max(
                counts.get(pair, 0) / math.sqrt(math.prod(known.get(part, 1) for part in pair.split("_")))
                for pair in _pairs(typed, place, one)
            )
            if bond >= TOGETHER:
                yield Option(_replaced(typed, place, Syllable(one)), place, bond)


def _near(folded: str, known: dict[str, int]) -> list[str]:
    """The syllables of the portal that sound alike or differ in a letter."""
    alike = [one for one in _sounding_like(folded) if one in known]
    if len(folded) < SHORTEST:
        return alike
    near = process.extract(folded, list(known), scorer=OSA.distance, score_cutoff=1, limit=MOST_NEAR)
    return list(dict.fromkeys([*alike, *(one for one, distance, _ in near if distance)]))


def _sounding_like(folded: str) -> list[str]:
    """chu → tru; giay → day, ray; tam → nothing."""
    found = []
    for beginnings in ALIKE:
        start = next((one for one in beginnings if folded.startswith(one) and folded[len(one) :]), None)
        if start:
            found += [other + folded[len(start) :] for other in beginnings if other != start]
    return found


def _is_doubtful(option: Option, typed: Sequence[Syllable], places: Sequence[int]) -> bool:
    """Of words that were written side by side only the accents are doubted: so_do stands for số đo and sổ đỏ."""
    return option.place in places or option.words[option.place].folded == typed[option.place].folded


def _listed(typed: Sequence[Syllable], places: Sequence[int], lines: Sequence[Words]) -> Iterator[Option]:
    """Expressions of a list of words that mean the same, but for one of their syllables: sổ đó → sổ đỏ."""
    for listed in lines:
        for start in range(len(typed) - len(listed) + 1 if len(listed) > 1 else 0):
            said = typed[start : start + len(listed)]
            others = [place for place, word in enumerate(said) if not word.agrees_with(listed[place])]
            if len(others) != 1 or start + others[0] not in places:
                continue
            word, meant = said[others[0]], listed[others[0]]
            if _is_like(word, meant, length=len(listed)) and _is_slip(word, meant):
                place = start + others[0]
                yield Option(_replaced(typed, place, replace(meant, source=written(meant.exact))), place, 1.0)


def _is_like(word: Syllable, meant: Syllable, length: int) -> bool:
    """Whether a syllable may stand for one of an expression of `length` syllables: a short one in a long one alone."""
    if word.folded == meant.folded or meant.folded in _sounding_like(word.folded):
        return True
    is_long = max(len(word.folded), length) >= SHORTEST
    return is_long and OSA.distance(word.folded, meant.folded) == 1


def _own_expressions(commune: Commune) -> list[Words]:
    return [tuple(syllables(one)) for line in own_lines(commune) for one in expressions(line.words)]


@cache
def _shipped_expressions() -> list[Words]:
    return [tuple(syllables(one)) for line in shipped() for one in expressions(line.words)]
