"""Django's backend for SQLite, extended to keep the triggers of a table that a migration alters (docs/decisions/0014).

Its connections have the functions that the index of the search calls (docs/decisions/0010), and a cache of pages.

To alter a column, Django creates a new table under another name, drops the old one and renames the new one. SQLite
drops triggers together with their table, and refuses the renaming while a trigger or view names a missing table.
"""

import sqlite3
import threading
from typing import Any

from django.db.backends.sqlite3 import base, schema
from django.db.models import Model

from articles import words

CACHE_OF_COMMAND, CACHE_OF_THREAD = 32_000, 4_000  # KB


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _remake_table(self, model: type[Model], *args: Any, **kwargs: Any) -> None:
        triggers = self._triggers_of(model._meta.db_table)
        # Renames the table without checking the triggers and views that name it.
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
        """Fails if a trigger or view names a missing column: any renaming of a table makes SQLite check all of them."""
        self.execute("CREATE TABLE new__nothing (id integer)")
        self.execute("ALTER TABLE new__nothing RENAME TO new__nothing_more")
        self.execute("DROP TABLE new__nothing_more")


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        new: sqlite3.Connection = super().get_new_connection(conn_params)
        # A thread of the server has a connection of its own, and what it keeps it keeps for ever.
        is_command = threading.current_thread() is threading.main_thread()
        new.execute(f"PRAGMA cache_size = -{CACHE_OF_COMMAND if is_command else CACHE_OF_THREAD}")
        new.create_function("articles_search_words", 2, words.index_words, deterministic=True)
        new.create_function("articles_search_folded", 1, words.folded, deterministic=True)
        return new
