"""Expressions that mean the same: the list that comes with the portal, and the lines of a commune."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, QuerySet, TextField

from communes.models import Commune
from compiledquery import CompiledQuery
from search.models import MOST_WORDS, Synonym, expressions
from search.words import Syllable, key_of, phrases, syllables

SHIPPED = Path(__file__).with_name("shipped.txt")
Words = tuple[Syllable, ...]


@dataclass(frozen=True)
class Line:
    """Expressions that find each other, and some that they find beside."""

    words: str
    also: str = ""

    @cached_property
    def first(self) -> str:
        """By which a line of a commune takes the place of a shipped one."""
        return key_of(syllables(expressions(self.words)[0]))


Lists = dict[str, list[tuple[Words, list[Words]]]]


@cache
def shipped() -> tuple[Line, ...]:
    """The lines that come with the portal."""
    lines = (line.partition("#")[0].strip() for line in SHIPPED.read_text(encoding="utf-8").splitlines())
    return tuple(
        Line(words.strip(), also.strip()) for line in lines if line for words, _, also in [line.partition(">")]
    )


@cache
def _shipped_lines() -> dict[str, list[Line]]:
    """Key of an expression → the shipped lines that hold it."""
    found: dict[str, list[Line]] = {}
    for line in shipped():
        for expression in expressions(line.words):
            found.setdefault(key_of(syllables(expression)), []).append(line)
    return found


def _by_key(lines: Iterable[Line]) -> Lists:
    """Key of an expression → the expression, and what it finds."""
    found: Lists = {}
    for line in lines:
        words = [tuple(syllables(expression)) for expression in expressions(line.words)]
        also = [tuple(syllables(expression)) for expression in expressions(line.also)]
        for listed in words:
            others = [other for other in [*words, *also] if other != listed]
            found.setdefault(key_of(listed), []).append((listed, others))
    return found


def own_lines(commune: Commune) -> list[Line]:
    """The lines that the commune's editors wrote."""
    return [Line(words, also) for words, also in Synonym.objects.of(commune).values_list("words", "also")]


def _rows(commune: Any, keys: Any) -> QuerySet[Any]:
    return Synonym.objects.of(commune).keyed(keys).values_list("words", "also")


_keyed = CompiledQuery(_rows, commune=BigIntegerField(), keys=ArrayField(TextField()))


class Synonyms:
    """What the expressions in one query mean in a commune."""

    def __init__(self, commune: Commune, typed: Sequence[Syllable]) -> None:
        keys = list(dict.fromkeys(phrases(typed, MOST_WORDS)))
        near = {line.first: line for key in keys for line in _shipped_lines().get(key, ())}
        # Those of the commune with these words, and those that take the place of a shipped line with them.
        own = [Line(words, also) for words, also in _keyed(commune=commune.pk, keys=[*keys, *near])]
        replaced = {line.first for line in own}
        self._lists = _by_key([*own, *(line for first, line in near.items() if first not in replaced)])

    def longest_at(self, typed: Sequence[Syllable], start: int) -> tuple[int, list[Words]]:
        """How many of the words from `start` on are an expression of the list, and what else it finds; 0 for none."""
        for length in range(min(MOST_WORDS, len(typed) - start), 0, -1):
            said = typed[start : start + length]
            others: list[Words] = []
            is_listed = False
            for listed, means in self._lists.get(key_of(said), ()):
                if all(word.agrees_with(other) for word, other in zip(said, listed, strict=True)):
                    is_listed = True
                    others += [one for one in means if one not in others]
            if is_listed:
                return length, others
        return 0, []
