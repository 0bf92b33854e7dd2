"""A person takes the source's value: what the document says of some fields, as `moderation.apply` takes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from articles.documents.parse import record_of
from articles.documents.records import ArticleRecord
from articles.importing.saving.references import image_ids, provider_ids, topic_ids
from articles.models import Article, Image, Topic
from articles.models.fields import LINK_COLUMNS
from providers.models import Provider


def source_values(article: Article, names: Iterable[str]) -> dict[str, Any]:
    """The values of the fields in the article's document; a topic, provider or picture that is gone is made again.

    Empty for an article without a document.
    """
    record = record_of(article)
    return {name: _value(article, record, name) for name in names} if record else {}


def _value(article: Article, record: ArticleRecord, name: str) -> Any:
    match name:
        case "provider":
            images = image_ids(record.provider.images)
            return Provider.objects.get(pk=provider_ids([record.provider], images)[record.provider.domain])
        case "topics":
            known = topic_ids(record.topics)
            topics = Topic.objects.in_bulk(list(known.values()))
            return [topics[pk] for pk in dict.fromkeys(known[topic] for topic in record.topics)]
        case "images":
            ids = image_ids(record.images)
            rows = Image.objects.in_bulk(list(ids.values()))
            return [rows[ids[image.url]] for image in record.images]
        case "related":
            there = {link.url: link.pk for link in article.related.all()}
            return [
                {field: getattr(link, field) for field in LINK_COLUMNS} | {"hidden": False, "pk": there.get(link.url)}
                for link in record.related
            ]
    return getattr(record, name)
