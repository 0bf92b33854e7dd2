"""Writes the events of an import in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from articles.importing.saving.rows import insert_rows
from articles.models import Channel, Event, Verb

EVENT_COLUMNS = (
    "at", "article", "title", "by", "channel", "verb", "before", "after", "version", "reason", "note", "batch",
    "undoes", "run", "rule",
)  # fmt: skip


class ImportEvent(NamedTuple):
    """What a run did to an article; `by` is the key of the person who started it, if the event is to name them."""

    article: int  # primary key
    title: str
    verb: Verb
    before: dict[str, Any]
    after: dict[str, Any]
    version: int
    by: int | None = None
    rule: int | None = None  # the version of the rule that did it
    batch: UUID | None = None
    reason: int | None = None
    note: str = ""


def insert_events(events: Iterable[ImportEvent], run: int | None, now: datetime) -> None:
    """Append the events to the log."""
    insert_rows(
        Event,
        EVENT_COLUMNS,
        [
            [
                now, event.article, event.title, event.by, Channel.IMPORT, event.verb, event.before, event.after,
                event.version, event.reason, event.note, event.batch, None, run, event.rule,
            ]
            for event in events
        ],
    )  # fmt: skip
