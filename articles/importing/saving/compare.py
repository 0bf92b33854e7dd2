"""Gives the values of rows and records one shape, for the merge and for the events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from articles.documents.records import ArticleRecord, ProviderRecord, RelatedRecord
from articles.history.images import logged_image
from articles.history.related import Part, links_delta
from articles.history.snapshot import logged_value
from articles.importing.saving.merge import ArticleLink
from articles.importing.sources.items import ImportItem
from articles.models import Article
from articles.models.fields import LINK_COLUMNS, MERGED_COLUMNS

UNREAD = dict.fromkeys(LINK_COLUMNS)
PLACE = ("hidden", "placed", "origin", "position")


@dataclass(slots=True)
class ArticleUpdate:
    """The new values of one article and of its lists."""

    item: ImportItem
    row: Article
    before: dict[str, Any]  # as JSON, for the event and the report
    logged: dict[str, list[Any]] = field(default_factory=dict)  # {field: [before, after]}, for the event
    provider: int | None = None  # None, here and below: unchanged
    topics: list[int] | None = None
    images: list[tuple[str, str, str]] | None = None  # URL, title, attribution
    related: list[ArticleLink] | None = None
    existing: list[ArticleLink] = field(default_factory=list)  # the links before, if they change
    related_parts: tuple[Part, Part] = field(default_factory=lambda: ({}, {}))  # for the event
    dropped: Collection[int] = ()
    rated: list[list[Any]] = field(default_factory=list)  # relevance, shared words, primary key of a link: what changed


def record_values(record: ArticleRecord, topics: Mapping[str, int], *, lists: bool) -> dict[str, Any]:
    """Returns what a document says, in the shape of `row_values`. Related links are merged separately."""
    values = {name: getattr(record, name) for name in MERGED_COLUMNS} | {"provider": record.provider.domain}
    if not lists:
        return values
    # 0 stands for a topic that no longer exists.
    ids = dict.fromkeys(topics.get(name, 0) for name in record.topics)
    return values | {"topics": tuple(ids), "images": tuple((i.url, i.title, i.attribution) for i in record.images)}


def row_values(row: Article, *, lists: bool) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in MERGED_COLUMNS} | {"provider": row.provider.domain}
    if not lists:
        return values
    return values | {
        "topics": tuple(link.topic_id for link in row.topic_links.all()),
        "images": tuple((place.image.url, place.title, place.attribution) for place in row.image_links.all()),
    }


_HELD: dict[int, tuple[RelatedRecord, RelatedRecord]] = {}
MOST_HELD = 16_384


def as_held(record: RelatedRecord) -> RelatedRecord:
    """Returns a related link as a page can hold it: with nothing of its provider but the domain.

    The same record gives the same object: most records of a batch are few objects.
    """
    known = _HELD.get(id(record))
    if known is not None and known[0] is record:
        return known[1]
    held: RelatedRecord = record
    if record.provider is not None and record.provider != (record.provider.domain, "", ()):
        held = record._replace(provider=ProviderRecord(record.provider.domain))
    if len(_HELD) >= MOST_HELD:
        _HELD.clear()
    _HELD[id(record)] = record, held
    return held


def columns_as_json(row: Article) -> dict[str, Any]:
    return {name: logged_value(getattr(row, name)) for name in (*MERGED_COLUMNS, "published", "first_published_at")}


def lists_as_json(row: Article) -> dict[str, Any]:
    return {
        "topics": [link.topic.slug for link in row.topic_links.all()],
        "images": [logged_value(place) for place in row.image_links.all()],
    }


def changed_lists_as_json(change: ArticleUpdate, domain: str, slugs: Mapping[int, str]) -> dict[str, Any]:
    """Returns the new values of the provider and of the lists, if they change."""
    after: dict[str, Any] = {}
    if change.provider:
        after["provider"] = domain
    if change.topics is not None:
        after["topics"] = [slugs[pk] for pk in change.topics]
    if change.images is not None:
        after["images"] = [logged_image(*image) for image in change.images]
    return after


def related_as_json(existing: Iterable[ArticleLink], merged: Iterable[ArticleLink]) -> tuple[Part, Part]:
    """Returns what an event holds of a change of related links. Links whose page was not read have not changed."""
    old, new = {link.url: link for link in existing}, {link.url: link for link in merged}
    return links_delta(
        [_as_json(link) for url, link in old.items() if new.get(url) != link],
        [_as_json(link) for url, link in new.items() if old.get(url) != link],
    )


def _as_json(link: ArticleLink) -> dict[str, Any]:
    said = {name: logged_value(getattr(link.record, name)) for name in LINK_COLUMNS} if link.record else UNREAD
    return {**said, "url": link.url, **{name: getattr(link, name) for name in PLACE}}
