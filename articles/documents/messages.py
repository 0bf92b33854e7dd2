"""The messages of an import about a document: the line, the field, and the problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """A message about a document. `line` counts from 1 in the file; 0 if it concerns no line.

    `known`: it was the same when the document was last read, and is no news.
    """

    level: str  # error | warning | note
    text: str
    field: str = ""
    line: int = 0
    known: bool = False

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.line or ""), self.field, self.text) if part)

    def as_json(self) -> dict[str, Any]:
        told = {"level": self.level, "line": self.line, "field": self.field, "text": self.text}
        return told | {"known": True} if self.known else told


class Rejected(Exception):
    """The document cannot be imported; nothing of it is written."""

    def __init__(self, text: str, field: str = "", line: int = 0):
        super().__init__(text)
        self.message = Message("error", text, field, line)


def printable(text: object, limit: int = 60) -> str:
    """Returns a value or name for a message: on one line, escaped, cut to the limit."""
    line = ascii(text) if not str(text).isprintable() else repr(text) if isinstance(text, str) else str(text)
    return line if len(line) <= limit else line[: limit - 1] + "…"
