"""Finding articles in PostgreSQL's full text, with accents ignored and exact accents first.

The database keeps two generated vectors of each article, one of folded words and one of words as
they are written (see the migration that creates them). In both the commune stands as a word of its own, so that
one index serves a commune among many as it serves one alone. Everything a person types becomes words of
letters and digits, so that no input is an error: "45/QD-UBND" is the phrase 45, qd, ubnd.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchQueryField
from django.db.models import BigIntegerField, Case, FloatField, Func, Q, Value, When
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from communes.models import Commune
from news.models import Article, ArticleQuerySet
from news.models.article_queryset import TITLE_WORDS
from richtext import plain_text
from vietnamese import fold, to_nfc

QUERY_LENGTH = 120  # characters
MAX_WORDS = 12
EXCERPT = 220  # characters
CANDIDATES = 200  # of each kind; a reader who pages further narrows the search instead
_QUOTED = re.compile(r'["“”«»]([^"“”«»]+)["“”«»]')
_FOLDED_WORD = re.compile(r"[a-z0-9]+")
_EXACT_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Query:
    """What a person looks for: groups of words; the words of a group stand side by side."""

    groups: tuple[tuple[str, ...], ...]
    exact_groups: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for group in self.groups for word in group)

    def all_words(self, weights: str = "") -> str:
        """A tsquery: every group, in parts of the article with one of the `weights`."""
        return _tsquery(self.groups, weights)

    def phrase(self, weights: str = "") -> str:
        """A tsquery: all the words side by side in the order they were typed."""
        return _tsquery((self.words,), weights)

    def exact(self, weights: str = "") -> str:
        return _tsquery(self.exact_groups, weights)


def parse(text: str) -> Query:
    """Read what was typed; words in quotation marks, and words joined by - / . stand side by side."""
    text = to_nfc(text)[:QUERY_LENGTH].lower()
    quoted = [match[1] for match in _QUOTED.finditer(text)]
    rest = _QUOTED.sub(" ", text).split()
    groups, exact = [], []
    count = 0
    for part in [*quoted, *rest]:
        folded = _FOLDED_WORD.findall(fold(part))[: MAX_WORDS - count]
        if folded:
            groups.append(tuple(folded))
            exact.append(tuple(_EXACT_WORD.findall(part)[: MAX_WORDS - count]))
            count += len(folded)
    return Query(tuple(groups), tuple(words for words in exact if words))


def matching(articles: ArticleQuerySet, commune: Commune, query: Query) -> ArticleQuerySet:
    """Those of `articles`, all of them of `commune`, with every word of `query`, the best first, and of equals the newest.

    Written with the same accents before without; the phrase in the title before its words in the
    title, before the phrase in the summary and in the text, before words that stand apart.
    """
    if not query:
        return articles.none()
    in_title = When(_has("search", query.all_words("A")), then=Value(3.0))
    together = Case(
        When(_has("search", query.phrase("A")), then=Value(4.0)),
        in_title,
        When(_has("search", query.phrase("AB")), then=Value(2.75)),
        default=Value(2.5),
    )
    apart = Case(in_title, When(_has("search", query.all_words("AB")), then=Value(2.0)), default=Value(1.0))
    level = Case(When(_has("search", query.phrase()), then=together), default=apart, output_field=FloatField())
    # Words typed with accents mean these accents; words typed without may stand for any.
    weight = 10.0 if any(not word.isascii() for group in query.exact_groups for word in group) else 0.5
    exact = Case(
        When(_has("search_exact", query.exact("A")), then=Value(weight + 0.25)),
        When(_has("search_exact", query.exact()), then=Value(weight)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    return (
        articles.filter(pk__in=_candidates(articles, commune, query))
        .annotate(relevance=level + exact)
        .order_by("-relevance", "-published_at", "-id")
    )


def _candidates(articles: ArticleQuerySet, commune: Commune, query: Query) -> ArticleQuerySet:
    """Ids worth ranking: the newest with the words, with them in the title, with these accents.

    A word of every second article would else have a million rows ranked for the twenty shown. Each
    kind has an index of its own: a word of every text may be in no title, and looking for it there in
    the index of all words would read every article. The newest of many matches come from walking the
    index of publication times.
    """
    kinds = [
        articles.filter(_has("search", query.all_words(), commune)),
        articles.alias(title_words=TITLE_WORDS).filter(_has("title_words", query.all_words(), commune)),
    ]
    if not all(word.isascii() for group in query.exact_groups for word in group):
        kinds.append(articles.filter(_has("search_exact", query.exact(), commune)))
    newest = [kind.latest_first().values("pk")[:CANDIDATES] for kind in kinds]
    return newest[0].union(*newest[1:])


def narrowed(articles: ArticleQuerySet, commune: Commune, text: str) -> ArticleQuerySet:
    """Those of `articles`, all of them of `commune`, that hold every word of `text`, in the order they have."""
    query = parse(text)
    return articles.filter(_has("search", query.all_words(), commune)) if query else articles.none()


def excerpt(article: Article, query: Query) -> SafeString:
    """The part of the article around the first word found, with the words marked; safe HTML."""
    text = article.summary
    folded = _folded_letters(text)
    if not any(word in folded for word in query.words):
        body = plain_text(article.body)
        folded_body = _folded_letters(body)
        if not text or any(word in folded_body for word in query.words):
            text, folded = body, folded_body
    first = min((match.start() for match in _occurrences(folded, query.words)), default=0)
    start = max(text.rfind(" ", 0, max(first - 60, 0)) + 1, 0) if first > 60 else 0
    return _marked(text[start : start + EXCERPT], query, start > 0, start + EXCERPT < len(text))


def marked_title(article: Article, query: Query) -> SafeString:
    return _marked(article.title, query, is_cut_before=False, is_cut_after=False)


def _marked(text: str, query: Query, is_cut_before: bool, is_cut_after: bool) -> SafeString:  # noqa: FBT001
    pieces, end = [], 0
    for match in _occurrences(_folded_letters(text), query.words):
        pieces += [escape(text[end : match.start()]), "<mark>", escape(text[match.start() : match.end()]), "</mark>"]
        end = match.end()
    pieces.append(escape(text[end:]))
    return mark_safe("…" * is_cut_before + "".join(pieces) + "…" * is_cut_after)


def _occurrences(folded: str, words: tuple[str, ...]) -> list[re.Match[str]]:
    if not words:
        return []
    return list(re.finditer(rf"(?<![a-z0-9])(?:{'|'.join(sorted(words, key=len, reverse=True))})(?![a-z0-9])", folded))


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


def _tsquery(groups: tuple[tuple[str, ...], ...], weights: str) -> str:
    suffix = f":{weights}" if weights else ""
    return " & ".join("(" + " <-> ".join(f"'{word}'{suffix}" for word in group) + ")" for group in groups)


def _has(column: str, tsquery: str, commune: Commune | None = None) -> Q:
    """The words in the column; with a `commune`, among its articles, which the same index finds."""
    words = SearchQuery(tsquery, config="simple", search_type="raw")
    return Q((column, words if commune is None else words & CommuneWord(commune.pk)))


class CommuneWord(SearchQueryCombinable, Func):
    """The word of a commune as a tsquery. It holds a sign that no word of a text has, so nobody can type it."""

    function = "news_commune_word"
    output_field = SearchQueryField()

    def __init__(self, commune_id: int) -> None:
        super().__init__(Value(commune_id, output_field=BigIntegerField()))
