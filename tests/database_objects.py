"""What the database holds besides rows: tables with their columns, constraints, indexes, triggers, views, functions."""

from django.db import connection

ON_SQLITE = """
    SELECT type, name, sql FROM sqlite_master
    UNION ALL SELECT 'column', tables.name || '.' || columns.name, columns.type || columns."notnull" || columns.hidden
    FROM sqlite_master tables, pragma_table_xinfo(tables.name) columns WHERE tables.type = 'table'
"""
ON_POSTGRESQL = """
    SELECT 'trigger', c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || t.tgenabled::text
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


def database_objects() -> dict[tuple[str, str], str]:
    """The definition of each object, by its type and name."""
    with connection.cursor() as cursor:
        cursor.execute(ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE, None)
        return {(kind, name): definition for kind, name, definition in cursor.fetchall()}
