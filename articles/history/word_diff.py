"""Two values of a field as one text: what stayed, what went, what came."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from articles.history.diff import as_text

# Above this, comparing takes longer than it helps.
MOST_WORDS = 1_000
LONGEST = 4_000  # characters of what is not compared
AROUND = 30  # words that stay beside a difference
_WORDS = re.compile(r"\s+|[^\s]+")


class Piece(NamedTuple):
    kind: str  # same, gone, new
    text: str


def word_diff(before: Any, after: Any) -> list[Piece]:
    """Lists by their entries, one in a line; texts by their words; anything else as a whole."""
    if isinstance(before, list) or isinstance(after, list):
        return _compared([_line(item) + "\n" for item in before or []], [_line(item) + "\n" for item in after or []])
    if isinstance(before, str) and isinstance(after, str):
        old, new = _WORDS.findall(before), _WORDS.findall(after)
        if len(old) + len(new) <= 2 * MOST_WORDS:
            return [_shortened(piece) for piece in _compared(old, new)]
    old, new = as_text(before)[:LONGEST], as_text(after)[:LONGEST]
    return _pieces(old, new) if not (old and new) else [Piece("gone", old), Piece("same", " → "), Piece("new", new)]


def _line(item: Any) -> str:
    """An entry of a list; of a link all that a person sets."""
    if not isinstance(item, dict):
        return as_text(item)
    parts = [item.get("title") or "", item.get("url") or "", item.get("excerpt") or ""]
    parts += [item["type"]] if item.get("type", "article") != "article" else []
    return " · ".join(part for part in (*parts, "hidden" if item.get("hidden") else "") if part)


def _compared(old: list[str], new: list[str]) -> list[Piece]:
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
        else:
            pieces += _pieces("".join(old[a:b]), "".join(new[c:d]))
    return pieces


def _pieces(old: str, new: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("gone", old), ("new", new)) if text]


def _shortened(piece: Piece) -> Piece:
    words = _WORDS.findall(piece.text)
    if piece.kind != "same" or len(words) <= 4 * AROUND:
        return piece
    return Piece("same", "".join([*words[: 2 * AROUND], " … ", *words[-2 * AROUND :]]))
