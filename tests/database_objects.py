"""What the database holds besides rows: tables with their columns, constraints, indexes, triggers, views, functions."""

import re

from django.db import connection

ON_SQLITE = "SELECT type, name, sql FROM sqlite_master"
# PostgreSQL puts more parentheses into a condition than it needs, and fewer when it reads its own text again.
ON_POSTGRESQL = """
    SELECT 'trigger', c.relname || '.' || t.tgname, translate(pg_get_triggerdef(t.oid), '()', '') || t.tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', c.conrelid::regclass || '.' || c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace
    UNION ALL SELECT 'options', relname, reloptions::text FROM pg_class WHERE reloptions IS NOT NULL
    UNION ALL SELECT 'column', table_name || '.' || column_name, concat_ws(
        ' ', data_type, character_maximum_length, is_nullable, column_default, generation_expression
    ) FROM information_schema.columns WHERE table_schema = 'public'
"""


def database_objects() -> dict[tuple[str, str], str | list[str]]:
    """The definition of each object, by its type and name; of a table on SQLite, without the order of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE, None)
        return {(kind, name): sorted_parts(sql) if kind == "table" else sql for kind, name, sql in cursor.fetchall()}


def sorted_parts(create_table: str) -> list[str]:
    return sorted(re.split(r'\(|, (?="|CONSTRAINT)', create_table.removesuffix(")")))
