"""Converts the cells of a table into the values of a document; raises `Rejected` with the column if one is invalid."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from articles import links
from articles.documents.messages import Rejected, shown
from articles.documents.parse import CATEGORIES, TYPES
from articles.spreadsheets.read import Cell

TEXTS = ("title", "excerpt")
LINKS = ("web_url", "original_url", "amp_url", "cdn_amp_url")
# In these columns an empty cell changes nothing; in the others it removes the value.
SILENT_WHEN_EMPTY = ("published_at", "type", "category", "quality", "heat", "published", "provider", "provider_name")
LARGEST = 2**31 - 1


def equals_current(value: Any, current: Any) -> bool:
    """Whether the value of a cell and that of the article are equal, but for what spreadsheets change."""
    if isinstance(value, datetime):
        # Spreadsheets store dates as fractions of days, and so lose fractions of seconds.
        return abs((value - current).total_seconds()) < 1
    if isinstance(value, str):
        return value.strip() == str(current).strip().replace("\r\n", "\n")
    return bool(value == current)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat()
    return str(cell)


def _link(cell: Cell) -> str:
    url = str(cell).strip()
    if url and (problem := links.problem_with(url)):
        raise Rejected(f"is {shown(url)}, which {problem}")
    return url


def _number(least: int) -> Callable[[Cell], int]:
    def read(cell: Cell) -> int:
        text = str(cell).strip()
        if isinstance(cell, bool) or not re.fullmatch(r"-?[0-9]{1,10}", text) or not least <= int(text) <= LARGEST:
            raise Rejected(f"is {shown(cell)}, not a whole number from {least}")
        return int(text)

    return read


def _one_of(choices: Collection[str]) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        if cell not in choices:
            raise Rejected(f"is {shown(cell)}, none of {', '.join(sorted(choices))}")
        return str(cell)

    return read


def _flag(cell: Cell) -> bool:
    flags = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if (text := str(cell).strip().lower()) not in flags:
        raise Rejected(f"is {shown(cell)}, not true or false")
    return flags[text]


def _date(cell: Cell) -> datetime:
    try:
        date = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).strip())
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Rejected(f"is {shown(cell)}, not a date like 2021-01-31T12:00:00Z") from None


def _lines(cell: Cell) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in str(cell).splitlines() if line.strip()))


READERS: dict[str, Callable[[Cell], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(LINKS, _link),
    "provider": lambda cell: str(cell).strip().lower(),
    "provider_name": lambda cell: str(cell).strip(),
    "published_at": _date,
    "type": _one_of(TYPES),
    "category": _one_of(CATEGORIES),
    "quality": _number(0),
    "heat": _number(-1),
    "published": _flag,
    "topics": _lines,
    "images": _lines,
}


def value_in(name: str, cell: Cell) -> Any:
    if cell == "" and name in SILENT_WHEN_EMPTY:
        return None
    try:
        return READERS[name](cell)
    except Rejected as refusal:
        raise Rejected(refusal.message.text, name) from None
