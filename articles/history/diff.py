"""The difference of two values of a field: side by side for decisions, in one text for the history.

Both compare texts word by word with `_compare`, and lists entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from articles.history.labels import full_text, label, readable

# Comparing more words of both texts takes longer than it helps.
MOST_WORDS_SIDE_BY_SIDE = 1_500
MOST_WORDS_INLINE = 1_000
# The characters of a text that is shown without being compared.
MOST_CHARACTERS_SIDE_BY_SIDE = 600
MOST_CHARACTERS_INLINE = 4_000
# The entries of a list that are shown side by side; of a longer one those that differ, and the numbers of the others.
MOST_ENTRIES = 10
# The words beside a difference, and as many blanks inline.
WORDS_AROUND_SIDE_BY_SIDE = 12
WORDS_AROUND_INLINE = 30

_WORDS_AND_BLANKS = re.compile(r"\s+|[^\s]+")

MarkedText = list[tuple[str, bool]]  # text, and whether it differs


@dataclass(frozen=True, slots=True)
class Difference:
    """The two sides of a field."""

    name: str
    label: str
    before: MarkedText
    after: MarkedText


class Piece(NamedTuple):
    """A part of a text that shows both values."""

    kind: str  # same, gone, new
    text: str


def differences(changes: Mapping[str, Sequence[Any]]) -> list[Difference]:
    """Returns the two sides of each field; `changes` maps its name to the values before and after."""
    return [Difference(name, label(name), *_side_by_side(*readable(name, *pair))) for name, pair in changes.items()]


def word_diff(before: Any, after: Any) -> list[Piece]:
    """Returns one text of both values: lists by their entries, one a line; texts by their words; others as a whole."""
    if isinstance(before, list) or isinstance(after, list):
        old, new = ([_entry(item) + "\n" for item in value or []] for value in (before, after))
        return _inline(old, new, around=max(len(old), len(new)))
    if isinstance(before, str) and isinstance(after, str):
        old, new = _WORDS_AND_BLANKS.findall(before), _WORDS_AND_BLANKS.findall(after)
        if len(old) + len(new) <= 2 * MOST_WORDS_INLINE:
            return _inline(old, new, around=2 * WORDS_AROUND_INLINE)
    gone, came = full_text(before)[:MOST_CHARACTERS_INLINE], full_text(after)[:MOST_CHARACTERS_INLINE]
    return [Piece("gone", gone), Piece("same", " → "), Piece("new", came)] if gone and came else _replaced(gone, came)


def _compare(old: list[str], new: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """Yields the parts of two lists in their order: whether they are equal, and what each list has there."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind == "equal", old[a:b], new[c:d]


def _without_middle(words: list[str], around: int, gap: str) -> list[str]:
    return words if len(words) <= 2 * around else [*words[:around], gap, *words[-around:]]


# Side by side


def _side_by_side(before: Any, after: Any) -> tuple[MarkedText, MarkedText]:
    if isinstance(before, list) or isinstance(after, list):
        return _lists_side_by_side(before or [], after or [])
    old, new = full_text(before), full_text(after)
    if not old or not new or isinstance(after, (bool, int, float)):
        return _whole(old), _whole(new)
    return _texts_side_by_side(old.split(), new.split())


def _lists_side_by_side(before: list[Any], after: list[Any]) -> tuple[MarkedText, MarkedText]:
    old_links, new_links = _by_url(before), _by_url(after)
    old, new = [_entry_beside(item, new_links) for item in before], [_entry_beside(item, old_links) for item in after]
    return _marked(old, new), _marked(new, old)


def _by_url(items: list[Any]) -> dict[Any, dict[str, Any]]:
    return {item.get("url"): item for item in items if isinstance(item, dict)}


def _marked(lines: list[str], others: list[str]) -> MarkedText:
    there = set(others)
    if len(lines) <= MOST_ENTRIES:
        return [(line, line not in there) for line in lines]
    differing = [line for line in lines if line not in there]
    marked = [(line, True) for line in differing[:MOST_ENTRIES]]
    marked += [(f"and {more} more", True)] if (more := len(differing) - MOST_ENTRIES) > 0 else []
    same = len(lines) - len(differing)
    return [*marked, (f"{same} that are the same", False)] if same else marked


def _texts_side_by_side(old: list[str], new: list[str]) -> tuple[MarkedText, MarkedText]:
    if len(old) + len(new) > MOST_WORDS_SIDE_BY_SIDE:
        return _whole(" ".join(old)), _whole(" ".join(new))
    before: MarkedText = []
    after: MarkedText = []
    for same, gone, came in _compare(old, new):
        for parts, words in ((before, gone), (after, came)):
            if words:
                shown = _without_middle(words, WORDS_AROUND_SIDE_BY_SIDE, "…") if same else words
                parts.append((" ".join(shown), not same))
    return before, after


def _whole(text: str) -> MarkedText:
    if len(text) > MOST_CHARACTERS_SIDE_BY_SIDE:
        text = text[:MOST_CHARACTERS_SIDE_BY_SIDE].rstrip() + "…"
    return [(text, True)] if text else []


def _entry_beside(item: Any, others: Mapping[Any, dict[str, Any]]) -> str:
    """Returns an entry of a list; of a link also what differs from the same link in the other list, given by URL."""
    if not isinstance(item, dict):
        return full_text(item)
    same = others.get(item.get("url"), item)
    differing = [f"{label(n)}: {full_text(v) or '—'}" for n, v in item.items() if same.get(n) != v and n != "title"]
    hidden = ["hidden"] if item.get("hidden") and "hidden: yes" not in differing else []
    return " · ".join([full_text(item.get("title") or item.get("url")), *differing, *hidden])


# In one text


def _inline(old: list[str], new: list[str], around: int) -> list[Piece]:
    pieces: list[Piece] = []
    for same, gone, came in _compare(old, new):
        if same:
            pieces.append(Piece("same", "".join(_without_middle(gone, around, " … "))))
        else:
            pieces += _replaced("".join(gone), "".join(came))
    return pieces


def _replaced(gone: str, came: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("gone", gone), ("new", came)) if text]


def _entry(item: Any) -> str:
    """Returns an entry of a list; of a link all that a person sets."""
    if not isinstance(item, dict):
        return full_text(item)
    parts = [item.get("title") or "", item.get("url") or "", item.get("excerpt") or ""]
    parts += [item["type"]] if item.get("type", "article") != "article" else []
    return " · ".join(part for part in (*parts, "hidden" if item.get("hidden") else "") if part)
