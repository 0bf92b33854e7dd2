"""What others changed in an article since the version that a person saw, as the log tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles.history.snapshot import as_json, value_of
from articles.models import Article, Event


@dataclass(frozen=True)
class ChangesSince:
    """`article` as it is now, and the events since the version that was seen, newest first."""

    article: Article
    events: list[Event] = field(default_factory=list)
    # Whether the events tell of every version in between; else nobody knows what the person saw.
    is_known: bool = True

    @property
    def is_stale(self) -> bool:
        return bool(self.events) or not self.is_known

    def last_change(self, name: str) -> Event | None:
        """The newest event that changed this field."""
        return next((event for event in self.events if name in event.after), None)

    def may_have_changed(self, name: str) -> bool:
        """Whether others changed this field, or may have: the log does not tell."""
        return not self.is_known or self.last_change(name) is not None

    def current_value(self, name: str) -> Any:
        """The value of the row, as the log would write it."""
        return as_json(value_of(self.article, name))

    def seen_value(self, name: str) -> Any:
        """The value that the person saw, as the log writes it: what the oldest change since then found."""
        first = next((event for event in reversed(self.events) if name in event.after), None)
        return first.before.get(name) if first else self.current_value(name)


def changes_since(article: Article, version: int | None) -> ChangesSince:
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
