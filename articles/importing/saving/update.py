"""Updates articles from changed documents: merges them with what people decided, and writes rows and events in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from articles.documents.records import ArticleRecord
from articles.documents.topic_names import known_topic_ids
from articles.importing.saving.compare import ArticleUpdate
from articles.importing.saving.create import References, references_for
from articles.importing.saving.events import ImportEvent, insert_events
from articles.importing.saving.links import links_of, write_related
from articles.importing.saving.matching import Match, SoFar, record_in
from articles.importing.saving.merge_article import Known, merge_article
from articles.importing.saving.pages import point_pages_at, repoint_pages
from articles.importing.saving.rows import insert_rows, update_rows
from articles.importing.sources.items import text_of
from articles.models import Article, ArticleImage, ArticleTopic, Topic, Verb
from articles.models.fields import LIST_FIELDS, MERGED_COLUMNS

UPDATED_ARTICLE_COLUMNS = (
    "path", *MERGED_COLUMNS, "canonical_url", "twin_key", "rank", "priority", "published",
    "document_publishes", "first_published_at", "extra", "secured", "source", "source_digest", "conflicts", "version",
    "changed_at", "changed_for_readers_at",
)  # fmt: skip
SHORT_LISTS = LIST_FIELDS - {"related"}


def update_articles(matches: Sequence[Match], run: int | None, so_far: SoFar, now: datetime) -> None:
    """Updates articles to their documents, wherever no person decided otherwise."""
    with_lists = {match.row.pk for match in matches if _new_lists(match) & SHORT_LISTS or _list_conflicts(match)}
    _load_lists([match.row for match in matches if match.row.pk in with_lists])
    references = references_for([_without_same_lists(match) for match in matches], run)
    bases = [match.base for match in matches if match.base]
    topics = known_topic_ids(
        name for record in [*(record_in(match.item) for match in matches), *bases] for name in record.topics
    )
    known = Known(
        topics=topics,
        slugs=dict(Topic.objects.filter(pk__in=topics.values()).values_list("pk", "slug")),
        providers=references.providers,
        links=links_of([match for match in matches if _has_new_links(match) or _has_new_text(match)]),
        moved=so_far.moved,
        now=now,
    )
    changes = [merge_article(match, known, lists=match.row.pk in with_lists) for match in matches]
    _write(changes, references, run)
    write_related(changes)
    if addressed := [c.row for c in changes if {"web_url", "original_url"} & set(c.item.changes)]:
        point_pages_at({row.canonical_url: row.pk for row in addressed})
        repoint_pages([row.pk for row in addressed])
    _log(changes, run, now)


def _load_lists(rows: Sequence[Article]) -> None:
    # Most changed documents have new scores or links, and the same topics and images: those need no query.
    prefetch_related_objects(
        rows,
        Prefetch("topic_links", ArticleTopic.objects.select_related("topic")),
        Prefetch("image_links", ArticleImage.objects.select_related("image")),
    )


def _without_same_lists(match: Match) -> ArticleRecord:
    """Returns the record without the lists that have not changed: nothing is looked up or created for those."""
    record = record_in(match.item)
    same: dict[str, Any] = dict.fromkeys(LIST_FIELDS - _new_lists(match), ())
    return record._replace(**same)


def _new_lists(match: Match) -> set[str]:
    record, base = record_in(match.item), match.base
    return {name for name in LIST_FIELDS if base is None or getattr(record, name) != getattr(base, name)}


def _has_new_links(match: Match) -> bool:
    return "related" in _new_lists(match) | _list_conflicts(match)


def _has_new_text(match: Match) -> bool:
    """Whether the relevance of its links may be another one."""
    return match.base is None or text_of(record_in(match.item)) != text_of(match.base)


def _list_conflicts(match: Match) -> frozenset[str]:
    return LIST_FIELDS & {*match.row.conflicts}


# Writing


def _write(changes: Sequence[ArticleUpdate], references: References, run: int | None) -> None:
    update_rows(
        Article,
        ("provider", "run", *UPDATED_ARTICLE_COLUMNS),
        [
            [
                c.provider or c.row.provider_id, run or c.row.run_id,
                *(getattr(c.row, name) for name in UPDATED_ARTICLE_COLUMNS), c.row.pk,
            ]
            for c in changes
        ],
    )  # fmt: skip
    new_topics = {c.row.pk: c.topics for c in changes if c.topics is not None}
    if new_topics:
        ArticleTopic.objects.filter(article__in=new_topics).delete()
    insert_rows(
        ArticleTopic,
        ("article", "topic", "position"),
        [[pk, topic, n] for pk, ids in new_topics.items() for n, topic in enumerate(ids)],
    )
    new_images = {c.row.pk: c.images for c in changes if c.images is not None}
    if new_images:
        ArticleImage.objects.filter(article__in=new_images).delete()
    insert_rows(
        ArticleImage,
        ("article", "image", "position", "title", "attribution"),
        [
            [pk, references.images[url], n, *said]
            for pk, images in new_images.items()
            for n, (url, *said) in enumerate(images)
        ],
    )


def _log(changes: Sequence[ArticleUpdate], run: int | None, now: datetime) -> None:
    events = [
        ImportEvent(
            article=c.row.pk,
            title=c.row.title,
            verb=Verb.CONFLICT if c.logged.keys() == {"conflicts"} else Verb.IMPORT,
            before={name: before for name, (before, _) in c.logged.items()},
            after={name: after for name, (_, after) in c.logged.items()},
            version=c.row.version,
        )
        for c in changes
        if c.logged
    ]
    insert_events(events, run, now)
