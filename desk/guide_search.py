"""Searching the guides: a part of a guide is found by its words, typed with accents or without."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language

from desk.guides import DOCS, GUIDES, read_guide
from vietnamese import fold, one_line, to_nfc

HEADING = re.compile(r'<h[23] id="([^"]*)">(.*?)</h[23]>', re.DOTALL)
# Where a word ends without a space.
BLOCK = re.compile(r"</(?:p|li|td|th|h4|pre)>|<br>")
MOST_FOUND = 12
LONGEST_QUERY = 80  # characters
BEFORE, AFTER = 6, 24  # words of an excerpt


@dataclass(frozen=True)
class Part:
    """What stands under one heading of a guide."""

    slug: str
    anchor: str
    heading: str
    text: str


@dataclass(frozen=True)
class Match:
    """A part that answers, with the words around what was found."""

    guide: str
    heading: str
    address: str
    excerpt: str


def search_guides(text: str) -> list[Match]:
    """The parts of the guides that hold every word of `text`, the best first, at most MOST_FOUND.

    In the reader's language, where there are guides in it. Best is what holds all in its heading, then what holds the words
    as they were typed, side by side.
    """
    query = one_line(to_nfc(text))[:LONGEST_QUERY]
    words = fold(query).split()
    if not words:
        return []
    languages = {guide.language for guide in GUIDES.values()}
    language = (get_language() or "")[:2]
    slugs = [slug for slug, guide in GUIDES.items() if guide.language == (language if language in languages else "vi")]
    found = []
    for slug in slugs:
        for part in _parts(slug, (DOCS / GUIDES[slug].file).stat().st_mtime_ns):
            heading, body = fold(part.heading), fold(part.text)
            if all(_holds(f"{heading} {body}", word) for word in words):
                ranks = all(_holds(heading, word) for word in words), query.casefold() in part.text.casefold()
                found.append((*ranks, " ".join(words) in body, part))
    found.sort(key=lambda one: one[:3], reverse=True)
    return [_match(part, words) for *_ranks, part in found[:MOST_FOUND]]


def _match(part: Part, words: list[str]) -> Match:
    address = f"{reverse('admin:guide', args=[part.slug])}#{part.anchor}"
    return Match(GUIDES[part.slug].title, part.heading, address, _excerpt(part.text, words))


def _excerpt(text: str, words: list[str]) -> str:
    """The words around the place that holds most of what was looked for."""
    shown = text.split()
    folded = [fold(word) for word in shown]
    hits = [number for number, word in enumerate(folded) if any(_holds(word, wanted) for wanted in words)]

    def held(start: int) -> int:
        return len({wanted for wanted in words for word in folded[start : start + AFTER] if _holds(word, wanted)})

    start = max(max(hits, key=held, default=0) - BEFORE, 0)
    end = start + BEFORE + AFTER
    return f"{'… ' if start else ''}{' '.join(shown[start:end])}{' …' if end < len(shown) else ''}"


def _holds(folded: str, word: str) -> bool:
    """Whether a word of the folded text begins with `word`."""
    return re.search(rf"(?<!\w){re.escape(word)}", folded) is not None


@lru_cache(maxsize=16)
def _parts(slug: str, _changed_at: int) -> list[Part]:
    """The parts of a guide; read anew when its file has changed."""
    pieces = HEADING.split(read_guide(GUIDES[slug]).html)
    return [
        Part(slug, anchor, _plain(heading), _plain(body))
        for anchor, heading, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)
    ]


def _plain(markup: str) -> str:
    return one_line(html.unescape(strip_tags(BLOCK.sub(" ", markup))))
