"""What the document of an article said at the last import, where the article says something else now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.utils import timezone

from articles.documents.parse import record_of
from articles.documents.records import ArticleRecord
from articles.history import diff
from articles.history.diff import Difference
from articles.models import Article, Event
from articles.models.fields import EDITABLE

# `secured` is not among them, and never will be.
PLAIN = (
    "title", "excerpt", "body", "web_url", "original_url", "amp_url", "cdn_amp_url", "type", "category",
    "published_at", "quality", "heat", "published",
)  # fmt: skip


# The flag is a decision: it follows no document once a person looks at it.
ADOPTABLE = {*EDITABLE, "related", "quality", "heat"}


def differences(article: Article) -> dict[str, object]:
    """Per field what the document says, where that is something else; nothing for an article without a document."""
    record = record_of(article)
    if record is None:
        return {}
    pairs = [(name, getattr(record, name), getattr(article, name)) for name in PLAIN]
    pairs.append(("provider", record.provider.domain, article.provider.domain))
    pairs.extend(_lists(record, article))
    return {name: said for name, said, now in pairs if _bare(said) != _bare(now)}


def _bare(value: object) -> object:
    # Nobody sees blanks at the ends.
    return value.strip() if isinstance(value, str) else value


def _lists(record: ArticleRecord, article: Article) -> Iterable[tuple[str, list[str], list[str]]]:
    yield "topics", list(dict.fromkeys(record.topics)), [topic.name for topic in article.ordered_topics]
    yield (
        "images",
        list(dict.fromkeys(image.url for image in record.images)),
        [image.url for image in article.ordered_images],
    )
    yield (
        "related",
        list(dict.fromkeys(link.url for link in record.related)),
        [link.url for link in article.related.all()],
    )


def source_differences(article: Article, events: list[Event]) -> list[Difference]:
    """What the document says otherwise, of the fields that a person changed."""
    names = set(article.conflicts).union(*(event.after for event in events if event.by_id)) & set(_SAID)
    record = record_of(article) if names else None
    if record is None:
        return []
    pairs = {name: _pair(name, article, record) for name in _SAID if name in names}
    return diff.differences({name: [now, said] for name, (now, said) in pairs.items() if now != said})


_SAID = {
    "title": attrgetter("title"),
    "excerpt": attrgetter("excerpt"),
    "web_url": attrgetter("web_url"),
    "original_url": attrgetter("original_url"),
    "type": attrgetter("type"),
    "category": attrgetter("category"),
    "published_at": attrgetter("published_at"),
    "quality": attrgetter("quality"),
    "heat": attrgetter("heat"),
    "provider": attrgetter("provider.domain"),
    "topics": lambda record: list(dict.fromkeys(record.topics)),
    "images": lambda record: list(dict.fromkeys(image.url for image in record.images)),
    "related": lambda record: list(dict.fromkeys(link.url for link in record.related)),
}


def _pair(name: str, article: Article, record: ArticleRecord) -> tuple[Any, Any]:
    """What the article says, and what its document says."""
    said = _SAID[name](record)
    match name:
        case "topics":
            return [topic.name for topic in article.ordered_topics], said
        case "images":
            return [image.url for image in article.ordered_images], said
        case "related":
            return [link.url for link in article.related.filter(hidden=False)], said
        case "provider":
            return article.provider.domain, said
    return _plain(getattr(article, name)), _plain(said)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    # Nobody sees blanks at the ends.
    return value.strip() if isinstance(value, str) else value
