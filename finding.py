"""Rows by the words of their columns, with or without accents: for tables that need no index of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat, Lower

from vietnamese import fold

_APART = r"\W+"
_MARKS = r"[\u0300-\u036f]"  # combining ones
_ENDS_IN_Y = re.compile(r"\b(?:h|k|l|m|s|t|qu)[iy]\Z")


def found(rows: QuerySet[Any], text: str, columns: Sequence[str]) -> QuerySet[Any]:
    """The rows with every word of `text` in `columns`, in whatever order they come, as a beginning of a word or within."""
    patterns = parts_of(text)
    return holding(rows, Value(patterns), columns) if patterns else rows.alias(said_folded=_folded(columns))


def holding(rows: QuerySet[Any], parts: Value, columns: Sequence[str]) -> QuerySet[Any]:
    """As `found`, for the `parts_of` a text; they may be a parameter of a `CompiledQuery`."""
    rows = rows.alias(said_folded=_folded(columns))
    return rows.filter(_holds_each("said_folded", parts))


def answering(rows: QuerySet[Any], each: Value, together: Value, titles: str, said: str) -> QuerySet[Any]:
    """The rows that answer a citizen, by `patterns_of` a text: with every word of it whole in `titles`, or side by side
    in what is `said`.

    Both are columns that the database keeps as `kept_folded` makes them: folding costs PostgreSQL a hundred times
    what looking costs. Syllables are short: "so" and "do" stand somewhere in most texts, and mean nothing there.
    """
    return rows.filter(Q(_holds_each(titles, each)) | Q(**{f"{said}__regex": together}))


def kept_folded(columns: Sequence[str]) -> Lower:
    """What `columns` say, folded, for a generated column: of functions that never change their answer."""
    parts = (part for column in columns for part in (F(column), Value(" ")))
    return _without_accents(Concat(*parts, output_field=TextField()))


def parts_of(text: str) -> list[str]:
    """A pattern for each word of `text`, wherever it stands."""
    return [_spelled(word) for word in fold(text).split()]


def patterns_of(text: str) -> tuple[list[str], str]:
    """What `matching` and `answering` look for: a pattern for each word of `text`, and one for all of them side by side."""
    patterns = parts_of(text)
    return [rf"\m{pattern}\M" for pattern in patterns], rf"\m{_APART.join(patterns)}\M"


def matching(
    rows: QuerySet[Any], each: Value, together: Value, titles: Sequence[str], others: Sequence[str] = ()
) -> QuerySet[Any]:
    """As `answering`, of columns that are folded for the question; the patterns may be parameters of a `CompiledQuery`."""
    rows = rows.alias(said_folded=_folded([*titles, *others]), titles_folded=_folded(titles))
    in_titles = Q(_holds_each("titles_folded", each))
    return rows.filter(in_titles | Q(said_folded__regex=together))


def closest_first(rows: QuerySet[Any], text: str, column: str) -> QuerySet[Any]:
    """In the order they have, but first what is called `text` and then what begins with it, accents aside."""
    name = phrase_of(text)
    place = Case(When(name_folded=f"{name} ", then=0), When(name_folded__startswith=name, then=1), default=2)
    ordered: QuerySet[Any] = rows.alias(name_folded=_folded([column])).order_by(place, *rows.query.order_by)
    return ordered


def _folded(columns: Sequence[str]) -> Lower:
    """What `columns` say, without accents, in small letters, with a space after each.

    One call of a function, whatever their number: a query repeats it for every condition, and Django writes it each time.
    """
    said = Func(
        *map(F, columns),
        template="concat_ws(' ', %(expressions)s, '')",
        output_field=CharField(),
    )
    return _without_accents(said)


def _without_accents(said: Any) -> Lower:
    """As vietnamese.fold, of text in any Latin script: a third of the time that translate() takes with every letter."""
    apart = Func(said, template="normalize(%(expressions)s, NFD)", output_field=CharField())
    bare = Func(apart, Value(_MARKS), Value(""), Value("g"), function="regexp_replace", output_field=CharField())
    # Letters first, so that lower() is left with A to Z, whatever the collation makes of others.
    return Lower(Func(bare, Value("đĐðÐɖƉ"), Value("dddddd"), function="translate", output_field=CharField()))


def _holds_each(column: str, patterns: Value) -> Func:
    """Whether every one of the patterns matches somewhere in the column."""
    each = Func(patterns, function="ALL", output_field=CharField())
    return Func(F(column), each, template="%(expressions)s", arg_joiner=" ~ ", output_field=BooleanField())


def _spelled(word: str) -> str:
    """The pattern of a folded word in all its spellings."""
    return f"({'|'.join(sorted(map(re.escape, _spellings(word))))})"


def _spellings(word: str) -> set[str]:
    """Both of ky and ki, where the schools differ."""
    return {word, word[:-1] + "i", word[:-1] + "y"} if _ENDS_IN_Y.search(word) else {word}


def phrase_of(text: str) -> str:
    """The words of `text` as the folded columns would hold them side by side."""
    return " ".join(fold(text).split())


def with_togetherness(rows: QuerySet[Any], phrase: str | Value) -> QuerySet[Any]:
    """Rows that `found` or `matching` found, with `is_together` to order by: whether they hold the phrase of their text."""
    together = ExpressionWrapper(Q(said_folded__contains=phrase), output_field=BooleanField())
    marked: QuerySet[Any] = rows.annotate(is_together=together)
    return marked
