"""The log as CSV and JSON, written while it is read: the number of entries has no limit."""

import json
from collections.abc import Iterator

from django.db.models import QuerySet

from articles.history.labels import full_text, readable
from articles.models import Event
from articles.spreadsheets.write import csv_lines

HEADERS = [
    "event", "at", "person", "channel", "run", "verb", "article", "title", "version", "field", "before", "after",
    "reason", "note", "batch", "undoes", "rule",
]  # fmt: skip
CHUNK = 1000


def as_csv(events: QuerySet[Event]) -> Iterator[str]:
    """One line per changed field; an entry that changed none has one line."""
    return csv_lines(HEADERS, (line for event in _read(events) for line in _lines(event)))


def _lines(event: Event) -> Iterator[list]:
    values = _values(event)
    for name in sorted(event.after) or [""]:
        before, after = map(full_text, readable(name, event.before.get(name), event.after.get(name)))
        change = {"field": name, "before": before, "after": after}
        yield ["" if value is None else value for value in ((values | change)[header] for header in HEADERS)]


def as_json(events: QuerySet[Event]) -> Iterator[str]:
    """A list of entries, each with its values before and after."""
    separator = "[\n"
    for event in _read(events):
        yield separator + json.dumps(_values(event) | {"before": event.before, "after": event.after})
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _values(event: Event) -> dict[str, object]:
    return {
        "event": event.pk,
        "at": event.at.isoformat(),
        "person": event.by and event.by.username,
        "channel": event.channel,
        "run": event.run_id,
        "verb": event.verb,
        "article": event.article_id,
        "title": event.title,
        "version": event.version,
        "reason": event.reason and event.reason.slug,
        "note": event.note,
        "batch": event.batch and str(event.batch),
        "undoes": event.undoes_id,
        "rule": event.rule and event.rule.name,
    }


def _read(events: QuerySet[Event]) -> Iterator[Event]:
    return events.select_related("by", "reason", "rule").order_by("-at", "-pk").iterator(chunk_size=CHUNK)
