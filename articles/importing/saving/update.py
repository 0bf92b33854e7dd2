"""Updates articles from changed documents: merges them with what people decided, and writes rows and events in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from articles.documents.messages import Message
from articles.documents.parse import record_of
from articles.documents.records import ArticleRecord
from articles.documents.topic_names import known_topic_ids
from articles.importing.saving.compare import ArticleUpdate
from articles.importing.saving.create import (
    References,
    insert_related,
    link_values,
    point_links_at,
    references_for,
    repoint_links,
)
from articles.importing.saving.events import ImportEvent, insert_events
from articles.importing.saving.merge import ArticleLink
from articles.importing.saving.merge_article import merge_article
from articles.importing.saving.rows import insert_rows, update_rows
from articles.importing.sources.items import ImportItem
from articles.models import (
    Article,
    ArticleImage,
    ArticleTopic,
    RelatedImage,
    RelatedLink,
    Topic,
    Verb,
    Verdict,
)
from articles.models.fields import LINK_COLUMNS, LIST_FIELDS, MERGED_COLUMNS

UPDATED_ARTICLE_COLUMNS = (
    "path", *MERGED_COLUMNS, "canonical_url", "rank", "priority", "published", "first_published_at", "extra", "secured",
    "source", "source_digest", "conflicts", "version", "changed_at",
)  # fmt: skip


def update_articles(pairs: Sequence[tuple[ImportItem, int]], run: int | None, now: datetime) -> None:
    """Updates articles (item and primary key) to their documents, wherever no person decided otherwise."""
    rows = _rows([pk for _, pk in pairs])
    for item, pk in pairs:
        # On PostgreSQL a person may have deleted it since its document was placed.
        if pk not in rows:
            item.verdict, item.article = Verdict.KEPT, None
            item.messages.append(Message("note", "its article was deleted by a person: kept deleted"))
    pairs = [(item, pk) for item, pk in pairs if pk in rows]
    records = {pk: item.record for item, pk in pairs if isinstance(item.record, ArticleRecord)}
    bases = {pk: record_of(rows[pk]) for pk in records}
    with_lists = {
        pk for pk, record in records.items() if _new_lists(record, bases[pk]) or LIST_FIELDS & {*rows[pk].conflicts}
    }
    _load_lists([rows[pk] for pk in with_lists])
    references = references_for([_without_same_lists(record, bases[pk]) for pk, record in records.items()])
    topics = known_topic_ids(
        name for record in [*records.values(), *filter(None, bases.values())] for name in record.topics
    )
    slugs = dict(Topic.objects.filter(pk__in=topics.values()).values_list("pk", "slug"))
    changes = [
        merge_article(
            item, rows[pk], bases[pk], records[pk], topics, slugs, references.providers, now, lists=pk in with_lists
        )
        for item, pk in pairs
    ]
    _write(changes, references)
    insert_related([(c.row.pk, position, link.record) for c in changes for position, link in _new_links(c)], references)
    point_links_at({c.row.canonical_url: c.row.pk for c in changes})
    if moved := [c.row.pk for c in changes if {"web_url", "original_url"} & set(c.item.changes)]:
        repoint_links(moved)
    _log(changes, run, now)


def _rows(pks: Sequence[int]) -> dict[int, Article]:
    rows = Article.objects.select_for_update(of=("self",)).filter(pk__in=pks).select_related("provider")
    return {row.pk: row for row in rows}


def _load_lists(rows: Sequence[Article]) -> None:
    # Most changed documents have new scores and the same lists: those need no query.
    prefetch_related_objects(
        rows,
        Prefetch("topic_links", ArticleTopic.objects.select_related("topic")),
        Prefetch("image_links", ArticleImage.objects.select_related("image")),
        Prefetch("related", RelatedLink.objects.select_related("provider")),
        Prefetch("related__image_links", RelatedImage.objects.select_related("image")),
    )


def _without_same_lists(record: ArticleRecord, base: ArticleRecord | None) -> ArticleRecord:
    """Returns the record without the lists that have not changed: nothing is looked up or created for those."""
    if base is None:
        return record
    same: dict[str, Any] = dict.fromkeys(LIST_FIELDS - _new_lists(record, base), ())
    return record._replace(**same)


def _new_lists(record: ArticleRecord, base: ArticleRecord | None) -> set[str]:
    return {name for name in LIST_FIELDS if base is None or getattr(record, name) != getattr(base, name)}


# Writing


def _new_links(update_articles: ArticleUpdate) -> list[tuple[int, ArticleLink]]:
    return [(position, link) for position, link in enumerate(update_articles.related or ()) if link.pk is None]


def _write(changes: Sequence[ArticleUpdate], references: References) -> None:
    update_rows(
        Article,
        ("provider", *UPDATED_ARTICLE_COLUMNS),
        [
            [c.provider or c.row.provider_id, *(getattr(c.row, name) for name in UPDATED_ARTICLE_COLUMNS), c.row.pk]
            for c in changes
        ],
    )
    new_topics = {c.row.pk: c.topics for c in changes if c.topics is not None}
    ArticleTopic.objects.filter(article__in=new_topics).delete()
    insert_rows(
        ArticleTopic,
        ("article", "topic", "position"),
        [[pk, topic, n] for pk, ids in new_topics.items() for n, topic in enumerate(ids)],
    )
    new_images = {c.row.pk: c.images for c in changes if c.images is not None}
    ArticleImage.objects.filter(article__in=new_images).delete()
    insert_rows(
        ArticleImage,
        ("article", "image", "position"),
        [[pk, references.images[url], n] for pk, urls in new_images.items() for n, url in enumerate(urls)],
    )
    _write_related(changes, references)


def _write_related(changes: Sequence[ArticleUpdate], references: References) -> None:
    """Updates the existing links with their providers and images, and deletes the dropped ones."""
    RelatedLink.objects.filter(pk__in=[pk for c in changes for pk in c.dropped]).delete()
    rows, new_images = [], {}
    for c in changes:
        existing = {row.pk: row for row in c.row.related.all()} if c.related else {}
        for position, link in enumerate(c.related or ()):
            if link.pk is None:
                continue
            row, record = existing[link.pk], link.record
            # What differs came from the document: its providers and images are known.
            provider = record.provider.domain if record.provider else None
            same = provider == (row.provider.domain if row.provider else None)
            provider_id = row.provider_id if same else provider and references.providers[provider]
            rows.append([position, record.canonical_url, *link_values(record), provider_id, link.pk])
            urls = [image.url for image in record.images]
            if urls != [image.url for image in row.ordered_images]:
                new_images[link.pk] = [references.images[url] for url in urls]
    update_rows(RelatedLink, ("position", "canonical_url", *LINK_COLUMNS, "provider"), rows)
    RelatedImage.objects.filter(related_link__in=new_images).delete()
    insert_rows(
        RelatedImage,
        ("related_link", "image", "position"),
        [[pk, image, n] for pk, images in new_images.items() for n, image in enumerate(images)],
    )


def _log(changes: Sequence[ArticleUpdate], run: int | None, now: datetime) -> None:
    events = [
        ImportEvent(
            article=c.row.pk,
            title=c.row.title,
            verb=Verb.IMPORT,
            before={name: before for name, (before, _) in c.item.changes.items()},
            after={name: after for name, (_, after) in c.item.changes.items()},
            version=c.row.version,
        )
        for c in changes
        if c.item.changes
    ]
    insert_events(events, run, now)
