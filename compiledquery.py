"""Querysets whose SQL Django writes, and PostgreSQL plans, once.

Writing and planning the SQL of an article page takes longer than reading its rows, and it is the same
SQL every time but for a few values. A page that many read keeps it:

    article_page = CompiledQuery(
        lambda pk, at: Article.objects.published(at).filter(pk=pk),
        pk=models.BigIntegerField(),
        at=models.DateTimeField(),
    )
    articles = article_page(pk=7, at=timezone.now())

The rules stay where they are, in the querysets; only their translation is kept: the SQL in each
process, the plan in each connection, as a prepared statement. A pool that hands the connection to
somebody else after each transaction would lose those: Django's DISABLE_SERVER_SIDE_CURSORS, which such
a pool needs anyway, switches them off.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from copy import copy
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

_numbers = itertools.count(1)


class Parameter(Value):
    """Stands in a query for a value that comes with each run."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(None, output_field=output_field)
        self.name = name

    def as_sql(  # type: ignore[override]  # Django looks at no parameter before the driver does
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Parameter]]:
        return "%s", [self]


class CompiledQuery:
    """What `build` returns for the values of a call, without building it again.

    `build` takes one argument for each of `fields` and must put it into the query as it is: it gets a
    placeholder, so it cannot look at the value, slice by it or call a method of it.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], **fields: Field[Any, Any]) -> None:
        self.build = build
        self.parameters = {name: Parameter(name, field) for name, field in fields.items()}
        self.statement = f"compiled_{next(_numbers)}"
        self._prepared_in: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()  # psycopg2's connections

    def __call__(self, **values: Any) -> list[Any]:
        """The rows of the query as a list, read now. Raises TypeError when a value is missing or unknown."""
        if values.keys() != self.parameters.keys():
            raise TypeError(f"This query takes {', '.join(self.parameters)}; it was given {', '.join(values)}")
        queryset, compiler, sql, parameters = self._written
        # A queryset keeps its rows, and a compiler the connection, which belongs to one thread.
        queryset, compiler = queryset.all(), copy(compiler)
        compiler.connection = connection = connections[queryset.db]
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            run = sql, tuple(_replaced(parameters, values))
        else:
            self._prepare(connection)
            names = ", ".join(["%s"] * len(self.parameters))
            run = f"EXECUTE {self.statement} ({names})", tuple(values[name] for name in self.parameters)
        compiler.as_sql = lambda *args, **kwargs: run  # type: ignore[method-assign]  # of this copy
        queryset.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]  # of this copy
        return list(queryset)

    @cached_property
    def _written(self) -> tuple[QuerySet[Any], SQLCompiler, str, tuple[Any, ...]]:
        """Two threads that come first may both write it; they write the same."""
        queryset = self.build(**self.parameters)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        # What turns values of the database into Python's depends on the columns alone.
        converters = compiler.get_converters([column for column, _, _ in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda columns: converters
        return queryset, compiler, sql, tuple(parameters)

    def _prepare(self, connection: BaseDatabaseWrapper) -> None:
        # As the cursor would below: a new connection knows no statement of the one that was lost.
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        if connection.connection in self._prepared_in:
            return
        _, _, sql, parameters = self._written
        # Constants become part of the statement: a plan for any status could not use the indexes of one.
        places = {name: AsIs(f"${number}") for number, name in enumerate(self.parameters, 1)}
        types = ", ".join(str(parameter.output_field.db_type(connection)) for parameter in self.parameters.values())
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            text = cursor.mogrify(sql, tuple(_replaced(parameters, places))).decode()
            cursor.execute(f"PREPARE {self.statement} ({types}) AS {text}")
        self._prepared_in[connection.connection] = True


def _replaced(parameters: Iterable[Any], values: dict[str, Any]) -> Iterable[Any]:
    return (values[item.name] if isinstance(item, Parameter) else item for item in parameters)
