"""Entries of the log of what people keep, with what a line of it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.db.models import QuerySet
from django.urls import reverse

from articles.models import KeptEvent
from articles.vocabulary.words import changes_in_words, names_in
from articles.vocabulary.writer import KINDS, Kind, Verb, never_undone

MOST_SHOWN = 20
# Who may undo a change of it; the others are undone where they are kept.
UNDONE_BY = {
    Kind.TOPIC: "articles.change_topic",
    Kind.PROVIDER: "providers.change_provider",
    Kind.IMAGE: "articles.change_image",
    Kind.REASON: "articles.change_reason",
    Kind.FEED: "articles.change_documentfeed",
}
PAGES = {
    Kind.TOPIC: "admin:articles_topic_change",
    Kind.PROVIDER: "desk_provider",
    Kind.IMAGE: "admin:articles_image_change",
    Kind.REASON: "admin:articles_reason_change",
}
JOINING = (Verb.MERGE, Verb.RENAME)  # undone by `articles.vocabulary.merging`


def entries() -> QuerySet[KeptEvent]:
    """Returns the entries, the newest first, with all that a line shows."""
    return KeptEvent.objects.select_related("by", "undone_by__by").order_by("-at", "-pk")


def lines(events: Iterable[KeptEvent], user: User) -> list[Any]:
    """Adds to each entry what changed in words, and whether the person may undo it."""
    found: list[Any] = list(events)
    named = names_in(found)
    for event in found:
        event.changes = changes_in_words(event, named)
        event.address = _address(event)
        event.can_be_undone = is_undoable(event) and may_undo(event, user)
    return found


def _address(event: KeptEvent) -> str:
    """Returns the page on which people keep the row; '' for a row that was deleted, or has no such page here."""
    page = PAGES.get(Kind(event.kind)) if event.verb != Verb.DELETE else None
    return reverse(page, args=[event.row]) if page else ""


def is_undoable(event: KeptEvent) -> bool:
    """Returns whether an undo may find the row as the entry left it; asks no database if `undone_by` is loaded."""
    if hasattr(event, "undone_by"):
        return False
    return event.verb in JOINING or not never_undone(event)


def may_undo(event: KeptEvent, user: User) -> bool:
    permission = UNDONE_BY.get(Kind(event.kind))
    return bool(permission and user.has_perm(permission))


def history_of(row: models.Model, user: User) -> list[Any]:
    """Returns the latest entries about a row."""
    return lines(entries().filter(kind=KINDS[type(row)], row=row.pk)[:MOST_SHOWN], user)
