"""Rows that belong to a commune: their key, and a queryset that reads no other commune's by accident.

Every root table has a `CommuneKey`. Its manager is made of a `CommuneQuerySet`, which runs only when it is
plain whose rows it reads:

    Article.objects.of(request.commune).published()     # those of one commune
    category.articles.published()                       # those of a row that was found already
    Article.objects.everywhere().filter(…)              # of all communes; for the clock and the operator

Anything else raises `UnboundQueryError`, in production too: a page that fails is better than one that shows the
rows of another commune. Rows that hang on a root (a revision on its article) are reached through it and
need no key.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, In
from django.db.models.sql.where import AND
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from communes.models import Commune

Row = TypeVar("Row", bound=models.Model)


class UnboundQueryError(Exception):
    """A query would have read the rows of all communes without saying so."""


class CommuneKey(models.ForeignKey):
    """The commune that a row belongs to; it never changes."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "to": "communes.Commune",
            "verbose_name": _("commune"),
            "on_delete": models.PROTECT,
            "related_name": "+",
            "editable": False,
            "db_index": False,  # the indexes that are used begin with it
        }
        super().__init__(**(defaults | kwargs))


class CommuneQuerySet(models.QuerySet[Row]):
    """A queryset of a model with a `CommuneKey` named `commune`."""

    _is_bound = False

    def of(self, commune: Commune | int) -> Self:
        """The rows of `commune`."""
        rows = self.filter(commune=commune)
        rows._is_bound = True
        return rows

    def everywhere(self) -> Self:
        """The rows of all communes."""
        rows = self.all()
        rows._is_bound = True
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()
        clone._is_bound = self._is_bound
        return clone

    def __or__(self, other: Self) -> Self:
        """Bound where both are: each brings rows of its own."""
        rows = super().__or__(other)
        if not self._says_whose():
            rows._is_bound = False
        elif other._says_whose():
            rows._is_bound = True
        else:
            rows._is_bound, rows._hints = False, {}
        return rows

    def _says_whose(self) -> bool:
        return self._is_bound or _is_of_one(self._hints.get("instance")) or _names_commune(self.query)

    def _check(self) -> None:
        if not self._says_whose():
            raise UnboundQueryError(
                f"Whose {self.model._meta.verbose_name_plural}? Begin with .of(commune), or with .everywhere()"
            )

    # Every way in which Django runs the query of a queryset.

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Row]:
        self._check()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        if self._result_cache is None:
            self._check()
        return super().count()

    def exists(self) -> bool:
        if self._result_cache is None:
            self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._check()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._check()
        return super().delete()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """As a part of another query."""
        self._check()
        return super().resolve_expression(*args, **kwargs)


@cache
def path_to_commune(model: type[models.Model]) -> str | None:
    """How a query on `model` names the commune of a row: "commune", "article__commune"; None where there is none.

    A row without a key of its own hangs on one that has it, by a foreign key that is never null.
    """
    keys = [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    for key in keys:
        if isinstance(key, CommuneKey):
            return key.name
    for key in keys:
        if not key.null and key.related_model is not model and (path := path_to_commune(key.related_model)):
            return f"{key.name}__{path}"
    return None


def _is_of_one(row: models.Model | None) -> bool:
    """Whether the rows of `row` are those of one commune: the articles of a category are, those of a person are not."""
    return row is not None and path_to_commune(type(row)) is not None


def _names_commune(query: models.sql.Query) -> bool:
    """Whether a condition that always holds says which commune (or the key of one row found before)."""
    where = query.where
    if query.combined_queries:
        return all(map(_names_commune, query.combined_queries))
    if query.is_empty():
        return True
    return where.connector == AND and not where.negated and any(map(_is_commune, where.children))


def _is_commune(condition: Any) -> bool:
    return (
        isinstance(condition, (Exact, In))
        and isinstance(condition.lhs, Col)
        and isinstance(condition.lhs.target, CommuneKey)
    )
