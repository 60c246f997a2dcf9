"""What of an article a list of results shows: the part around the words, with the words marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from news.models import Article
from richtext import plain_text
from search.reading import Reading
from search.words import Syllable
from vietnamese import fold, truncate

EXCERPT = 220  # characters
LEAD = 60  # characters before the first word found
_ENDS_IN_Y = re.compile(r"(?:h|k|l|m|s|t|qu)i\Z")
_BETWEEN = r"[^a-z0-9]{1,3}"


class Marker:
    """Marks what a query asked for in titles and texts."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def title(self, article: Article) -> SafeString:
        return self._marked(article.title)

    def excerpt(self, article: Article) -> SafeString:
        """The part of the article around the first words found; safe HTML."""
        text = article.summary
        first = self._first(text)
        if first is None:
            body = plain_text(article.body)
            first = self._first(body)
            if first is not None or not text:
                text = body
        first = first or 0
        start = max(text.rfind(" ", 0, max(first - LEAD, 0)) + 1, 0) if first > LEAD else 0
        return mark_safe("…" * (start > 0) + self._marked(truncate(text[start:], EXCERPT)))

    def _first(self, text: str) -> int | None:
        """Where an expression of the query begins, or else one of its words."""
        folded = _folded_letters(text)
        for pattern in (self._expressions, self._words):
            if pattern and (match := pattern.search(folded)):
                return match.start()
        return None

    def _marked(self, text: str) -> SafeString:
        pieces, end = [], 0
        pattern = self._words
        for match in pattern.finditer(_folded_letters(text)) if pattern else ():
            pieces += [
                escape(text[end : match.start()]),
                "<mark>",
                escape(text[match.start() : match.end()]),
                "</mark>",
            ]
            end = match.end()
        pieces.append(escape(text[end:]))
        return mark_safe("".join(pieces))

    @cached_property
    def _expressions(self) -> re.Pattern[str] | None:
        return _pattern(words for group in self._reading.groups for words in group.alternatives)

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        """Every expression as a whole, and the words that were typed one by one."""
        groups = self._reading.groups
        whole = [words for group in groups for words in group.alternatives]
        return _pattern([*whole, *([word] for group in groups if not group.is_fixed for word in group.said)])


def as_written(words: Sequence[Syllable], articles: Iterable[Article], listed: Sequence[str] = ()) -> str:
    """The words as the articles write them, where they stand side by side; else as they are, without accents.

    What an article was found by may not stand in it: `listed` are the expressions that find others.
    """
    pattern = _pattern([words])
    texts = [text for article in articles for text in (article.title, article.summary, plain_text(article.body))]
    texts += listed
    for text in texts:
        if pattern and (match := pattern.search(_folded_letters(text))):
            return text[match.start() : match.end()].lower()
    return " ".join(_as_written_beside(place, words, texts) for place in range(len(words)))


def _as_written_beside(place: int, words: Sequence[Syllable], texts: Sequence[str]) -> str:
    """One word as it is written beside one of its neighbours."""
    word = words[place]
    if word.source:
        return word.source
    pairs = [(words[place - 1 : place + 1], -1)] if place else []
    pairs += [(words[place : place + 2], 0)] if place + 1 < len(words) else []
    for pair, which in pairs:
        pattern = _pattern([pair])
        for text in texts:
            if pattern and (match := pattern.search(_folded_letters(text))):
                return text[match.start() : match.end()].split()[which].lower()
    return word.folded


def _pattern(expressions: Iterable[Sequence[Syllable]]) -> re.Pattern[str] | None:
    found = sorted({_BETWEEN.join(_spelled(word.folded) for word in words) for words in expressions if words}, key=len)
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(reversed(found))})(?![a-z0-9])") if found else None


def _spelled(folded: str) -> str:
    """ki stands for ky, too."""
    return f"{folded[:-1]}[iy]" if _ENDS_IN_Y.search(folded) else folded


def _folded_letters(text: str) -> str:
    """`text` folded letter by letter, so that positions stay what they are."""
    return text.translate(_LETTERS)


class _LetterTable(dict[int, str]):
    """For str.translate: every letter folded, learned as it comes; what is not one letter becomes NUL."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = folded if len(folded) == 1 else "\x00"
        return self[code]


_LETTERS = _LetterTable()
