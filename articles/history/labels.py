"""The names of fields, and their values as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from articles.history.images import images_in_words
from articles.history.related import told
from articles.models import Event
from articles.models.fields import ARTICLE_FIELDS, LINK_FIELDS
from articles.models.moments import possible

MOST_CHARACTERS_IN_SHORT = 160
_LABELS = {field.name: field.label for field in (*LINK_FIELDS, *ARTICLE_FIELDS)}
# A line of the log says beside the flag who decided and when.
SILENT_FIELDS = frozenset(field.name for field in ARTICLE_FIELDS if field.silent)


@dataclass(frozen=True)
class LoggedChange:
    """What an event changed in one field, for people to read."""

    label: str
    before: str
    after: str


def label(name: str) -> str:
    return _LABELS.get(name, name)


def short_text(value: object) -> str:
    """Returns a value of an event, of a row or of a document as one short line; "—" if there is none."""
    match value:
        case None | "" | []:
            return "—"
        case list():
            text = ", ".join(short_text(item) for item in value)
        case dict():
            text = full_text(value) + (" (hidden)" if value.get("hidden") else "")
        case datetime():
            text = f"{localtime(possible(value)):%Y-%m-%d %H:%M:%S}"
        case _:
            text = full_text(value)
    return text if len(text) <= MOST_CHARACTERS_IN_SHORT else text[:MOST_CHARACTERS_IN_SHORT].rstrip() + "…"


def full_text(value: object) -> str:
    """Returns a value of an event or of a document as text of any length; "" if there is none."""
    match value:
        case None:
            return ""
        case True | False:
            return "yes" if value else "no"
        case list():
            return ", ".join(full_text(item) for item in value)
        case dict():
            return str(value.get("title") or value.get("url") or value)
        case _:
            return str(value)


def readable(name: str, before: Any, after: Any) -> tuple[Any, Any]:
    """Returns the two values of a change as people read them: of a list of links, what was done to which.

    Of images, what is said of each, and its URL.
    """
    if name == "images":
        return images_in_words(before), images_in_words(after)
    if isinstance(before, dict) and isinstance(after, dict) and name == "related":
        return [], told(before, after)
    return before, after


def logged_changes(event: Event) -> list[LoggedChange]:
    """Returns what the event changed; of a deleted article only that it was deleted."""
    names = [name for name in event.after if name not in SILENT_FIELDS]
    pairs = {name: readable(name, event.before.get(name), event.after[name]) for name in names}
    return [LoggedChange(label(name), *map(short_text, pair)) for name, pair in pairs.items()]
