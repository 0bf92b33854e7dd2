"""A row → the front matter of its document, in upstream's words and order; what has no value is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from articles.models import Article, Image, RelatedLink, Topic
from providers.models import Provider

ORDER = (
    "category", "title", "excerpt", "publishedDateTime", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "type",
    "quality", "heat", "published", "provider", "topics", "images", "related", "secured",
)  # fmt: skip
# Our names → those of documents, where they differ.
KEYS = {
    "web_url": "webUrl",
    "original_url": "originalUrl",
    "amp_url": "ampWebUrl",
    "cdn_amp_url": "cdnAmpWebUrl",
    "published_at": "publishedDateTime",
}

Front = dict[str, Any]


def article_front(row: Article, topics: Mapping[str, int]) -> Front:
    """Unknown keys are not here: only the document itself has them. `topics` says which topic a name means now."""
    return _whole(
        {
            "category": row.category,
            "title": row.title,
            "excerpt": row.excerpt,
            "publishedDateTime": row.published_at,
            "originalUrl": row.original_url,
            "webUrl": row.web_url,
            "ampWebUrl": row.amp_url,
            "cdnAmpWebUrl": row.cdn_amp_url,
            "type": row.type,
            "quality": row.quality,
            "heat": row.heat,
            "published": row.published,
            "provider": provider_front(row.provider),
            "topics": [topic_name(topic, topics) for topic in row.ordered_topics],
            "images": [image_front(image) for image in row.ordered_images],
            "related": [link_front(link) for link in row.related.all() if not link.hidden],
            "secured": row.secured,
        }
    )


def link_front(link: RelatedLink) -> Front:
    return _whole(
        {
            "title": link.title,
            "excerpt": link.excerpt,
            "publishedDateTime": link.published_at,
            "webUrl": link.url,
            "ampWebUrl": link.amp_url,
            "cdnAmpWebUrl": link.cdn_amp_url,
            "type": link.type,
            "provider": link.provider and provider_front(link.provider),
            "quality": link.quality,
            "images": [image_front(image) for image in link.ordered_images],
        }
    )


def topic_name(topic: Topic, topics: Mapping[str, int]) -> str:
    """The name that documents give the topic, as long as it means this one: an editor may have renamed it."""
    name = topic.source.get("name")
    return name if name and topics.get(name) == topic.pk else topic.name


def provider_front(provider: Provider) -> Front:
    return _whole({"name": provider.name, "domain": provider.domain})


def image_front(image: Image) -> Front:
    return _whole(
        {
            "url": image.url,
            "width": image.width,
            "height": image.height,
            "isCached": image.is_cached or None,
            "title": image.title,
            "attribution": image.attribution,
        }
    )


def _whole(front: Front) -> Front:
    return {key: value for key, value in front.items() if value not in (None, "", [])}
