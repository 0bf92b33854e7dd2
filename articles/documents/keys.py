"""Converts rows to the front matter of documents, with upstream's keys in its order, without empty values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from articles.documents.records import ImageRecord
from articles.models import Article, OrderedImage, RelatedLink, Topic
from articles.models.fields import DOCUMENT_FIELDS, DOCUMENT_LINK_FIELDS, ArticleField, Kind
from providers.models import Provider

# The keys of fields in documents, by name; the body has none.
KEY_OF_FIELD = {field.name: field.key for field in DOCUMENT_FIELDS if field.key}
KEY_OF_LINK_FIELD = {field.name: field.key for field in DOCUMENT_LINK_FIELDS}

# Upstream's order; keys that upstream does not know come behind the keys with a single value.
_FIRST = (
    "category", "title", "excerpt", "publishedDateTime", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "type",
    "quality", "heat", "published",
)  # fmt: skip
_LAST = ("provider", "topics", "images", "related", "secured")
KEYS_IN_ORDER = (*_FIRST, *(key for key in KEY_OF_FIELD.values() if key not in (*_FIRST, *_LAST)), *_LAST)
# The same of an image.
IMAGE_KEYS = ("url", "width", "height", "isCached", "title", "attribution")

Front = dict[str, Any]


def article_front(row: Article, topics: Mapping[str, int]) -> Front:
    """Returns the front matter without unknown keys. `topics` gives the topic that a name means now."""
    front = _front(row, DOCUMENT_FIELDS, topics)
    return {key: front[key] for key in KEYS_IN_ORDER if key in front}


def link_front(link: RelatedLink) -> Front:
    return _front(link, DOCUMENT_LINK_FIELDS, {})


def _front(row: Article | RelatedLink, fields: Iterable[ArticleField], topics: Mapping[str, int]) -> Front:
    return _without_empty({field.key: _value(row, field, topics) for field in fields if field.key})


def _value(row: Article | RelatedLink, field: ArticleField, topics: Mapping[str, int]) -> Any:
    value = getattr(row, field.name)
    match field.kind:
        case Kind.PROVIDER:
            return value and provider_front(value)
        case Kind.TOPICS if isinstance(row, Article):
            return [topic_name(topic, topics) for topic in row.ordered_topics]
        case Kind.IMAGES:
            return [place_front(place) for place in row.image_links.all()] if isinstance(row, Article) else value
        case Kind.LINKS:
            return [link_front(link) for link in value.all() if not link.hidden]
    return value


def topic_name(topic: Topic, topics: Mapping[str, int]) -> str:
    """Returns the name that documents give the topic, if it still means this topic; else its own name."""
    name = topic.source.get("name")
    return name if name and topics.get(name) == topic.pk else topic.name


def provider_front(provider: Provider) -> Front:
    return _without_empty({"name": provider.name, "domain": provider.domain})


def image_front(image: ImageRecord) -> Front:
    return _without_empty(
        {
            "url": image.url,
            "width": image.width,
            "height": image.height,
            "isCached": image.is_cached or None,
            "title": image.title,
            "attribution": image.attribution,
        }
    )


def place_front(place: OrderedImage) -> Front:
    """Returns the image as documents give it, with the texts of its place."""
    image = place.image
    return image_front(
        ImageRecord(image.url, image.width, image.height, place.title, place.attribution, image.is_cached)
    )


def _without_empty(front: Front) -> Front:
    return {key: value for key, value in front.items() if value not in (None, "", [])}
