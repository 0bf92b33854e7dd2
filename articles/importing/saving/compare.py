"""The three values of a field as rows and records write them, and what of an article has changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from articles.documents.records import ArticleRecord, ImageRecord, ProviderRecord, RelatedRecord
from articles.history import snapshot as facts
from articles.importing.runs.items import Item
from articles.importing.saving.create import PLAIN, RELATED
from articles.importing.saving.merge import Link
from articles.models import (
    Article,
    RelatedLink,
)
from articles.models.fields import LINK_COLUMNS


@dataclass(slots=True)
class Change:
    """What becomes of one article."""

    item: Item
    row: Article
    before: dict[str, Any]  # as JSON, for the event and the report
    provider: int | None = None  # None, here and below: as it is
    topics: list[int] | None = None
    images: list[str] | None = None
    related: list[Link] | None = None
    dropped: Collection[int] = ()


def _said(record: ArticleRecord, topics: dict[str, int], *, lists: bool) -> dict[str, Any]:
    plain = {name: getattr(record, name) for name in PLAIN} | {"provider": record.provider.domain}
    if not lists:
        return plain
    # A topic that is no longer there counts as one that nobody has.
    ids = dict.fromkeys(topics.get(name, 0) for name in record.topics)
    return plain | {"topics": tuple(ids), "images": tuple(image.url for image in record.images)}


def _mine(row: Article, *, lists: bool) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in PLAIN} | {"provider": row.provider.domain}
    if not lists:
        return plain
    return plain | {
        "topics": tuple(link.topic_id for link in row.topic_links.all()),
        "images": tuple(link.image.url for link in row.image_links.all()),
    }


def _link(link: RelatedLink) -> Link:
    record = RelatedRecord(
        **{name: getattr(link, name) for name in RELATED},
        provider=ProviderRecord(link.provider.domain) if link.provider else None,
        images=tuple(ImageRecord(image.url) for image in link.ordered_images),
    )
    return Link(record, link.origin, link.hidden, link.pk)


def _bare(record: RelatedRecord) -> RelatedRecord:
    """A related link as a row can hold it: its provider by domain, its pictures by URL."""
    return record._replace(
        provider=record.provider and ProviderRecord(record.provider.domain),
        images=tuple(ImageRecord(image.url) for image in record.images),
    )


def _plain(row: Article) -> dict[str, Any]:
    return {name: facts.as_json(getattr(row, name)) for name in (*PLAIN, "published", "first_published_at")}


def _lists(row: Article) -> dict[str, Any]:
    return {
        "topics": [link.topic.slug for link in row.topic_links.all()],
        "images": [link.image.url for link in row.image_links.all()],
        "related": [facts.as_json(link) for link in row.related.all()],
    }


def _listed(change: Change, domain: str, slugs: dict[int, str]) -> dict[str, Any]:
    """The lists that change, afterwards."""
    after: dict[str, Any] = {}
    if change.provider:
        after["provider"] = domain
    if change.topics is not None:
        after["topics"] = [slugs[pk] for pk in change.topics]
    if change.images is not None:
        after["images"] = change.images
    if change.related is not None:
        after["related"] = [
            {name: facts.as_json(getattr(link.record, name)) for name in LINK_COLUMNS}
            | {"hidden": link.hidden, "origin": link.origin}
            for link in change.related
        ]
    return after
