"""Keeps logs append-only by triggers of the database, which refuse to change or delete an entry.

Migrations create them, with the same statements. Only `manage.py flush`, which empties the whole database, drops them
for a moment (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE, ACCOUNTS = "articles_event", "people_accountevent"
TABLES = (TABLE, ACCOUNTS, "articles_keptevent", "articles_ruleversion")
MESSAGE = "The log is append-only: an event is never changed or removed."


def statements(vendor: str, table: str) -> list[str]:
    """Returns the statements that protect a table."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for verb in ("update", "delete")
        ]
    return [
        f"""
        CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        # FOR EACH ROW allows an UPDATE that matches none: Django tries one before it inserts a row with a given key.
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ]


def protect(connection: BaseDatabaseWrapper, table: str = TABLE) -> None:
    """Creates the triggers, replacing any that exist."""
    lift(connection, table)
    _execute(connection, statements(connection.vendor, table))


def lift(connection: BaseDatabaseWrapper, table: str = TABLE) -> None:
    """Drops the triggers."""
    is_sqlite = connection.vendor == "sqlite"
    names, place = (("update", "delete"), "") if is_sqlite else (("change", "truncate"), f" ON {table}")
    _execute(connection, [f"DROP TRIGGER IF EXISTS {table}_no_{name}{place}" for name in names])


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Drops the triggers inside the `with` block, and creates them again afterwards if the table still exists."""
    tables = [table for table in TABLES if table in connection.introspection.table_names()]
    for table in tables:
        lift(connection, table)
    try:
        yield
    finally:
        for table in tables:
            if table in connection.introspection.table_names():
                protect(connection, table)


def _execute(connection: BaseDatabaseWrapper, commands: list[str]) -> None:
    with connection.cursor() as cursor:
        for command in commands:
            cursor.execute(command)
