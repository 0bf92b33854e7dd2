"""Before and after, side by side: what differs in a text, word by word."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from articles.history.labels import label

# Above these, comparing takes longer than it helps, and showing too.
MOST_WORDS = 1_500
LONGEST = 600  # characters of what is not compared
AROUND = 12  # words that stay beside a difference

Parts = list[tuple[str, bool]]  # text, and whether it differs


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: Parts
    after: Parts


def differences(changes: dict[str, list]) -> list[Difference]:
    return [Difference(label(name), *_compared(before, after)) for name, (before, after) in changes.items()]


def _compared(before: Any, after: Any) -> tuple[Parts, Parts]:
    if isinstance(before, list) or isinstance(after, list):
        return _lines_compared(before or [], after or [])
    old, new = as_text(before), as_text(after)
    if not old or not new or isinstance(after, (bool, int, float)):
        return _whole(old), _whole(new)
    return _words_compared(old.split(), new.split())


def _whole(text: str) -> Parts:
    return [(text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…", True)] if text else []


def _words_compared(old: list[str], new: list[str]) -> tuple[Parts, Parts]:
    if len(old) + len(new) > MOST_WORDS:
        return _whole(" ".join(old)), _whole(" ".join(new))
    before, after = [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            before.append((_shortened(old[a:b]), False))
            after.append((_shortened(new[c:d]), False))
            continue
        if a < b:
            before.append((" ".join(old[a:b]), True))
        if c < d:
            after.append((" ".join(new[c:d]), True))
    return before, after


def _shortened(words: list[str]) -> str:
    if len(words) <= 2 * AROUND:
        return " ".join(words)
    return " ".join([*words[:AROUND], "…", *words[-AROUND:]])


def _lines_compared(before: list, after: list) -> tuple[Parts, Parts]:
    old, new = [_line(item, after) for item in before], [_line(item, before) for item in after]
    return [(line, line not in new) for line in old], [(line, line not in old) for line in new]


def _line(item: object, others: list) -> str:
    """An entry of a list; of a link also whatever differs from the same link in the other list."""
    if not isinstance(item, dict):
        return as_text(item)
    same = next((other for other in others if isinstance(other, dict) and other.get("url") == item.get("url")), item)
    differing = [f"{label(n)}: {as_text(v) or '—'}" for n, v in item.items() if same.get(n) != v and n != "title"]
    hidden = ["hidden"] if item.get("hidden") and "hidden: yes" not in differing else []
    return " · ".join([as_text(item.get("title") or item.get("url")), *differing, *hidden])


def as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case True | False:
            return "yes" if value else "no"
        case list():
            return ", ".join(as_text(item) for item in value)
        case dict():
            return str(value.get("title") or value.get("url") or value)
        case _:
            return str(value)
