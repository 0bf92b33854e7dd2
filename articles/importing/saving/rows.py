"""Reads and writes thousands of rows: one statement for all, primary keys known beforehand, no model instances."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import batched, chain
from types import NoneType
from typing import Any

from django.db import connection, models
from django.db.models import DateTimeField, JSONField, UUIDField

from articles.models.keys import KeyField, key_of

# The indexes of words (migration 0005) are written out at the end of each statement, so a statement has many rows.
ROWS_A_STATEMENT = 100
_EMPTY = {list: "[]", dict: "{}", NoneType: None}


def batches_a_commit(documents: int) -> int:
    """Returns how many batches of a run one transaction writes.

    On SQLite a commit writes every page that changed, and with many documents each batch changes nearly all pages of
    the indexes. On PostgreSQL the rows of a transaction stay locked, and editors would wait.
    """
    return 4 if connection.vendor == "sqlite" and documents >= 20_000 else 1


@contextmanager
def many_writes() -> Iterator[None]:
    """Makes SQLite keep more of its indexes in memory, and move its log into the file less often, while it is open."""
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        before = [
            (name, cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("cache_size", "wal_autocheckpoint")
        ]
        cursor.execute("PRAGMA cache_size = -96000")  # KiB
        cursor.execute("PRAGMA wal_autocheckpoint = 64000")  # pages of 4 KiB
        try:
            yield
        finally:
            for name, value in before:
                cursor.execute(f"PRAGMA {name} = {value}")


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Returns primary keys that nobody else gets, so that rows can refer to each other before they are written."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', count]
            )
            return [row[0] for row in cursor.fetchall()]
        # The transaction is IMMEDIATE: there is no other writer until it ends.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
        return list(range(last + 1, last + 1 + count))


def fetch_rows(
    model: type[models.Model], names: Sequence[str], key: str, values: Iterable[Any]
) -> list[tuple[Any, ...]]:
    """Returns columns, as the driver gives them, of the rows whose `key` is among the values.

    If `key` is a KeyField, the values are the texts that it is computed from.
    """
    (field,) = _fields(model, [key])
    wanted = [key_of(value) for value in values] if isinstance(field, KeyField) else list(values)
    if not wanted:
        return []
    *selected, by = _columns(_fields(model, [*names, key]))
    table, columns = connection.ops.quote_name(model._meta.db_table), ", ".join(selected)
    if connection.vendor == "postgresql":
        # One look-up in the index for each value. Of a table that has just grown, PostgreSQL has no statistics, and
        # would read all of it for many values.
        inner = f"SELECT {columns} FROM {table} WHERE {by} = wanted.value OFFSET 0"  # noqa: S608 - names of our own models
        kind = field.db_type(connection)
        statement = f"SELECT found.* FROM unnest(%s::{kind}[]) AS wanted(value) CROSS JOIN LATERAL ({inner}) AS found"  # noqa: S608
    else:
        statement = f"SELECT {columns} FROM {table} WHERE {by} IN (SELECT value FROM json_each(%s))"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [wanted if connection.vendor == "postgresql" else json.dumps(wanted)])
        return list(cursor.fetchall())


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts rows, with values in the order of the field names; all other columns must allow to have no value."""
    columns, adapt = _written(model, names)
    values = [adapt(row) for row in rows]
    if not values:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # copy() is the driver's own: what it raises is not yet Django's.
            statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = f"({', '.join(['%s'] * len(columns))})"
            for some in batched(values, ROWS_A_STATEMENT, strict=False):
                statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(some))}"  # noqa: S608
                cursor.execute(statement, list(chain.from_iterable(some)))


def update_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Sets the named fields of rows; the last value of each row is its primary key."""
    columns, adapt = _written(model, names)
    values = [(*adapt(row[:-1]), row[-1]) for row in rows]
    if not values:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    sets = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", values)  # noqa: S608 - names of our own models


def _fields(model: type[models.Model], names: Iterable[str]) -> list[models.Field[Any, Any]]:
    by_name = {field.name: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def _columns(fields: Iterable[models.Field[Any, Any]]) -> list[str]:
    return [connection.ops.quote_name(str(field.column)) for field in fields]


def _written(model: type[models.Model], names: Sequence[str]) -> tuple[list[str], Any]:
    """Returns the quoted columns of the fields, and the function that adapts a row of values for the driver.

    Both include the KeyFields that are computed from the fields.
    """
    fields = _fields(model, names)
    keys = [field for field in model._meta.concrete_fields if isinstance(field, KeyField) and field.of in names]
    texts = [names.index(field.of) for field in keys]
    dates = [index for index, field in enumerate(fields) if isinstance(field, DateTimeField)]
    jsons = [index for index, field in enumerate(fields) if isinstance(field, JSONField)]
    # SQLite has no such type.
    of_sqlite = (UUIDField,) if connection.vendor == "sqlite" else ()
    uuids = [index for index, field in enumerate(fields) if isinstance(field, of_sqlite)]
    date = _as_sqlite_writes_it if connection.vendor == "sqlite" else connection.ops.adapt_datetimefield_value

    def adapt(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for index in dates:
            values[index] = date(values[index])
        for index in jsons:
            values[index] = json.dumps(values[index]) if values[index] else _EMPTY[type(values[index])]
        for index in uuids:
            values[index] = values[index].hex if values[index] else None
        values += [key_of(row[index]) for index in texts]
        return values

    return _columns([*fields, *keys]), adapt


def _as_sqlite_writes_it(moment: datetime | None) -> str | None:
    # As Django's `adapt_datetimefield_value`, without its checks: the settings keep UTC.
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))
