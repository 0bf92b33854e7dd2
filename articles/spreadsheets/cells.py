"""Converts the cells of a table into the values of a document; raises `Rejected` with the column if one is invalid."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from articles import links
from articles.documents.messages import Rejected, printable
from articles.documents.parts import domain_in
from articles.documents.values import MAX_INTEGER
from articles.models.fields import ARTICLE_FIELDS, ArticleField, Column, Kind
from articles.models.moments import is_possible
from articles.spreadsheets.read import Cell

# In columns of these kinds an empty cell removes the value; in the others it changes nothing.
CAN_BE_EMPTY = (Kind.LINE, Kind.TEXT, Kind.LINK, Kind.TOPICS, Kind.IMAGES)


def equals_current(value: Any, current: Any) -> bool:
    """Returns whether the values of a cell and of the article are equal, but for what spreadsheets change."""
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
    repaired = links.repaired(url)
    if url and not repaired:
        raise Rejected(f"is {printable(url)}, which {links.problem_with(url) or links.NO_LINK}")
    return repaired


def _number(least: int) -> Callable[[Cell], int]:
    def read(cell: Cell) -> int:
        text = str(cell).strip()
        if isinstance(cell, bool) or not re.fullmatch(r"-?[0-9]{1,10}", text) or not least <= int(text) <= MAX_INTEGER:
            raise Rejected(f"is {printable(cell)}, not a whole number from {least}")
        return int(text)

    return read


def _one_of(choices: Collection[str]) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        if cell not in choices:
            raise Rejected(f"is {printable(cell)}, none of {', '.join(sorted(choices))}")
        return str(cell)

    return read


def _flag(cell: Cell) -> bool:
    flags = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if (text := str(cell).strip().lower()) not in flags:
        raise Rejected(f"is {printable(cell)}, not true or false")
    return flags[text]


def _date(cell: Cell) -> datetime:
    try:
        date = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).strip())
        date = (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
        if not is_possible(date):
            raise OverflowError
        return date
    except (ValueError, OverflowError):
        raise Rejected(f"is {printable(cell)}, not a date like 2021-01-31T12:00:00Z") from None


def _domain(cell: Cell) -> str:
    # What is no domain, the reader of documents warns about.
    return domain_in(str(cell)) or str(cell).strip().lower()


def _name(cell: Cell) -> str:
    return str(cell).strip()


def _lines(cell: Cell) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in str(cell).splitlines() if line.strip()))


def _reader(field: ArticleField) -> Callable[[Cell], Any]:
    match field.kind:
        case Kind.LINK:
            return _link
        case Kind.MOMENT:
            return _date
        case Kind.CHOICE if field.choices:
            return _one_of(field.choices.values)
        case Kind.SCORE:
            return _number(field.least)
        case Kind.FLAG:
            return _flag
        case Kind.TOPICS | Kind.IMAGES:
            return _lines
        case Kind.PROVIDER:
            return _domain
    return _text


_FIELDS = {field.name: field for field in ARTICLE_FIELDS if field.column is Column.TAKEN and field.key}
READERS = {name: _reader(field) for name, field in _FIELDS.items()} | {"provider_name": _name}


def value_in(name: str, cell: Cell) -> Any:
    """Returns the value of the cell; None if it is empty and the article keeps its value."""
    if cell == "" and (name not in _FIELDS or _FIELDS[name].kind not in CAN_BE_EMPTY):
        return None
    try:
        return READERS[name](cell)
    except Rejected as refusal:
        raise Rejected(refusal.message.text, name) from None
