"""The log is append-only: the database refuses to change or remove an event, whoever asks (docs/decisions/0009)."""

from django.db import migrations

SQLITE = [
    "CREATE TRIGGER articles_event_no_update BEFORE update ON articles_event"
    " BEGIN SELECT RAISE(ABORT, 'The log is append-only: an event is never changed or removed.'); END",
    "CREATE TRIGGER articles_event_no_delete BEFORE delete ON articles_event"
    " BEGIN SELECT RAISE(ABORT, 'The log is append-only: an event is never changed or removed.'); END",
]
SQLITE_UNDO = [
    "DROP TRIGGER articles_event_no_update",
    "DROP TRIGGER articles_event_no_delete",
]

POSTGRESQL = [
    """
        CREATE FUNCTION articles_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'The log is append-only: an event is never changed or removed.' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
    # For each row: an UPDATE that finds none is harmless, and Django tries one before it inserts a known key.
    "CREATE TRIGGER articles_event_no_change BEFORE UPDATE OR DELETE ON articles_event"
    " FOR EACH ROW EXECUTE FUNCTION articles_event_append_only()",
    "CREATE TRIGGER articles_event_no_truncate BEFORE TRUNCATE ON articles_event"
    " FOR EACH STATEMENT EXECUTE FUNCTION articles_event_append_only()",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER articles_event_no_truncate ON articles_event",
    "DROP TRIGGER articles_event_no_change ON articles_event",
    "DROP FUNCTION articles_event_append_only()",
]


def protect(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, None)


def lift(apps, schema_editor):
    for statement in POSTGRESQL_UNDO if schema_editor.connection.vendor == "postgresql" else SQLITE_UNDO:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_articles")]

    operations = [migrations.RunPython(protect, lift)]
