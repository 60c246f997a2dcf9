"""Finding articles by what a citizen types: a ladder of lookups in one index, then an order.

The index holds of each article its syllables, with accents and without, and its pairs of neighbours; those of the
title are marked (see `search_lexemes` in the first migration of search, and `news_terms`). It keeps no positions: a
phrase is its pairs, found in the index alone. The commune, the category and the day stand in it as words of their
own, so that one lookup is bounded by all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations, pairwise
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import BooleanField, F, Func, GeneratedField, TextField, Value
from django.utils import timezone

from communes.models import Commune
from news.kinds import Kind
from news.models import Article, ArticleQuerySet
from search.reading import Group, Reading, lexemes
from search.synonyms import Words
from search.vocabulary import MONTH
from search.words import Syllable

STEP = 200  # articles that a step of the ladder brings at most, the newest
ENOUGH = 20  # found; then nothing looser is looked for
# A lookup that would find more than this looks at the newest days alone; with less than SCANTY it looks further.
WIDE = 1_200
WINDOW = 400  # that those days should hold
SCANTY = 100
WIDER = 8
MONTH_DAYS, FEW_MONTHS = 30, 24  # beyond, whole months and whole years are named
RELAXED = 5  # the rarest groups, of which half must be there
FIRST_DAY = date(1990, 1, 1)  # of what a portal may have taken over
NEVER = "@d0000"  # of no article: where the days end before they begin

# What a group is worth where it stands: in the title, elsewhere; as typed, with other accents; all apart.
TITLE, BODY = 4.0, 1.0
OTHER_ACCENTS = 0.35
PLAIN = 0.9  # typed without accents, written with them
SYNONYM = 0.95
APART = 0.25
LONE = 0.6  # of what it covers, see _alone
NEIGHBOURS, IN_TITLE, IN_BODY = 0.35, 2.0, 0.6
RECENT, RECENT_DAYS = 0.5, 180
# A result must hold this much of what was asked for, by weight; and not be worth much less than the best.
LEAST_COVERAGE, OF_BEST_COVERAGE, NOTHING = 0.45, 0.6, 1 / 3
LEAST_SCORE = 0.12
# Beside those that hold all of it, one that lacks a word must hold more.
BESIDE_WHOLE = 0.6

# The second half is always true, and tells the planner what the first costs (see the migration that makes it).
_HELD = "terms @@ %s::tsquery AND news_unpacked(id)"
LONGEST_CHOICE = 20  # characters of a column that conditions may name, such as the status; texts are longer
_COLUMNS = ", ".join(
    f'"{column.column}"'
    for column in Article._meta.concrete_fields
    if not isinstance(column, (TextField, GeneratedField, SearchVectorField))
    and (column.max_length or 0) <= LONGEST_CHOICE
)


@dataclass(frozen=True)
class Scope:
    """Where to look, beside what `articles` may be read: in some categories, in days from `since` to `until`, of one kind."""

    commune: Commune
    categories: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    kind: Kind | None = None  # one of which a commune has few

    @property
    def words(self) -> list[str]:
        # Words of an article all hold; of several categories the caller's condition speaks alone.
        category = [f"@c{self.categories[0]}"] if len(self.categories) == 1 else []
        kind = [f"@k{self.kind.value}"] if self.kind else []
        return [f"#{self.commune.pk}", *category, *kind]


@dataclass(frozen=True)
class Found:
    """Ids of articles, the best first; those from `near` on hold something else than what was typed."""

    ids: list[int] = field(default_factory=list)
    near: int = 0
    is_capped: bool = False  # there may be more

    def __len__(self) -> int:
        return len(self.ids)


def find(articles: ArticleQuerySet, reading: Reading, scope: Scope) -> Found:
    """Those of `articles`, all of them within `scope`, that answer to a query."""
    if not reading:
        return Found()
    readable = articles.latest_first().values("id")[:STEP].query.sql_with_params()
    seen: dict[int, None] = {}
    full = False
    for step in _ladder(reading, is_narrow=scope.kind is not None):
        ids = _newest(readable, step.lookups, reading, scope)
        if step.if_full and _is_full(ids):
            ids += _newest(readable, step.if_full, reading, scope)
        full = full or _is_full(ids)
        seen.update(dict.fromkeys(pk for part in ids for pk in part))
        if len(seen) >= ENOUGH:
            break
    return _ranked(list(seen), reading, is_capped=full) if seen else Found()


def best_of(articles: ArticleQuerySet, reading: Reading, commune: Commune, kind: Kind, most: int) -> list[Article]:
    """The best of `articles`, all of one kind, for what a citizen typed."""
    ids = find(articles, reading, Scope(commune, kind=kind)).ids[:most]
    found = {article.pk: article for article in articles.filter(pk__in=ids)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def in_use(commune: Commune, words: Sequence[str]) -> set[str]:
    """Those of some folded syllables that stand in an article of the commune."""
    # Counted, not asked whether one exists: for one row the planner would rather read the table until it finds it.
    asked = " UNION ALL ".join(f"SELECT %s WHERE (SELECT count(*) FROM news_article WHERE {_HELD}) > 0" for _ in words)
    with connection.cursor() as cursor:
        cursor.execute(asked, [part for word in words for part in (word, _all([f"#{commune.pk}", word]))])
        return {word for (word,) in cursor.fetchall()}


def holding(articles: ArticleQuerySet, words: Sequence[Syllable], scope: Scope) -> ArticleQuerySet:
    """Those of `articles` with every one of the words, in the order they have."""
    if not words:
        return articles.none()
    query = Value(_all([*scope.words, *(word.folded for word in words)]))
    held = Func(F("terms"), query, arg_joiner=" @@ ", template="%(expressions)s::tsquery", output_field=BooleanField())
    return articles.filter(held, Func(F("pk"), function="news_unpacked", output_field=BooleanField()))


_Sql = tuple[str, tuple[Any, ...]]
_Lookup = tuple[str, float]  # a query of the index, and how many articles it is expected to find


@dataclass(frozen=True)
class _Step:
    """Lookups that are made together, and others where one of them may not have brought all there is."""

    lookups: tuple[_Lookup, ...]
    if_full: tuple[_Lookup, ...] = ()


def _is_full(found: Sequence[Sequence[int]]) -> bool:
    return any(len(ids) == STEP for ids in found)


def _ladder(reading: Reading, *, is_narrow: bool) -> Iterator[_Step]:
    """The steps; `is_narrow`: there are few articles of the kind looked for."""
    groups = reading.groups
    in_title = _all(_any(_stands(words, "^") for words in group.alternatives) for group in groups)
    typed = _all(_any(_stands(words) for words in group.alternatives) for group in groups)
    wide = min(reading.expected(group) for group in groups)
    wide_title = min(sum(reading.expected_of(words, "^") for words in group.alternatives) for group in groups)
    if is_narrow or wide <= WIDE:
        yield _Step(((typed, wide),), if_full=((in_title, wide_title),))
    else:
        yield _Step(((in_title, wide_title), (typed, wide)))
    looser = []
    if reading.has_marks:
        looser.append(
            (_all(_any(_stands(words, "", is_folded=True) for words in group.alternatives) for group in groups), wide)
        )
    if not any(group.is_fixed for group in groups):
        looser.append(_half(reading) if len(groups) > 1 else _apart(reading))
    if looser:
        yield _Step(tuple(looser))


def _half(reading: Reading) -> tuple[str, float]:
    """A lookup for at least half of the rarest groups."""
    rare = sorted(reading.groups, key=reading.weight, reverse=True)[:RELAXED]
    most_missing = len(rare) // 2
    anywhere = {group: _any(_stands(words, "", is_folded=True) for words in group.alternatives) for group in rare}
    query = _any(_all(anywhere[group] for group in part) for part in combinations(rare, len(rare) - most_missing))
    # Any of the rarest but the commonest may be what is there.
    return query, sum(sorted(map(reading.expected, rare))[: most_missing + 1])


def _apart(reading: Reading) -> tuple[str, float]:
    """A lookup for the syllables of the only group, wherever they stand."""
    words = reading.groups[0].said
    return _all(word.folded for word in words), min(reading.counts.expected(word.folded) for word in words)


def _stands(words: Words, mark: str = "", *, is_folded: bool = False) -> str:
    """The query for words side by side, with the accents they have unless `is_folded`; marked, in the title."""
    exact = [] if is_folded else [f"{mark}={word.exact}" for word in words if word.has_marks]
    # An accent is looked for beside the pairs, which are folded.
    return _all([*(f"{mark}{lexeme}" for lexeme in lexemes(words)), *exact])


def _all(parts: Iterator[str] | Sequence[str]) -> str:
    return "(" + " & ".join(map(_quoted, parts)) + ")"


def _any(parts: Iterator[str] | Sequence[str]) -> str:
    return "(" + " | ".join(map(_quoted, parts)) + ")"


def _quoted(part: str) -> str:
    return part if part.startswith("(") else f"'{part}'"


def _newest(readable: _Sql, lookups: Sequence[_Lookup], reading: Reading, scope: Scope) -> list[list[int]]:
    """For each lookup the ids of the newest articles it finds, at most STEP; `readable` selects them."""
    found: list[list[int]] = [[] for _ in lookups]
    windows = [_windows(expected, reading, scope) for _, expected in lookups]
    # The lookups are one statement; those that find little in their days are made again with more.
    while waiting := [number for number, ids in enumerate(found) if len(ids) < SCANTY and windows[number]]:
        queries = []
        for number in waiting:
            days = windows[number].pop(0)
            queries.append(_all([*scope.words, lookups[number][0], *([_any(days)] if days else [])]))
        for number, ids in zip(waiting, _looked_up(readable, queries), strict=True):
            found[number] = ids
    return found


def _looked_up(readable: _Sql, queries: Sequence[str]) -> list[list[int]]:
    """The ids of the newest readable articles that each query finds in the index, in one statement."""
    selection, parameters = readable
    # What the index finds takes the name of the table, and the conditions on who may read apply to it: the planner
    # cannot begin with another index and compare the words of every article it passes.
    parts = [
        f"SELECT {number}, id FROM (WITH news_article AS MATERIALIZED"
        f" (SELECT {_COLUMNS} FROM news_article WHERE {_HELD}) {selection}) AS part{number}"
        for number in range(len(queries))
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [value for query in queries for value in (query, *parameters)])
        rows = cursor.fetchall()
    return [[pk for part, pk in rows if part == number] for number in range(len(queries))]


def _windows(expected: float, reading: Reading, scope: Scope) -> list[list[str]]:
    """The days to look at, as words of the index, ever more; the last are all that the scope allows."""
    until = scope.until or timezone.localdate()
    bounded = _days(scope.since or FIRST_DAY, until) if scope.since or scope.until else []
    counts = reading.counts
    if expected <= WIDE or not counts.months or scope.kind:
        return [bounded]
    # As many a day as in the busiest month: what is too few is asked for again.
    busiest = max(counts[month] for month in counts.months)
    each_day = expected / max(counts.total, 1) * busiest / MONTH_DAYS
    days = math.ceil(WINDOW / each_day)
    windows = []
    while (start := _days_before(until, days - 1)) > (scope.since or FIRST_DAY):
        windows.append(_days(start, until))
        days *= WIDER
    return [*windows, bounded]


def _days_before(day: date, days: int) -> date:
    return max(FIRST_DAY, date.fromordinal(max(1, day.toordinal() - days)))


def _days(since: date, until: date) -> list[str]:
    """The words for the days from one to another; for whole months, and whole years, where there are many."""
    since = max(since, FIRST_DAY)
    until = min(until, date(timezone.localdate().year + 1, 12, 31))
    if (until - since).days < MONTH_DAYS:
        days = [date.fromordinal(number) for number in range(since.toordinal(), until.toordinal() + 1)]
        return [f"@d{day:%Y_%m_%d}" for day in days] or [NEVER]
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    if last - first >= FEW_MONTHS:
        return [f"@y{year}" for year in range(since.year, until.year + 1)]
    return [f"{MONTH}{number // 12}_{number % 12 + 1:02}" for number in range(first, last + 1)]


@dataclass(frozen=True)
class _Place:
    """A way in which an article may hold a group: the query for it, its worth, and whether it is what was typed."""

    query: str
    worth: float
    is_strict: bool


def _places(group: Group) -> list[_Place]:
    """The best first, so that the first that holds counts."""
    places = []
    for mark, worth in (("^", TITLE), ("", BODY)):
        said = _stands(group.said, mark)
        # Typed without accents, a word may have any, and first those it has none.
        plain = [f"{mark}={word.exact}" for word in group.said if not word.has_marks and word.exact.isalpha()]
        places.append(_Place(_all([said, *plain]), worth, is_strict=True))
        if plain:
            places.append(_Place(said, worth * PLAIN, is_strict=True))
        if any(word.has_marks for word in group.said):
            others = _stands(group.said, mark, is_folded=True)
            places.append(_Place(others, worth * OTHER_ACCENTS, is_strict=False))
        places += [_Place(_stands(words, mark), worth * SYNONYM, is_strict=True) for words in group.others]
    if len(group.said) > 1 and not group.is_fixed:
        places.append(_Place(_all(word.folded for word in group.said), BODY * APART, is_strict=False))
    return sorted(places, key=lambda place: -place.worth)


def _ranked(ids: Sequence[int], reading: Reading, *, is_capped: bool) -> Found:
    """The ids in their order, without those that hold too little."""
    places = [_places(group) for group in reading.groups]
    pairs = [
        (f"{a.folded}_{b.folded}", reading.weight_of(reading.counts.expected(f"{a.folded}_{b.folded}")))
        for a, b in pairwise(reading.words)
    ]
    columns, parameters = [], []
    for options in places:
        columns.append("CASE " + "WHEN v @@ %s::tsquery THEN %s " * len(options) + "ELSE -1 END")
        parameters += [value for number, option in enumerate(options) for value in (option.query, number)]
    for pair, _ in pairs:
        columns.append("CASE WHEN v @@ %s::tsquery THEN 2 WHEN v @@ %s::tsquery THEN 1 ELSE 0 END")
        parameters += [f"'^{pair}'", f"'{pair}'"]
    with connection.cursor() as cursor:
        cursor.execute(
            # Joined with nothing, a vector is unpacked once and not for every comparison.
            f"SELECT id, published_at, {', '.join(columns)} FROM ("
            "SELECT id, published_at, terms || ''::tsvector AS v FROM news_article WHERE id = ANY(%s) OFFSET 0) AS held",
            [*parameters, list(ids)],
        )
        rows = cursor.fetchall()
    now = timezone.now()
    weights = [reading.weight(group) for group in reading.groups]
    rated = [_rate(row, reading, weights, places, [weight for _, weight in pairs], now) for row in rows]
    best_coverage = max((one.coverage for one in rated), default=0.0)
    if best_coverage < NOTHING:
        return Found()
    best = max(one.score for one in rated)
    least = min(LEAST_COVERAGE, OF_BEST_COVERAGE * best_coverage)
    least_partial = BESIDE_WHOLE if any(one.is_strict for one in rated) else least
    kept = [
        one
        for one in rated
        if one.coverage >= (least_partial if one.is_partial else least) and one.score >= LEAST_SCORE * best
    ]
    kept.sort(key=lambda one: (not one.is_strict, -one.score, -one.published_at.timestamp(), -one.pk))
    return Found([one.pk for one in kept], sum(one.is_strict for one in kept), is_capped)


@dataclass(frozen=True)
class _Rated:
    pk: int
    published_at: datetime
    score: float
    coverage: float
    is_strict: bool
    is_partial: bool = False  # it lacks a group


def _rate(
    row: tuple[int, datetime, *tuple[int, ...]],
    reading: Reading,
    weights: Sequence[float],
    places: Sequence[Sequence[_Place]],
    pair_weights: Sequence[float],
    now: datetime,
) -> _Rated:
    pk, published_at, *numbers = row
    held = [options[number] if number >= 0 else None for options, number in zip(places, numbers, strict=False)]
    score = sum(weight * place.worth for weight, place in zip(weights, held, strict=True) if place)
    beside = numbers[len(places) :]
    is_partial = None in held
    alone = _alone(reading, beside)
    if is_partial and all(one for one, place in zip(alone, held, strict=True) if place):
        return _Rated(pk, published_at, 0.0, 0.0, is_strict=False, is_partial=True)
    lone = [LONE if is_partial and one else 1.0 for one in alone]
    covered = sum(
        weight * rate * min(1.0, place.worth) for weight, rate, place in zip(weights, lone, held, strict=True) if place
    )
    score += sum(
        NEIGHBOURS * weight * (0.0, IN_BODY, IN_TITLE)[number]
        for weight, number in zip(pair_weights, beside, strict=True)
    )
    score += RECENT * math.exp(-max((now - published_at).days, 0) / RECENT_DAYS)
    is_strict = all(place and place.is_strict for place in held)
    return _Rated(pk, published_at, score, covered / sum(weights), is_strict, is_partial)


def _alone(reading: Reading, beside: Sequence[int]) -> list[bool]:
    """Of each group whether it is one syllable of several that were typed, found without any of its neighbours.

    Most Vietnamese words have two syllables: one of them says little of what was meant.
    """
    alone, place = [], 0
    for group in reading.groups:
        neighbours = beside[max(place - 1, 0) : place + 1]
        alone.append(len(group.said) == 1 and not group.others and len(reading.groups) > 1 and not any(neighbours))
        place += len(group.said)
    return alone
