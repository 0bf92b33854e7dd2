"""The lock that allows one import at a time. It is released when its holder's process or connection ends."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

LOCK_KEY = 0x6E657773  # "news"


class Held(Exception):
    """Another run holds the lock."""


@contextmanager
def import_lock() -> Iterator[None]:
    """Holds the lock, or raises `Held` at once: an advisory lock on PostgreSQL, a locked file beside SQLite's."""
    with _advisory() if connection.vendor == "postgresql" else _file():
        yield


@contextmanager
def nobody_at_work() -> Iterator[None]:
    """Raises `Held` if a run is at work, and holds nothing."""
    if is_held():
        raise Held
    yield


def is_held() -> bool:
    """Returns whether a run is at work in another process, or on another connection."""
    try:
        with import_lock():
            return False
    except Held:
        return True


@contextmanager
def _advisory() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
        if not cursor.fetchone()[0]:
            raise Held
        try:
            yield
        finally:
            if connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])


@contextmanager
def _file() -> Iterator[None]:
    with _beside_database().open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Held from None
        yield


def _beside_database() -> Path:
    database = Path(str(connection.settings_dict["NAME"]))
    if not database.is_file():
        # In memory: only this process knows it.
        database = Path(tempfile.gettempdir(), f"newsroom-{os.getpid()}")
    return database.with_name(database.name + ".import-lock")
