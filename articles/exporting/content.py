"""Gives the content that documents can hold one shape, for a row and for a record.

Reviews, dates of publication, events, hidden links and who added a link are not part of it: only the database and its
backup have them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import batched
from typing import Any

from django.db.models import Prefetch

from articles.documents.keys import image_front
from articles.documents.records import ArticleRecord
from articles.history.images import logged_image
from articles.history.snapshot import logged_value
from articles.models import Article, ArticleImage, ArticleTopic, RelatedLink
from articles.models.fields import DOCUMENT_FIELDS, LINK_COLUMNS, Kind
from articles.texts import fold, with_plain_line_ends

SAME_IN_ROW_AND_RECORD = tuple(field.name for field in DOCUMENT_FIELDS if field.is_plain or field.kind is Kind.PAYLOAD)
ARTICLES_A_CHUNK = 500

Content = dict[str, Any]


def row_content(row: Article) -> Content:
    """Returns the content for the document of this row, with topics as primary keys, without hidden links."""
    return {name: getattr(row, name) for name in SAME_IN_ROW_AND_RECORD} | {
        "body": with_plain_line_ends(row.body),
        # An import gives an article without a date the moment of its creation.
        "published_at": None if row.published_at == row.created_at else row.published_at,
        "provider": row.provider.domain,
        "topics": [link.topic_id for link in row.topic_links.all()],
        "images": [logged_value(place) for place in row.image_links.all()],
        "related": [link_content(link) for link in row.related.all() if not link.hidden],
    }


def record_content(record: ArticleRecord, topics: Mapping[str, int]) -> Content:
    """Returns the content of a document; `topics` gives the primary key of each name, and 0 stands for no topic."""
    return {name: getattr(record, name) for name in SAME_IN_ROW_AND_RECORD} | {
        "provider": record.provider.domain,
        "topics": list(dict.fromkeys(topics.get(name, 0) for name in record.topics)),
        "images": [logged_image(image.url, image.title, image.attribution) for image in record.images],
        "related": [
            {name: getattr(link, name) for name in LINK_COLUMNS}
            | {
                "provider": link.provider and link.provider.domain,
                "images": list(map(image_front, link.images)),
            }
            for link in record.related
        ],
    }


def link_content(link: RelatedLink) -> Content:
    return {name: getattr(link, name) for name in LINK_COLUMNS} | {
        "provider": link.provider and link.provider.domain,
        "images": link.images,
    }


def whole_articles(pks: Iterable[int]) -> list[Article]:
    """Returns the articles with all that their documents hold, in a fixed number of queries."""
    rows = Article.objects.filter(pk__in=list(pks)).select_related("provider").order_by("pk")
    return list(
        rows.prefetch_related(
            Prefetch("topic_links", ArticleTopic.objects.select_related("topic")),
            Prefetch("image_links", ArticleImage.objects.select_related("image")),
            Prefetch("related", RelatedLink.objects.select_related("page__provider")),
        )
    )


def content_hash() -> str:
    """Returns a hash of the content of all articles by path: equal hashes mean equal content."""
    pks = Article.objects.values_list("pk", flat=True).order_by("pk")
    digests = [_digest(row) for chunk in batched(pks, ARTICLES_A_CHUNK, strict=False) for row in whole_articles(chunk)]
    return blake2b(b"".join(sorted(digests)), digest_size=16).hexdigest()


def _digest(row: Article) -> bytes:
    # Topics by the name in documents: renaming a topic changes no article.
    names = [fold(topic.source.get("name") or topic.name) for topic in row.ordered_topics]
    content = row_content(row) | {"path": row.path, "topics": names}
    text = json.dumps(content, default=logged_value, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).digest()
