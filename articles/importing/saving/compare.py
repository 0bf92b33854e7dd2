"""Gives the values of rows and records one shape, for the merge and for the events."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from articles.documents.records import ArticleRecord, ImageRecord, ProviderRecord, RelatedRecord
from articles.history.snapshot import logged_value
from articles.importing.saving.merge import ArticleLink
from articles.importing.sources.items import ImportItem
from articles.models import Article, RelatedLink
from articles.models.fields import LINK_COLUMNS, MERGED_COLUMNS


@dataclass(slots=True)
class ArticleUpdate:
    """The new values of one article and of its lists."""

    item: ImportItem
    row: Article
    before: dict[str, Any]  # as JSON, for the event and the report
    provider: int | None = None  # None, here and below: unchanged
    topics: list[int] | None = None
    images: list[str] | None = None
    related: list[ArticleLink] | None = None
    dropped: Collection[int] = ()


def record_values(record: ArticleRecord, topics: dict[str, int], *, lists: bool) -> dict[str, Any]:
    """Returns what a document says, in the shape of `row_values`. Related links are merged separately."""
    values = {name: getattr(record, name) for name in MERGED_COLUMNS} | {"provider": record.provider.domain}
    if not lists:
        return values
    # 0 stands for a topic that no longer exists.
    ids = dict.fromkeys(topics.get(name, 0) for name in record.topics)
    return values | {"topics": tuple(ids), "images": tuple(image.url for image in record.images)}


def row_values(row: Article, *, lists: bool) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in MERGED_COLUMNS} | {"provider": row.provider.domain}
    if not lists:
        return values
    return values | {
        "topics": tuple(link.topic_id for link in row.topic_links.all()),
        "images": tuple(link.image.url for link in row.image_links.all()),
    }


def link_of(link: RelatedLink) -> ArticleLink:
    record = RelatedRecord(
        **{name: getattr(link, name) for name in ("canonical_url", *LINK_COLUMNS)},
        provider=ProviderRecord(link.provider.domain) if link.provider else None,
        images=tuple(ImageRecord(image.url) for image in link.ordered_images),
    )
    return ArticleLink(record, link.origin, link.hidden, link.pk)


def as_held(record: RelatedRecord) -> RelatedRecord:
    """Returns a related link as a row can hold it: with the domain of its provider and the URLs of its images."""
    held: RelatedRecord = record._replace(
        provider=record.provider and ProviderRecord(record.provider.domain),
        images=tuple(ImageRecord(image.url) for image in record.images),
    )
    return held


def columns_as_json(row: Article) -> dict[str, Any]:
    return {name: logged_value(getattr(row, name)) for name in (*MERGED_COLUMNS, "published", "first_published_at")}


def lists_as_json(row: Article) -> dict[str, Any]:
    return {
        "topics": [link.topic.slug for link in row.topic_links.all()],
        "images": [link.image.url for link in row.image_links.all()],
        "related": [logged_value(link) for link in row.related.all()],
    }


def changed_lists_as_json(change: ArticleUpdate, domain: str, slugs: dict[int, str]) -> dict[str, Any]:
    """Returns the new values of the provider and of the lists, if they change."""
    after: dict[str, Any] = {}
    if change.provider:
        after["provider"] = domain
    if change.topics is not None:
        after["topics"] = [slugs[pk] for pk in change.topics]
    if change.images is not None:
        after["images"] = change.images
    if change.related is not None:
        after["related"] = [
            {name: logged_value(getattr(link.record, name)) for name in LINK_COLUMNS}
            | {"hidden": link.hidden, "origin": link.origin}
            for link in change.related
        ]
    return after
