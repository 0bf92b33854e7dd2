"""Reads single values as a person would: `85.0` and `"85"` are 85, `2020-06-11` is a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from articles.models.moments import is_possible

MAX_INTEGER = 2**31 - 1
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=2)

_WHOLE = re.compile(r"([-+]?[0-9]{1,15})(?:\.0*)?")


def whole_number(value: Any) -> int | None:
    """Returns a whole number, also one that is written as `85.0` or as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else None
    found = _WHOLE.fullmatch(value.strip()) if isinstance(value, str) and value.isascii() else None
    return int(found[1]) if found else None


def moment(value: Any) -> tuple[datetime | None, bool]:
    """Returns the moment in UTC, and whether it had a time zone; without one it is read as UTC.

    None for what is no date, and for a year that cannot be shown in every time zone.
    """
    if not isinstance(value, str):
        return None, True
    try:
        date = datetime.fromisoformat(value.strip())
        zoned = date.tzinfo is not None
        date = date.astimezone(UTC) if zoned else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None, True
    return (date if is_possible(date) else None), zoned


def kind_in_words(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return "of an unknown kind"
