"""Django's SQLite, but that a table keeps its triggers when a migration alters it (docs/decisions/0014).

To alter a column, Django makes the table anew under another name, drops the old one and renames the new one. SQLite
drops the triggers of a table with it, and refuses to rename while other triggers or views name what is not there.
"""

from typing import Any

from django.db.backends.sqlite3 import base, schema
from django.db.models import Model


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _remake_table(self, model: type[Model], *args: Any, **kwargs: Any) -> None:
        triggers = self._triggers_of(model._meta.db_table)
        # "Legacy" is to rename the table alone, and to leave unread what names it elsewhere.
        self.execute("PRAGMA legacy_alter_table = ON")
        try:
            super()._remake_table(model, *args, **kwargs)  # type: ignore[misc]  # not in the stubs
        finally:
            self.execute("PRAGMA legacy_alter_table = OFF")
        for trigger in triggers:
            self.execute(trigger, None)
        self._read_all_triggers_and_views()

    def _triggers_of(self, table: str) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s ORDER BY rowid", [table]
            )
            return [sql for (sql,) in cursor.fetchall()]

    def _read_all_triggers_and_views(self) -> None:
        """Fail if one of them names a column that is gone, here and not at the next write: any renaming reads them."""
        self.execute("CREATE TABLE new__nothing (id integer)")
        self.execute("ALTER TABLE new__nothing RENAME TO new__nothing_more")
        self.execute("DROP TABLE new__nothing_more")


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
