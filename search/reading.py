"""What a query asks for: the words that tell, each with what means the same.

làm giấy khai sinh cần những giấy tờ gì  →  [làm giấy khai sinh | đăng ký khai sinh | …]
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from communes.models import Commune
from search.spelling import Speller
from search.stopwords import is_filling, question_at
from search.synonyms import Synonyms, Words
from search.vocabulary import Counts, counts_of, pair_counts, syllables_in_use
from search.words import Syllable, syllables, written
from vietnamese import one_line
from vietnamese.letters import is_syllable

LONGEST_QUERY = 800  # characters
MOST_WORDS = 40  # of a query that are read
MOST_GROUPS = 8  # that are looked for: the rarest
MOST_ALTERNATIVES = 10
# A pair is a word when its two syllables keep each other's company as often as this (cosine).
TOGETHER = 0.08

_QUOTED = re.compile(r'["“”«»]([^"“”«»]*)["“”«»]')
_NUMBERED = re.compile(r"[0-9@/]")


@dataclass(frozen=True)
class Group:
    """One word or expression of the query, and what else may stand for it."""

    said: Words
    others: tuple[Words, ...] = ()
    is_fixed: bool = False  # in quotation marks, or a number such as 45/QĐ-UBND: exactly this

    @property
    def alternatives(self) -> tuple[Words, ...]:
        return (self.said, *self.others)


@dataclass(frozen=True)
class Reading:
    """A query as it is understood."""

    text: str
    groups: tuple[Group, ...] = ()
    counts: Counts = Counts()  # noqa: RUF009
    corrected: tuple[Syllable, ...] = ()  # all words, when one of them was not meant as it was typed
    typed: tuple[Syllable, ...] = ()  # all words, when none is in quotation marks or part of a number

    def __bool__(self) -> bool:
        return bool(self.groups)

    @cached_property
    def words(self) -> tuple[Syllable, ...]:
        """The telling words in the order they were typed."""
        return tuple(word for group in self.groups for word in group.said)

    @property
    def has_marks(self) -> bool:
        return any(word.has_marks for word in self.words)

    def weight(self, group: Group) -> float:
        """How much a group tells: the fewer texts hold it, the more."""
        return self.weight_of(self.expected(group))

    def weight_of(self, articles: float) -> float:
        total = max(self.counts.total, 1)
        return math.log(1 + total / (1 + articles)) + 0.1

    def expected(self, group: Group) -> float:
        """At most how many texts hold the group."""
        return sum(self.expected_of(words) for words in group.alternatives)

    def expected_of(self, words: Words, mark: str = "") -> float:
        return min(self.counts.expected(mark + lexeme) for lexeme in lexemes(words))


def lexemes(words: Words) -> list[str]:
    """What the index holds of an expression, without accents: its syllable, or each pair of neighbours."""
    if len(words) == 1:
        return [words[0].folded]
    return [f"{a.folded}_{b.folded}" for a, b in pairwise(words)]


Known = Callable[[Sequence[str]], set[str]]


def read(text: str, commune: Commune, in_use: Known) -> Reading:
    """Understand a query of a citizen of `commune`; takes any text.

    `in_use` says which of some folded words stand in a text of the commune now, whatever its vocabulary knows.
    """
    text = one_line(text[:LONGEST_QUERY])
    parts = _parts(text)
    reading = _grouped(text, parts, commune)
    counts = reading.counts
    if not counts.looked_at:
        return reading
    unknown = [
        word.folded
        for group in reading.groups
        if not group.is_fixed and not group.others
        for word in group.said
        if not counts[word.folded] and not word.is_number
    ]
    missing = set(unknown) - in_use(unknown) if unknown else set()
    if not missing:
        return reading
    corrected = _corrected(parts, missing, commune)
    if corrected == parts:
        return reading
    again = _grouped(text, corrected, commune)
    return replace(again, corrected=tuple(word for part in corrected for word in part.words))


@dataclass(frozen=True)
class _Part:
    """A word, or several that belong together."""

    words: Words
    is_fixed: bool = False


def _parts(text: str) -> list[_Part]:
    parts = []
    end = 0
    for match in _QUOTED.finditer(text):
        parts += _unquoted(text[end : match.start()])
        if words := tuple(syllables(match[1])):
            parts.append(_Part(words, is_fixed=True))
        end = match.end()
    parts += _unquoted(text[end:])
    kept, count = [], 0
    for part in parts:
        count += len(part.words)
        if count > MOST_WORDS:
            break
        kept.append(part)
    return kept


def _unquoted(text: str) -> list[_Part]:
    parts = []
    for piece in text.split():
        words = syllables(piece)
        if len(words) == 1:
            parts.append(_Part((replace(words[0], source=piece.strip(".,;:!?()[]/")),)))
        elif len(words) > 1 and _NUMBERED.search(piece):
            parts.append(_Part(tuple(words[:MOST_GROUPS]), is_fixed=True))
        else:
            parts += [_Part((word,)) for word in words]
    return parts


def _grouped(text: str, parts: Sequence[_Part], commune: Commune) -> Reading:
    typed = [word for part in parts for word in part.words]
    if not typed:
        return Reading(text)
    synonyms = Synonyms(commune, typed)
    pieces = _pieces(parts, synonyms)
    asked = {lexeme for words, others, _ in pieces for one in (words, *others) for lexeme in lexemes(one)}
    asked |= {f"{a.folded}_{b.folded}" for a, b in pairwise(typed)}
    asked |= {word.folded for word in typed}
    asked |= {f"^{lexeme}" for lexeme in asked}
    counts = counts_of(commune, asked)
    groups = _telling([Group(words, others, is_fixed) for words, others, is_fixed in _joined(pieces, counts)])
    groups = [replace(group, said=_believed(group.said)) for group in groups]
    is_free = not any(part.is_fixed for part in parts)
    reading = Reading(text, tuple(groups), counts, typed=tuple(typed) if is_free else ())
    if len(groups) > MOST_GROUPS:
        rare = sorted(groups, key=reading.weight, reverse=True)[:MOST_GROUPS]
        reading = replace(reading, groups=tuple(group for group in groups if group in rare))
    return reading


_Piece = tuple[Words, tuple[Words, ...], bool]


def _pieces(parts: Sequence[_Part], synonyms: Synonyms) -> list[_Piece]:
    """Expressions of the list, numbers, quotations, and single words; what only asks is left out, unless all does."""
    pieces: list[_Piece] = []
    run: list[Syllable] = []
    for part in [*parts, None]:
        if part is not None and not part.is_fixed:
            run.append(part.words[0])
            continue
        pieces += _pieces_of_run(run, synonyms)
        run = []
        if part is not None:
            length, others = synonyms.longest_at(part.words, 0)
            is_listed = length == len(part.words) and bool(others)
            pieces.append((part.words, tuple(others[:MOST_ALTERNATIVES]) if is_listed else (), not is_listed))
    return pieces or [(part.words, (), part.is_fixed) for part in parts]


def _pieces_of_run(run: Sequence[Syllable], synonyms: Synonyms) -> list[_Piece]:
    """The longest expressions first, wherever they begin: thẻ + căn cước công dân, not thẻ căn cước + công dân."""
    places = [(*synonyms.longest_at(run, start), question_at(run, start), start) for start in range(len(run))]
    taken: dict[int, tuple[int, _Piece | None]] = {}
    free = set(range(len(run)))
    for listed, others, asking, start in sorted(places, key=lambda place: (-max(place[0], place[2]), place[3])):
        length = max(listed, asking)
        if length and free >= set(range(start, start + length)):
            free -= set(range(start, start + length))
            piece = (tuple(run[start : start + length]), tuple(others[:MOST_ALTERNATIVES]), False)
            taken[start] = (length, None if asking > listed else piece)
    pieces, place = [], 0
    while place < len(run):
        length, found = taken.get(place, (1, ((run[place],), (), False)))
        pieces += [found] if found else []
        place += length
    return pieces


def _joined(pieces: Sequence[_Piece], counts: Counts) -> list[_Piece]:
    """The single words, those of two syllables put together."""
    found: list[_Piece] = []
    run: list[Syllable] = []
    for words, others, is_fixed in [*pieces, ((), (), True)]:
        if len(words) == 1 and not others and not is_fixed:
            run.append(words[0])
            continue
        found += [(word, (), False) for word in _cut(run, counts)]
        run = []
        if words:
            found.append((words, others, is_fixed))
    return found


def _cut(run: Sequence[Syllable], counts: Counts) -> list[Words]:
    """The best way to read a run of syllables as words of one or two."""
    best: list[tuple[float, list[Words]]] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        score, words = best[end - 1]
        ways = [(score, [*words, (run[end - 1],)])]
        if end > 1 and (bond := _bond(run[end - 2], run[end - 1], counts)) >= TOGETHER:
            score, words = best[end - 2]
            ways.append((score + bond, [*words, (run[end - 2], run[end - 1])]))
        best.append(max(ways, key=lambda way: way[0]))
    return best[-1][1]


def _bond(a: Syllable, b: Syllable, counts: Counts) -> float:
    alone = counts[a.folded] * counts[b.folded]
    return counts[f"{a.folded}_{b.folded}"] / math.sqrt(alone) if alone else 0.0


def _telling(groups: list[Group]) -> list[Group]:
    """Without words that only fill, as long as two syllables remain that tell."""
    telling = [group for group in groups if len(group.said) > 1 or not is_filling(group.said[0])]
    if sum(len(group.said) for group in telling) >= 2 or any(group.others for group in telling):
        return telling
    return groups


def _believed(words: Words) -> Words:
    """With the accents that were typed, but those that no syllable can have: a slip counts as none."""
    return tuple(
        word if not word.has_marks or is_syllable(written(word.exact)) else replace(word, exact=word.folded)
        for word in words
    )


def _corrected(parts: Sequence[_Part], unknown: set[str], commune: Commune) -> list[_Part]:
    speller = Speller(syllables_in_use(commune), lambda pairs: pair_counts(commune, pairs))
    found: list[_Part] = []
    for place, part in enumerate(parts):
        word = part.words[0]
        if part.is_fixed or word.folded not in unknown:
            found.append(part)
            continue
        before = parts[place - 1].words[-1].folded if place else ""
        after = parts[place + 1].words[0].folded if place + 1 < len(parts) else ""
        meant = speller.meant_by(word, before, after)
        found += [_Part((one,)) for one in meant] or [part]
    return found
