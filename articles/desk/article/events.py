"""Events of the log with their word differences, for the article page and its history."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from articles.forms.values import value_in_words
from articles.history.diff import Piece, word_diff
from articles.history.labels import SILENT_FIELDS, label, readable, short_text
from articles.history.related import with_part
from articles.history.since import ChangesSince
from articles.models import Article, Event
from articles.models.fields import MOMENTS
from articles.moderation.restore import RESTORABLE
from articles.moderation.undo import with_undoable


@dataclass
class FieldChange:
    name: str
    label: str
    pieces: list[Piece]
    before: str
    can_restore: bool


def events_with_changes(queryset: QuerySet[Event], article: Article | None, most: int, start: int = 0) -> list[Event]:
    """Returns the events, each with its `changes` and whether it can be undone."""
    events: list[Any] = list(
        with_undoable(queryset).select_related("by", "reason", "run", "rule", "undone_by__by")[start : start + most]
    )
    current = _current_values(article, events) if article else {}
    for event in events:
        event.changes = [_change(event, name, current) for name in event.after if name not in SILENT_FIELDS]
    return events


def _current_values(article: Article, events: list[Event]) -> dict[str, Any]:
    names = {name for event in events for name in event.after if name in RESTORABLE}
    changes = ChangesSince(article)
    return {name: changes.current_value(name) for name in names}


def _change(event: Event, name: str, current: dict[str, Any]) -> FieldChange:
    pair = readable(name, event.before.get(name), event.after[name])
    before, after = (_moment(value) if name in MOMENTS else value for value in pair)
    can_restore = name in current and name in event.before and not _is_now(name, event.before[name], current[name])
    return FieldChange(name, label(name), word_diff(before, after), short_text(before), can_restore)


def _is_now(name: str, before: Any, current: Any) -> bool:
    return with_part(current, before) == current if name == "related" else before == current


def _moment(value: Any) -> str:
    return value_in_words("published_at", value)
