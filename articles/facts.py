"""The facts of an article: read from the row as values, and as the JSON that events keep."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from articles.models import Article, Image, RelatedLink, Topic
from providers.models import Provider

TEXT_FIELDS = (
    "slug",
    "title",
    "excerpt",
    "body",
    "web_url",
    "original_url",
    "amp_url",
    "cdn_amp_url",
    "type",
    "category",
    "provider",
    "published_at",
)
EDITABLE = (*TEXT_FIELDS, "topics", "images")
RELATED_FIELDS = (
    "url",
    "title",
    "excerpt",
    "type",
    "published_at",
    "quality",
    "amp_url",
    "cdn_amp_url",
    "hidden",
)


def snapshot(article: Article, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """The facts of an article as JSON, as events keep them; `secured` and `source` are never among them."""
    names = fields or (
        *EDITABLE,
        "related",
        "quality",
        "heat",
        "published",
        "publish_at",
        "expires_at",
        "reviewed_by",
        "reviewed_at",
        "first_published_at",
    )
    return {name: as_json(value_of(article, name)) for name in names}


def value_of(row: Article, name: str) -> Any:
    match name:
        case "topics":
            return [link.topic for link in row.topic_links.select_related("topic")]
        case "images":
            return [link.image for link in row.image_links.select_related("image")]
        case "related":
            return list(row.related.select_related("provider"))
    return getattr(row, name)


def as_json(value: Any) -> Any:
    match value:
        case datetime():
            # In UTC: the same moment in another time zone is no change.
            return value.astimezone(UTC).isoformat()
        case Image():
            return value.url
        case Topic():
            return value.slug
        case User():
            return value.get_username()
        case RelatedLink():
            return {name: as_json(getattr(value, name)) for name in (*RELATED_FIELDS, "origin")}
        case list():
            return [as_json(item) for item in value]
        case Provider():
            return value.domain
    return value
