"""Reads the fields of front matter one by one.

What cannot be read says nothing: it is dropped with a warning that names line and field, and noted in `unread`. Only a
document without a title or a link is rejected.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from articles import links, texts
from articles.documents.front_matter import Document
from articles.documents.memory import Memory
from articles.documents.messages import Message, Rejected, printable
from articles.documents.values import EARLIEST, MAX_AHEAD, MAX_INTEGER, kind_in_words, moment, whole_number

MAX_NAME_CHARACTERS = 200
MAX_ITEMS = 200


@dataclass(slots=True)
class FieldReader:
    """Reads the fields of one mapping; problems are added to `warnings`, keys that say nothing to `unread`."""

    document: Document
    front: dict[str, Any] = field(default_factory=dict)
    where: tuple[str | int, ...] = ()
    warnings: list[Message] = field(default_factory=list)
    path: str = ""  # of the document
    unread: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self.where:
            self.front = self.document.front
            self.warnings += self.document.warnings

    def inside(self, front: dict[str, Any], *where: str | int) -> FieldReader:
        """Returns a reader of a mapping inside this one, with the same warnings."""
        return FieldReader(self.document, front, (*self.where, *where), self.warnings)

    def warn(self, text: str, key: str | int = "") -> None:
        self.warnings.append(Message("warning", text, *self._place(key)))

    def drop(self, text: str, key: str) -> None:
        """Warns that the value of a key cannot be read, and so says nothing."""
        self.warn(f"{text}: dropped", key)
        self.unread.add(key)

    def rejected(self, text: str, key: str) -> Rejected:
        return Rejected(text, *self._place(key))

    def _place(self, key: str | int) -> tuple[str, int]:
        keys = (*self.where, key) if key != "" else self.where
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in keys).lstrip(".")
        return name, self.document.line_of(*keys)

    def required_text(self, key: str, limit: int) -> str:
        value = self.front.get(key)
        if value is None:
            raise self.rejected("is missing", key)
        text = self.text(key, limit)
        if not texts.is_visible(text):
            empty = "shows nothing" if text.strip() else "is empty"
            kind = kind_in_words(value)
            raise self.rejected(empty if isinstance(value, str) else f"is {kind}, not text (quotes make it text)", key)
        return text

    def text(self, key: str, limit: int = 0) -> str:
        value = self.front.get(key)
        if value is None:
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = self._literal(key)
        if not isinstance(value, str):
            self.drop(f"is {kind_in_words(value)}, not text", key)
            return ""
        if limit and len(value) > limit:
            self.warn(f"has {len(value):,} characters: cut to {limit}", key)
            return value[:limit]
        return value

    def _literal(self, key: str | int) -> str:
        text = self.document.literal(*self.where, key) or self.document.literal(*self.where)
        self.warn(f"is a number: taken as the text {printable(text)}", key)
        return text

    def link(self, key: str) -> str:
        """Returns a link as a browser opens it."""
        value = self.front.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.drop(f"is {kind_in_words(value)}, not a link", key)
            return ""
        return self.checked_link(value, key)

    def checked_link(self, value: str, key: str = "") -> str:
        url = links.repaired(value)
        if url == value:
            return url
        if not url:
            problem = links.problem_with(value) or links.NO_LINK
            self.drop(f"{problem} ({printable(value, 200)})", key)
        else:
            self.warn(f"is {printable(value, 200)}: taken as {printable(url, 200)}", key)
        return url

    def integer(self, key: str, *, at_least: int, default: Any) -> Any:
        value = self.front.get(key)
        if type(value) is int and at_least <= value <= MAX_INTEGER:
            return value
        if value is None:
            return default
        number = whole_number(value)
        if number is None:
            self.drop(f"is {kind_in_words(value)}, not a whole number", key)
        elif not at_least <= number <= MAX_INTEGER:
            self.drop(f"is {printable(value)}", key)
        else:
            self.warn(f"is {printable(value)}: taken as {number}", key)
            return number
        return default

    def flag(self, key: str) -> bool:
        value = self.front.get(key)
        if value is not True and value is not False and value is not None:
            self.drop(f"is {printable(value)}, not true or false", key)
        return value is True

    def choice(self, key: str, choices: frozenset[str], default: str) -> str:
        value = self.front.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value in choices:
            return value
        self.drop(f"is {printable(value)}, which is not known", key)
        return default

    def date(self, key: str) -> datetime | None:
        """Returns the moment in UTC; a date without a time zone is read as UTC, with a warning.

        One that is yet to come says nothing: for ever, every list would be led by it.
        """
        value = self.front.get(key)
        if value is None:
            return None
        date, zoned = moment(value)
        if date is None:
            self.drop(f"is {printable(value)}, which is no date and time", key)
            return None
        if date > datetime.now(UTC) + MAX_AHEAD:
            self.drop(f"is {printable(value)}, which is yet to come", key)
            return None
        if not zoned:
            self.warn("has no time zone: taken as UTC", key)
        if date < EARLIEST:
            self.warn(f"is {printable(value)}, long ago", key)
        return date

    def names(self, key: str) -> tuple[str, ...]:
        """Returns a list of names in its order, without repetitions."""
        found: dict[str, str] = {}
        for index, value in self._items(key, (str, int, float)):
            inner = self.inside({}, key)
            if isinstance(value, int | float) and not isinstance(value, bool):
                value = inner._literal(index)
            name = texts.name_of(value) if isinstance(value, str) else ""
            folded = texts.fold(name)
            if not texts.is_visible(name) or not folded or len(name) > MAX_NAME_CHARACTERS:
                inner.warn(f"is {printable(value)}, not a name: dropped", index)
            elif folded in found:
                inner.warn(f"names {printable(value)} again: dropped", index)
            else:
                found[folded] = name
        self._note_nothing(key, found)
        return tuple(found.values())

    def mappings[T](
        self,
        key: str,
        take: Callable[[FieldReader], T | None],
        identity: Callable[[T], str],
        of_text: Callable[[FieldReader, str], T | None] | None = None,
        memory: Memory[T] | None = None,
    ) -> list[T]:
        """Returns what `take` reads from each mapping of a list, without dropped ones and repetitions.

        `of_text` reads an item that is a single text; `memory` has what was read from equal mappings before.
        """
        found: dict[str, T] = {}
        for index, value in self._items(key, (dict, str) if of_text else (dict,)):
            item = memory.get(value) if memory else None
            if item is None:
                item = self._item(key, index, value, take, of_text, memory)
            if not item:
                continue
            if identity(item) in found:
                self.inside({}, key, index).warn(f"gives {printable(identity(item))} again: dropped")
            else:
                found[identity(item)] = item
        self._note_nothing(key, found)
        return list(found.values())

    def _item[T](
        self,
        key: str,
        index: int,
        value: Any,
        take: Callable[[FieldReader], T | None],
        of_text: Callable[[FieldReader, str], T | None] | None,
        memory: Memory[T] | None,
    ) -> T | None:
        inner = self.inside(value if isinstance(value, dict) else {}, key, index)
        known_warnings = len(self.warnings)
        if isinstance(value, dict):
            item = take(inner)
            if memory and item and len(self.warnings) == known_warnings:
                memory.keep(value, item)
            return item
        if isinstance(value, str) and of_text:
            return of_text(inner, value)
        inner.warn(f"is {kind_in_words(value)}, not a mapping: dropped")
        return None

    def _items(self, key: str, kinds: tuple[type, ...]) -> list[tuple[int, Any]]:
        """Returns the items of a list with their places; a single item of one of the kinds is a list of one."""
        value = self.front.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            if not isinstance(value, kinds) or isinstance(value, bool):
                self.drop(f"is {kind_in_words(value)}, not a list", key)
                return []
            self.warn(f"is {kind_in_words(value)}, not a list: taken as a list of one", key)
            return [(0, value)]
        if len(value) > MAX_ITEMS:
            self.warn(f"has {len(value):,} items: the first {MAX_ITEMS} are taken", key)
        return list(enumerate(value[:MAX_ITEMS]))

    def _note_nothing(self, key: str, found: dict[str, Any]) -> None:
        # A list of which nothing could be read says nothing.
        if not found and self.front.get(key):
            self.unread.add(key)

    def check_json(self, extra: dict[str, Any]) -> None:
        """Drops the unknown fields that JSON cannot hold; the source of the document still has them."""
        for key in list(extra):
            try:
                json.dumps(extra[key], allow_nan=False)
            except (TypeError, ValueError):
                self.warn("cannot be written as JSON: kept in the source only", key)
                del extra[key]
