"""Keeps the log append-only by triggers of the database, which refuse to change or delete an event.

Migration 0003 creates them, with the same statements. Only `manage.py flush`, which empties the whole database, drops
them for a moment (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "articles_event"
MESSAGE = "The log is append-only: an event is never changed or removed."

PROTECT = {
    "sqlite": [
        f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"""
        CREATE OR REPLACE FUNCTION {TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        # FOR EACH ROW allows an UPDATE that matches none: Django tries one before it inserts a row with a given key.
        f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_append_only()",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_append_only()",
    ],
}
LIFT = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb} ON {TABLE}" for verb in ("change", "truncate")],
}


def protect(connection: BaseDatabaseWrapper) -> None:
    """Creates the triggers, replacing any that exist."""
    lift(connection)
    _execute(connection, PROTECT[connection.vendor])


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drops the triggers."""
    _execute(connection, LIFT[connection.vendor])


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Drops the triggers inside the `with` block, and creates them again afterwards if the table still exists."""
    lift(connection)
    try:
        yield
    finally:
        if TABLE in connection.introspection.table_names():
            protect(connection)


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
