"""The words of a commune's texts: how many texts hold each of them, counted by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet, TextField

from communes.models import Commune
from compiledquery import CompiledQuery
from search.models import SYLLABLE, Term

SAMPLE = 20_000  # texts of a commune that are looked at, the newest
# Pairs that stand in one text alone are most of all words, and say nothing: left out where there are many texts.
MANY = 500
# Words of titles are counted only where so many have them that a search must hold itself back.
COMMON = 50
LOOKED_AT, ALL = "#", "##"
MONTH = "@m"


@dataclass(frozen=True)
class Counts:
    """What the vocabulary says of some words."""

    by_word: Mapping[str, int] = field(default_factory=dict)
    looked_at: int = 0
    total: int = 0
    months: tuple[str, ...] = ()  # in which the texts looked at appeared, the newest first: "@m2026_11"

    def __getitem__(self, word: str) -> int:
        """How many of the texts looked at hold `word`; 0 means seldom rather than never."""
        return self.by_word.get(word, 0)

    def expected(self, word: str) -> float:
        """How many of all texts hold it."""
        return self[word] * (self.total / self.looked_at) if self.looked_at else 0


def counts_of(commune: Commune, words: Iterable[str]) -> Counts:
    """What is known of `words`, and of the vocabulary as a whole: one query."""
    found = dict(_counted(commune=commune.pk, words=sorted({*words, LOOKED_AT, ALL})))
    months = sorted((word for word in found if word.startswith(MONTH)), reverse=True)
    return Counts(found, found.get(LOOKED_AT, 0), found.get(ALL, 0), tuple(months))


def _rows(commune: Any, words: Any) -> QuerySet[Any]:
    any_word = Func(words, function="ANY", output_field=TextField())
    asked = Func(F("word"), any_word, template="%(expressions)s", arg_joiner=" = ", output_field=BooleanField())
    rows = Term.objects.of(commune).filter(Q(asked) | Q(word__gt=MONTH, word__lt=f"{MONTH}~"))
    return rows.values_list("word", "articles")


_counted = CompiledQuery(_rows, commune=BigIntegerField(), words=ArrayField(TextField()))


def pair_counts(commune: Commune, pairs: Sequence[str]) -> dict[str, int]:
    return dict(Term.objects.of(commune).filter(word__in=pairs).values_list("word", "articles"))


def syllables_in_use(commune: Commune) -> dict[str, int]:
    """Every folded syllable of letters that the commune ever wrote."""
    rows = Term.objects.of(commune).filter(word__regex=SYLLABLE)
    return dict(rows.values_list("word", "articles"))


def count_words(commune: Commune, vectors: str, total: int) -> int:
    """Count anew the words in the texts whose index the statement `vectors` selects, one column; `total` texts there are.

    Returns the number of words. Only rows that change are written.
    """
    # ts_stat() takes a statement as text.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
            SELECT word COLLATE "C" AS word, ndoc AS articles FROM ts_stat(%(vectors)s)
            WHERE word !~ '^(#|@[cdky]|\\^)' OR (word LIKE '^%%' AND ndoc >= %(common)s)
            UNION ALL SELECT %(looked_at_word)s, least(%(total)s, %(sample)s)
            UNION ALL SELECT %(all_word)s, %(total)s
            """,
            {
                "vectors": vectors,
                "common": COMMON,
                "looked_at_word": LOOKED_AT,
                "all_word": ALL,
                "total": total,
                "sample": SAMPLE,
            },
        )
        if total > MANY:
            cursor.execute("DELETE FROM counted WHERE articles < 2 AND word LIKE '%%\\_%%'")
        cursor.execute(
            "DELETE FROM search_term WHERE commune_id = %s"
            " AND NOT EXISTS (SELECT FROM counted WHERE counted.word = search_term.word)",
            [commune.pk],
        )
        cursor.execute(
            """
            INSERT INTO search_term (commune_id, word, articles) SELECT %s, word, articles FROM counted
            ON CONFLICT (commune_id, word) DO UPDATE SET articles = excluded.articles
            WHERE search_term.articles <> excluded.articles
            """,
            [commune.pk],
        )
        cursor.execute("SELECT count(*) FROM counted")
        (count,) = cursor.fetchone()
        cursor.execute("DROP TABLE counted")
    return int(count)


def add_words(commune: Commune, vectors: str, parameters: Sequence[object]) -> int:
    """Take up the unknown words of the texts whose index the statement `vectors` selects; returns their number."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO search_term (commune_id, word, articles)
            SELECT %s, word, count(*) FROM ({vectors}) AS texts (terms), unnest(tsvector_to_array(terms)) AS word
            WHERE word !~ '^(#|@|\\^)' GROUP BY word ORDER BY word
            ON CONFLICT (commune_id, word) DO NOTHING
            """,
            [commune.pk, *parameters],
        )
        return cursor.rowcount
