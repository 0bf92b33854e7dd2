"""Changed documents → changed rows: merged with what people decided, written in bulk, told by events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from articles import links
from articles.documents.messages import Message
from articles.documents.parse import record_of
from articles.documents.records import ArticleRecord
from articles.documents.topic_names import known_topic_ids
from articles.importing.saving.compare import (
    Change,
    as_held,
    changed_rows_as_json,
    columns_as_json,
    link_of,
    lists_as_json,
    record_values,
    row_values,
)
from articles.importing.saving.create import Known, aim_at, aim_elsewhere, insert_related, known_for, link_values
from articles.importing.saving.merge import Link, Merged, merge_fields, merge_related
from articles.importing.saving.rows import insert, update
from articles.importing.sources.items import Item
from articles.models import (
    Article,
    ArticleImage,
    ArticleTopic,
    Channel,
    Event,
    RelatedImage,
    RelatedLink,
    Topic,
    Verb,
    Verdict,
)
from articles.models.fields import LINK_COLUMNS, MERGED_COLUMNS
from articles.priority import priority_of
from articles.ranking import rank

WRITTEN = (
    "path", *MERGED_COLUMNS, "canonical_url", "rank", "priority", "published", "first_published_at", "extra", "secured",
    "source", "source_digest", "conflicts", "version", "changed_at",
)  # fmt: skip
LISTS = {"topics", "images", "related"}


def change(pairs: Sequence[tuple[Item, int]], run: int | None, now: datetime) -> None:
    """Bring articles up to their documents, wherever no person decided otherwise."""
    rows = _rows([pk for _, pk in pairs])
    for item, pk in pairs:
        # On PostgreSQL a person may have deleted it since its document was placed.
        if pk not in rows:
            item.verdict, item.article = Verdict.KEPT, None
            item.messages.append(Message("note", "its article was deleted by a person: kept deleted"))
    pairs = [(item, pk) for item, pk in pairs if pk in rows]
    theirs = [item.record for item, _ in pairs if isinstance(item.record, ArticleRecord)]
    bases = {pk: record_of(rows[pk]) for _, pk in pairs}
    pks = [pk for _, pk in pairs]
    news = [_news(record, bases[pk]) for record, pk in zip(theirs, pks, strict=True)]
    with_lists = {
        pk
        for record, pk in zip(theirs, pks, strict=True)
        if _new_lists(record, bases[pk]) or LISTS & {*rows[pk].conflicts}
    }
    _load_lists([rows[pk] for pk in with_lists])
    known = known_for(news)
    topics = known_topic_ids(name for record in [*theirs, *filter(None, bases.values())] for name in record.topics)
    slugs = dict(Topic.objects.filter(pk__in=topics.values()).values_list("pk", "slug"))
    changes = [
        _merge(item, rows[pk], bases[pk], record, topics, slugs, known.providers, now, lists=pk in with_lists)
        for (item, pk), record in zip(pairs, theirs, strict=True)
    ]
    _write(changes, known)
    insert_related([(c.row.pk, position, link.record) for c in changes for position, link in _new_links(c)], known)
    aim_at({c.row.canonical_url: c.row.pk for c in changes})
    if moved := [c.row.pk for c in changes if {"web_url", "original_url"} & set(c.item.changes)]:
        aim_elsewhere(moved)
    _tell(changes, run, now)


def _rows(pks: Sequence[int]) -> dict[int, Article]:
    rows = Article.objects.select_for_update(of=("self",)).filter(pk__in=pks).select_related("provider")
    return {row.pk: row for row in rows}


def _load_lists(rows: Sequence[Article]) -> None:
    # Most changed documents have new scores and the same lists: theirs need not be looked at.
    prefetch_related_objects(
        rows,
        Prefetch("topic_links", ArticleTopic.objects.select_related("topic")),
        Prefetch("image_links", ArticleImage.objects.select_related("image")),
        Prefetch("related", RelatedLink.objects.select_related("provider")),
        Prefetch("related__image_links", RelatedImage.objects.select_related("image")),
    )


def _news(theirs: ArticleRecord, base: ArticleRecord | None) -> ArticleRecord:
    """The record without the lists that the document goes on saying: for them, nothing is looked up or made anew."""
    if base is None:
        return theirs
    same: dict[str, Any] = dict.fromkeys(LISTS - _new_lists(theirs, base), ())
    return theirs._replace(**same)


def _new_lists(theirs: ArticleRecord, base: ArticleRecord | None) -> set[str]:
    return {name for name in LISTS if base is None or getattr(theirs, name) != getattr(base, name)}


def _merge(
    item: Item,
    row: Article,
    base: ArticleRecord | None,
    theirs: ArticleRecord,
    topics: dict[str, int],
    slugs: dict[int, str],
    providers: dict[str, int],
    now: datetime,
    *,
    lists: bool,
) -> Change:
    before = columns_as_json(row) | {"provider": row.provider.domain} | (lists_as_json(row) if lists else {})
    change = Change(item, row, before)
    current, source = row_values(row, lists=lists), record_values(theirs, topics, lists=lists)
    # Without a document to compare with, every difference may be a person's doing: nothing is overwritten.
    merged = (
        merge_fields(record_values(base, topics, lists=lists), current, source)
        if base
        else Merged(current, [name for name in source if source[name] != current[name]])
    )
    links_clash, links_differ = _merge_links(change, base, theirs) if lists else (False, False)
    conflicts = merged.conflicts + ["related"] * links_clash
    # A conflict of an earlier import lasts until the two agree, or someone takes the source's value.
    lasting = [
        name
        for name in row.conflicts
        if name not in conflicts and (links_differ if name == "related" else current[name] != source[name])
    ]
    if lists and merged.values["topics"] != current["topics"]:
        change.topics = [pk for pk in merged.values["topics"] if pk]
    if lists and merged.values["images"] != current["images"]:
        change.images = list(merged.values["images"])
    if merged.values["provider"] != current["provider"]:
        change.provider = providers[theirs.provider.domain]
    for name in MERGED_COLUMNS:
        setattr(row, name, merged.values[name])
    kept = _publish(row, base, theirs, now)
    item.earlier, item.earlier_conflicts = bytes(row.source), row.conflicts
    row.conflicts = lasting + conflicts if item.restore_conflicts is None else item.restore_conflicts
    payload = _take_payload(row, item, theirs)
    after = before | columns_as_json(row) | changed_rows_as_json(change, theirs.provider.domain, slugs)
    item.changes |= {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if item.changes:
        row.version, row.changed_at = row.version + 1, now
    item.verdict = _verdict(conflicts, changed=bool(item.changes or payload), kept=kept)
    item.messages += _messages(conflicts, payload, kept=kept)
    return change


def _merge_links(change: Change, base: ArticleRecord | None, theirs: ArticleRecord) -> tuple[bool, bool]:
    """Merge the related links; whether document and person both changed one, and whether one differs afterwards."""
    existing = [link_of(link) for link in change.row.related.all()]
    source = [as_held(record) for record in theirs.related]
    related, clash = merge_related([as_held(record) for record in (base or theirs).related], existing, source)
    if related != existing:
        full = {record.url: record for record in theirs.related}
        change.related = [link if link.pk else replace(link, record=full[link.record.url]) for link in related]
        change.dropped = {link.pk for link in existing if link.pk} - {link.pk for link in related}
    ours = {link.record.url: link.record for link in related}
    return clash, any(ours.get(record.url, record) != record for record in source)


def _take_payload(row: Article, item: Item, theirs: ArticleRecord) -> list[str]:
    """Let the row hold the document, and what follows from its fields; the names of the payload that is new."""
    payload = [name for name in ("extra", "secured") if getattr(row, name) != getattr(theirs, name)]
    row.extra, row.secured, row.source, row.source_digest = theirs.extra, theirs.secured, item.source, item.digest
    row.path = item.path
    row.canonical_url, row.rank = links.canonical(row.url), rank(row.heat, row.published_at)
    row.priority = priority_of(row)
    return payload


def _messages(conflicts: Sequence[str], payload: Sequence[str], *, kept: bool) -> list[Message]:
    both = "changed by the document and by a person: the person's value stays"
    return [
        *[Message("note", "has a new value, which is never shown", "secured") for name in payload if name == "secured"],
        *[Message("note", both, name) for name in conflicts],
        *([Message("note", "decided by a person: the decision stays", "published")] if kept else []),
    ]


def _verdict(conflicts: list[str], *, changed: bool, kept: bool) -> Verdict:
    if conflicts:
        return Verdict.CONFLICT
    if changed:
        return Verdict.UPDATED
    return Verdict.KEPT if kept else Verdict.UNCHANGED


def _publish(row: Article, base: ArticleRecord | None, theirs: ArticleRecord, now: datetime) -> bool:
    """Let the flag follow the document while nobody has reviewed the article; true where a review stood against it."""
    if base is None or theirs.published == base.published:
        return False
    if row.reviewed_at:
        return row.published != theirs.published
    row.published = theirs.published
    if row.published and not row.first_published_at:
        row.first_published_at = max(now, row.publish_at or now)
    return False


# Writing


def _new_links(change: Change) -> list[tuple[int, Link]]:
    return [(position, link) for position, link in enumerate(change.related or ()) if link.pk is None]


def _write(changes: Sequence[Change], known: Known) -> None:
    update(
        Article,
        ("provider", *WRITTEN),
        [[c.provider or c.row.provider_id, *(getattr(c.row, name) for name in WRITTEN), c.row.pk] for c in changes],
    )
    retopic = {c.row.pk: c.topics for c in changes if c.topics is not None}
    ArticleTopic.objects.filter(article__in=retopic).delete()
    insert(
        ArticleTopic,
        ("article", "topic", "position"),
        [[pk, topic, n] for pk, ids in retopic.items() for n, topic in enumerate(ids)],
    )
    repicture = {c.row.pk: c.images for c in changes if c.images is not None}
    ArticleImage.objects.filter(article__in=repicture).delete()
    insert(
        ArticleImage,
        ("article", "image", "position"),
        [[pk, known.images[url], n] for pk, urls in repicture.items() for n, url in enumerate(urls)],
    )
    _write_related(changes, known)


def _write_related(changes: Sequence[Change], known: Known) -> None:
    """Bring the links that stay up to date, with their providers and pictures; those that are dropped go."""
    RelatedLink.objects.filter(pk__in=[pk for c in changes for pk in c.dropped]).delete()
    rows, repicture = [], {}
    for c in changes:
        there = {row.pk: row for row in c.row.related.all()} if c.related else {}
        for position, link in enumerate(c.related or ()):
            if link.pk is None:
                continue
            row, record = there[link.pk], link.record
            # What differs came from the document: its providers and pictures are known.
            provider = record.provider.domain if record.provider else None
            same = provider == (row.provider.domain if row.provider else None)
            provider_id = row.provider_id if same else provider and known.providers[provider]
            rows.append([position, record.canonical_url, *link_values(record), provider_id, link.pk])
            urls = [image.url for image in record.images]
            if urls != [image.url for image in row.ordered_images]:
                repicture[link.pk] = [known.images[url] for url in urls]
    update(RelatedLink, ("position", "canonical_url", *LINK_COLUMNS, "provider"), rows)
    RelatedImage.objects.filter(related_link__in=repicture).delete()
    insert(
        RelatedImage,
        ("related_link", "image", "position"),
        [[pk, image, n] for pk, images in repicture.items() for n, image in enumerate(images)],
    )


def _tell(changes: Sequence[Change], run: int | None, now: datetime) -> None:
    fields = (
        "at", "article", "title", "by", "channel", "verb", "before", "after", "version", "reason", "note", "batch",
        "undoes", "run",
    )  # fmt: skip
    insert(
        Event,
        fields,
        [
            [
                now, c.row.pk, c.row.title, None, Channel.IMPORT, Verb.IMPORT,
                {name: pair[0] for name, pair in c.item.changes.items()},
                {name: pair[1] for name, pair in c.item.changes.items()},
                c.row.version, None, "", None, None, run,
            ]
            for c in changes
            if c.item.changes
        ],
    )  # fmt: skip
