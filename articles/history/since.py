"""Reads from the log what others changed in an article since the version that a person saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from articles.history.related import LoggedLinks, with_part
from articles.history.snapshot import logged_value, value_of
from articles.models import Article, Event


@dataclass(frozen=True)
class ChangesSince:
    """`article` as it is now, and the events since the version that was seen, newest first."""

    article: Article
    events: list[Event] = field(default_factory=list)
    # Whether there is an event of every version in between; else nobody knows what the person saw.
    is_known: bool = True

    @property
    def is_stale(self) -> bool:
        return bool(self.events) or not self.is_known

    def last_change(self, name: str) -> Event | None:
        """Returns the newest event that changed this field."""
        return next((event for event in self.events if name in event.after), None)

    def may_have_changed(self, name: str) -> bool:
        """Returns whether others changed this field, or may have, where the log has a gap."""
        return not self.is_known or self.last_change(name) is not None

    def current_value(self, name: str) -> Any:
        """Returns the value of the row, as the log would write it."""
        return logged_value(value_of(self.article, name))

    def seen_value(self, name: str) -> Any:
        """Returns the value that the person saw, as the log writes it: before the oldest change since then."""
        if name == "related":
            return rolled_back(self.current_value(name), self.events)
        first = next((event for event in reversed(self.events) if name in event.after), None)
        return first.before.get(name) if first else self.current_value(name)


def rolled_back(links: LoggedLinks, events: Iterable[Event]) -> LoggedLinks:
    """Returns the related links as they were before these events, the newest of which comes first."""
    for event in events:
        links = with_part(links, event.before.get("related", {}))
    return links


def changes_since(article: Article, version: int | None) -> ChangesSince:
    """Returns the changes since a version; unknown if that version is missing or does not exist yet."""
    if version == article.version:
        return ChangesSince(article)
    if version is None or version > article.version:
        return ChangesSince(article, is_known=False)
    events = list(
        Event.objects.filter(article=article, version__gt=version, version__lte=article.version)
        .select_related("by", "reason")
        .order_by("-version", "-pk")
    )
    logged_versions = {event.version for event in events}
    return ChangesSince(article, events, is_known=logged_versions == set(range(version + 1, article.version + 1)))
