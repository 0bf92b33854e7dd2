"""The entries of the log, with what a line of it shows."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from articles.history.diff import Difference, differences
from articles.history.labels import SILENT_FIELDS
from articles.models import Article, Event
from articles.moderation.undo import may_undo, with_undoable
from articles.paging import BY_DATE

BY_TIME = replace(BY_DATE, field="at")


def entries() -> QuerySet:
    """Returns the events with all that a line of the log shows, newest first, in one query."""
    # Of what undid an entry only its name is shown, not what it changed.
    return (
        with_undoable(Event.objects.all())
        .select_related("by", "reason", "rule", "undone_by__by")
        .defer("undone_by__before", "undone_by__after", "undone_by__note")
        .order_by("-at", "-pk")
    )


def log_lines(events: list[Any], user) -> list[Any]:
    """Adds to each event its article if that exists, its `differences`, and whether the user may undo it."""
    articles = Article.objects.only("slug", "title", "version").in_bulk({event.article_id for event in events})
    for event in events:
        event.existing_article = articles.get(event.article_id)
        event.differences = _differences(event)
        event.can_be_undone = event.undoable and may_undo(event, user)
    return events


def _differences(event: Event) -> list[Difference]:
    """What the event changed; of a deleted article only that it was deleted."""
    return differences(
        {name: [event.before.get(name), event.after[name]] for name in event.after if name not in SILENT_FIELDS}
    )
