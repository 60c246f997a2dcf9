"""Rows by the words of their columns, with or without accents: for tables that need no index of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Lower

from vietnamese import FOLD_FROM, FOLD_TO, fold

SPACE = Value(" ")
_ENDS_IN_Y = re.compile(r"\b(?:h|k|l|m|s|t|qu)[iy]\Z")


def found(rows: QuerySet[Any], text: str, columns: Sequence[str]) -> QuerySet[Any]:
    """The rows with every word of `text` in `columns`, in whatever order they come, as a beginning of a word or within."""
    rows = rows.alias(said_folded=_folded(columns))
    for word in fold(text).split():
        rows = rows.filter(reduce(or_, (Q(said_folded__contains=spelling) for spelling in _spellings(word))))
    return rows


def answering(rows: QuerySet[Any], text: str, titles: Sequence[str], others: Sequence[str] = ()) -> QuerySet[Any]:
    """The rows that answer a citizen: with every word of `text` whole in `titles`, or side by side in any of the columns.

    Syllables are short: "so" and "do" stand somewhere in most texts, and mean nothing there.
    """
    patterns = [f"({'|'.join(sorted(map(re.escape, _spellings(word))))})" for word in fold(text).split()]
    if not patterns:
        return rows.none()
    rows = rows.alias(said_folded=_folded([*titles, *others]), titles_folded=_folded(titles))
    everywhere = reduce(and_, (Q(titles_folded__regex=rf"\m{pattern}\M") for pattern in patterns))
    together = r"\W+".join(patterns)
    return rows.filter(everywhere | Q(said_folded__regex=rf"\m{together}\M"))


def closest_first(rows: QuerySet[Any], text: str, column: str) -> QuerySet[Any]:
    """In the order they have, but first what is called `text` and then what begins with it, accents aside."""
    name = " ".join(fold(text).split())
    place = Case(When(name_folded=f"{name} ", then=0), When(name_folded__startswith=name, then=1), default=2)
    ordered: QuerySet[Any] = rows.alias(name_folded=_folded([column])).order_by(place, *rows.query.order_by)
    return ordered


def _folded(columns: Sequence[str]) -> Lower:
    """What `columns` say, without accents, in small letters."""
    said = Concat(*(part for column in columns for part in (F(column), SPACE)), output_field=CharField())
    # The order of vietnamese.fold: letters first, so that lower() is left with A to Z.
    return Lower(Func(said, Value(FOLD_FROM), Value(FOLD_TO), function="translate", output_field=CharField()))


def _spellings(word: str) -> set[str]:
    """Both of ky and ki, where the schools differ."""
    return {word, word[:-1] + "i", word[:-1] + "y"} if _ENDS_IN_Y.search(word) else {word}


def with_togetherness(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows that `found` or `answering` found, with `is_together` to order by: whether the words stand together as in `text`."""
    together = ExpressionWrapper(Q(said_folded__contains=" ".join(fold(text).split())), output_field=BooleanField())
    marked: QuerySet[Any] = rows.annotate(is_together=together)
    return marked
