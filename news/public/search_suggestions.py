"""The other query that a search offers: one whose articles hold what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from communes.models import Commune
from news.models import Article, ArticleQuerySet
from news.public import search
from news.public.search_excerpts import as_written
from search.reading import Reading, read
from search.suggestions import is_slip, listed_expressions, options, written_places
from search.words import Syllable

LOOKED_AT = 3  # articles, for how they write it


def suggestion(reading: Reading, articles: ArticleQuerySet, found: search.Found, commune: Commune) -> str:
    """What may have been meant, as `articles` write it; "" where the words typed `found` enough, or nothing is near."""
    if not reading or reading.corrected or found.near >= search.ENOUGH:
        return ""
    return _with_other_accents(reading, articles, found) or _with_another_word(reading, articles, commune)


def _with_other_accents(reading: Reading, articles: ArticleQuerySet, found: search.Found) -> str:
    """The words as the close matches write them, where none has the accents that were typed: xe mày → xe máy."""
    if found.near or not found.ids or not reading.has_marks:
        return ""
    places = written_places(reading)
    words = [replace(word, source="") if place in places else word for place, word in enumerate(reading.typed)]
    said = as_written(words, _best(articles, found.ids)) if places else ""
    return said if is_slip(said, reading) else ""


def _with_another_word(reading: Reading, articles: ArticleQuerySet, commune: Commune) -> str:
    for option in options(reading, commune):
        asked = " ".join(word.source or word.folded for word in option.words)
        other = search.find(articles, read(asked, commune, partial(search.in_use, commune)), search.Scope(commune))
        if not other.near:
            continue
        said = _written(option.words, reading, _best(articles, other.ids[: other.near]), commune)
        if is_slip(said, reading):
            return said
    return ""


def correction(reading: Reading, shown: Sequence[Article], commune: Commune) -> str:
    """What was searched for in place of the words typed, as the articles that it found write it; "" for the words."""
    return _written(reading.corrected, reading, shown[:LOOKED_AT], commune) if reading.corrected else ""


def _written(words: Sequence[Syllable], reading: Reading, articles: Sequence[Article], commune: Commune) -> str:
    """The words as they are written; where no accent was typed, the words typed too."""
    said = words if reading.has_marks else [_bare(word) for word in words]
    return as_written(said, articles, listed_expressions(commune))


def _bare(word: Syllable) -> Syllable:
    return word if word.has_marks else replace(word, source="")


def _best(articles: ArticleQuerySet, ids: Sequence[int]) -> list[Article]:
    rows = articles.in_bulk(ids[:LOOKED_AT])
    return [rows[pk] for pk in ids[:LOOKED_AT] if pk in rows]
