"""What happened to an article since the version that a person saw: the log tells it, so different fields merge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles.history.snapshot import as_json, value_of
from articles.models import Article, Event


@dataclass(frozen=True)
class Meanwhile:
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

    def now(self, name: str) -> Any:
        """The value of the row, as the log would write it."""
        return as_json(value_of(self.article, name))

    def seen(self, name: str) -> Any:
        """The value that the person saw, as the log writes it: what the oldest change since then found."""
        first = next((event for event in reversed(self.events) if name in event.after), None)
        return first.before.get(name) if first else self.now(name)


def since(article: Article, version: int | None) -> Meanwhile:
    if version == article.version:
        return Meanwhile(article)
    if version is None or version > article.version:
        return Meanwhile(article, is_known=False)
    events = list(
        Event.objects.filter(article=article, version__gt=version, version__lte=article.version)
        .select_related("by", "reason")
        .order_by("-version", "-pk")
    )
    told = {event.version for event in events}
    return Meanwhile(article, events, is_known=told == set(range(version + 1, article.version + 1)))
