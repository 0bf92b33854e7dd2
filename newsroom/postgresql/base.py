"""Django's backend for PostgreSQL, extended to alter columns that triggers or views name (docs/decisions/0014).

PostgreSQL refuses to change the type of such a column. It also refuses to remove one, which is right.
"""

from typing import Any

from django.db.backends.postgresql import base, schema
from django.db.models import Field, Model

TRIGGERS = """
    SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass), pg_get_triggerdef(oid)
    FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal ORDER BY tgname
"""
VIEWS = """
    SELECT DISTINCT format('DROP VIEW %%s', r.ev_class::regclass),
        format('CREATE VIEW %%s AS %%s', r.ev_class::regclass, pg_get_viewdef(r.ev_class))
    FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = to_regclass(%s) AND r.ev_class <> d.refobjid
"""


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _alter_field(
        self, model: type[Model], old: Field, new: Field, old_type: str, new_type: str, *args: Any, **kwargs: Any
    ) -> None:
        # PostgreSQL itself renames a column in them: if they were created again, they would name the old one.
        dependents = self._triggers_and_views_of(model) if old_type != new_type else []
        for drop, _ in dependents:
            self.execute(drop, None)
        super()._alter_field(model, old, new, old_type, new_type, *args, **kwargs)  # type: ignore[misc]  # not in the stubs
        for _, create in dependents:
            self.execute(create, None)

    def _triggers_and_views_of(self, model: type[Model]) -> list[tuple[str, str]]:
        """The statements that drop and create each trigger and view that depends on the table."""
        table = self.quote_name(model._meta.db_table)
        with self.connection.cursor() as cursor:
            cursor.execute(TRIGGERS, [table])
            triggers = cursor.fetchall()
            cursor.execute(VIEWS, [table])
            return triggers + cursor.fetchall()


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
