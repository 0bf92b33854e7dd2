"""Reads the fields of front matter one by one.

A bad required field rejects the document; a bad optional field is dropped with a warning. Both name line and field.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from articles import links
from articles.documents.front_matter import Document
from articles.documents.messages import Message, Rejected, printable

MAX_TEXT_CHARACTERS = 500
MAX_NAME_CHARACTERS = 200
MAX_ITEMS = 200
MAX_INTEGER = 2**31 - 1


@dataclass(slots=True)
class FieldReader:
    """Reads the fields of one mapping; problems of optional fields are added to `warnings`."""

    document: Document
    front: dict[str, Any] = field(default_factory=dict)
    where: tuple[str | int, ...] = ()
    warnings: list[Message] = field(default_factory=list)
    path: str = ""  # of the document

    def __post_init__(self) -> None:
        if not self.where:
            self.front = self.document.front

    def inside(self, front: dict[str, Any], *where: str | int) -> FieldReader:
        """Returns a reader of a mapping inside this one, with the same warnings."""
        return FieldReader(self.document, front, (*self.where, *where), self.warnings)

    def warn(self, text: str, key: str = "") -> None:
        self.warnings.append(Message("warning", text, *self._place(key)))

    def rejected(self, text: str, key: str) -> Rejected:
        return Rejected(text, *self._place(key))

    def _place(self, key: str) -> tuple[str, int]:
        keys = (*self.where, key) if key else self.where
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in keys).lstrip(".")
        return name, self.document.line_of(*keys)

    def required_text(self, key: str, limit: int) -> str:
        value = self.front.get(key)
        if value is None:
            raise self.rejected("is missing", key)
        if not isinstance(value, str):
            raise self.rejected(f"is {kind_in_words(value)}, not text (quotes make it text)", key)
        if not value.strip():
            raise self.rejected("is empty", key)
        if len(value) > limit:
            raise self.rejected(f"has {len(value):,} characters, and {limit} are the most", key)
        return value

    def text(self, key: str, limit: int = 0) -> str:
        value = self.front.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.warn(f"is {kind_in_words(value)}, not text: dropped", key)
            return ""
        if limit and len(value) > limit:
            self.warn(f"has {len(value):,} characters: cut to {limit}", key)
            return value[:limit]
        return value

    def link(self, key: str, *, needed: bool = False) -> str:
        value = self.front.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str):
            self.warn(
                f"is {kind_in_words(value)}, not a link: dropped" if value is not None else "is missing: dropped", key
            )
            return ""
        if problem := links.problem_with(value):
            self.warn(f"{problem} ({printable(value)}): dropped", key)
            return ""
        return value

    def integer(self, key: str, *, at_least: int, default: Any) -> Any:
        value = self.front.get(key)
        if type(value) is int and at_least <= value <= MAX_INTEGER:
            return value
        if value is not None:
            what = printable(value) if type(value) is int else f"{kind_in_words(value)}, not a whole number"
            self.warn(f"is {what}: dropped", key)
        return default

    def flag(self, key: str) -> bool:
        value = self.front.get(key, False)
        if value is not True and value is not False:
            self.warn(f"is {kind_in_words(value)}, not true or false: dropped", key)
        return value is True

    def choice(self, key: str, choices: frozenset[str], default: str) -> str:
        value = self.front.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value in choices:
            return value
        self.warn(f"is {printable(value)}, which is not known: taken as {default}", key)
        return default

    def required_date(self, key: str) -> datetime:
        value = self.front.get(key)
        if value is None:
            raise self.rejected("is missing", key)
        if (date := self._date(value, key)) is None:
            raise self.rejected(f"is {printable(value)}, which is no date and time", key)
        return date

    def date(self, key: str) -> datetime | None:
        value = self.front.get(key)
        if value is None:
            return None
        if (date := self._date(value, key)) is None:
            self.warn(f"is {printable(value)}, which is no date and time: dropped", key)
        return date

    def _date(self, value: Any, key: str) -> datetime | None:
        """Returns the moment in UTC; a date without a time zone is read as UTC, with a warning."""
        if not isinstance(value, str):
            return None
        try:
            date = datetime.fromisoformat(value)
            if date.tzinfo is None:
                self.warn("has no time zone: taken as UTC", key)
                return date.replace(tzinfo=UTC)
            return date.astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def names(self, key: str) -> tuple[str, ...]:
        """Returns a list of names in its order, without repetitions."""
        found: dict[str, str] = {}
        for index, value in self._items(key):
            if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME_CHARACTERS:
                self.inside({}, key, index).warn(f"is {printable(value)}, not a name: dropped")
            elif value.casefold() in found:
                self.inside({}, key, index).warn(f"names {printable(value)} again: dropped")
            else:
                found[value.casefold()] = value
        return tuple(found.values())

    def mappings[T](self, key: str, take: Callable[[FieldReader], T | None], identity: Callable[[T], str]) -> list[T]:
        """Returns what `take` reads from each mapping of a list, without dropped ones and repetitions."""
        found: dict[str, T] = {}
        for index, value in self._items(key):
            if not isinstance(value, dict):
                self.inside({}, key, index).warn(f"is {kind_in_words(value)}, not a mapping: dropped")
                continue
            inner = self.inside(value, key, index)
            if not (item := take(inner)):
                continue
            if identity(item) in found:
                inner.warn(f"gives {printable(identity(item))} again: dropped")
            else:
                found[identity(item)] = item
        return list(found.values())

    def _items(self, key: str) -> list[tuple[int, Any]]:
        value = self.front.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.warn(f"is {kind_in_words(value)}, not a list: dropped", key)
            return []
        if len(value) > MAX_ITEMS:
            self.warn(f"has {len(value):,} items: the first {MAX_ITEMS} are taken", key)
        return list(enumerate(value[:MAX_ITEMS]))

    def check_json(self, extra: dict[str, Any]) -> None:
        """Drops the unknown fields that JSON cannot hold; the source of the document still has them."""
        for key in list(extra):
            try:
                json.dumps(extra[key], allow_nan=False)
            except (TypeError, ValueError):
                self.warn("cannot be written as JSON: kept in the source only", key)
                del extra[key]


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
