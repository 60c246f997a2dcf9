"""Querysets whose SQL Django writes once in each process.

Writing the SQL of an article page takes Django longer than PostgreSQL needs to answer it and the
template to show it, and it is the same SQL every time but for a few values. A page that many read
keeps it:

    article_page = CompiledQuery(
        lambda pk, at: Article.objects.published(at).filter(pk=pk),
        pk=models.BigIntegerField(),
        at=models.DateTimeField(),
    )
    articles = article_page(pk=7, at=timezone.now())

The rules stay where they are, in the querysets; only their translation is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import Field, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler


class Parameter(Value):
    """Stands in a query for a value that comes with each run."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(None, output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Parameter]]:
        return "%s", [self]


class CompiledQuery:
    """What `build` returns for the values of a call, without building it again.

    `build` takes one argument for each of `fields` and must put it into the query as it is: it gets a
    placeholder, so it cannot look at the value, slice by it or call a method of it.
    """

    def __init__(self, build: Callable[..., QuerySet], **fields: Field) -> None:
        self.build = build
        self.parameters = {name: Parameter(name, field) for name, field in fields.items()}

    def __call__(self, **values: Any) -> list[Any]:
        """The rows of the query as a list, read now. Raises TypeError when a value is missing or unknown."""
        if values.keys() != self.parameters.keys():
            raise TypeError(f"This query takes {', '.join(self.parameters)}; it was given {', '.join(values)}")
        queryset, written, sql, parameters = self._written
        queryset = queryset.all()
        # Compilers carry their connection, and a connection belongs to one thread.
        compiler = copy(written)
        compiler.connection = connections[queryset.db]
        compiler.as_sql = lambda: (sql, [values[p.name] if isinstance(p, Parameter) else p for p in parameters])
        queryset.query.get_compiler = lambda *args, **kwargs: compiler
        return list(queryset)

    @cached_property
    def _written(self) -> tuple[QuerySet, SQLCompiler, str, tuple[Any, ...]]:
        """Two threads that come first may both write it; they write the same."""
        queryset = self.build(**self.parameters)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        return queryset, compiler, sql, tuple(parameters)
