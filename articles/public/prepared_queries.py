"""Queries that Django builds once per process: building one takes longer than the database takes to answer it.

    @prepared
    def _titles(now, pks):
        return Article.objects.visible(now).filter(pk__in=pks).values_list("pk", "title")

    rows = _titles(now=timezone.now(), pks=[3, 4])

The decorated function gets a placeholder for each keyword argument, and returns a queryset of tuples. Its SQL is kept,
one for each length of a list. Positional arguments, such as a number of rows, are passed as they are: each of their
values has an SQL of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, DateTimeField, Expression, Field, FloatField, QuerySet, TextField
from django.db.models.sql.compiler import SQLCompiler

_FIELDS: dict[type, Field] = {
    int: BigIntegerField(),
    float: FloatField(),
    str: TextField(),
    datetime: DateTimeField(),
}


class Given(Expression):
    """A placeholder in a query for a value, or for a list of `count` values, given by name when the query runs."""

    def __init__(self, name: str, field: Field, count: int | None):
        super().__init__(output_field=field)
        self.name, self.count = name, count

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s" if self.count is None else f"({', '.join(['%s'] * self.count)})", (self,)

    def params(self, values: Mapping[str, Any]) -> list[Any]:
        value, prepare = values[self.name], self.output_field.get_db_prep_value
        return [prepare(one, connection) for one in (value if isinstance(value, list) else [value])]


_Statement = tuple[str, tuple, SQLCompiler]


def prepared(build: Callable[..., QuerySet]) -> Callable[..., list[tuple]]:
    """A function that returns the rows of the queryset that `build` returns. Lists among its values must not be empty.

    Raises ValueError if two calls of `build` give different SQL.
    """
    statements: dict[tuple, _Statement] = {}

    @wraps(build)
    def rows(*fixed: Any, **values: Any) -> list[tuple]:
        shape = (fixed, *((name, len(value)) for name, value in values.items() if isinstance(value, list)))
        if shape not in statements:
            statements[shape] = _statement(build, fixed, values)
        sql, params, compiler = statements[shape]
        filled: list[Any] = []
        for param in params:
            filled += param.params(values) if isinstance(param, Given) else [param]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.results_iter([found])]

    return rows


def _statement(
    build: Callable[..., QuerySet], fixed: tuple, values: Mapping[str, Any]
) -> tuple[str, tuple, SQLCompiler]:
    compiler = _compiler(build, fixed, values)
    sql, params = compiler.as_sql()
    # A value that `build` takes from elsewhere, such as the clock, would be frozen in the kept SQL.
    if _compiler(build, fixed, values).as_sql() != (sql, params):
        raise ValueError(f"{build.__qualname__} is not the same each time: what differs must be one of its parameters.")
    return sql, params, compiler


def _compiler(build: Callable[..., QuerySet], fixed: tuple, values: Mapping[str, Any]) -> SQLCompiler:
    queryset = build(*fixed, **{name: _placeholder(name, value) for name, value in values.items()})
    return queryset.query.get_compiler(queryset.db)


def _placeholder(name: str, value: Any) -> Given:
    one, count = (value[0], len(value)) if isinstance(value, list) else (value, None)
    return Given(name, _FIELDS[type(one)], count)
