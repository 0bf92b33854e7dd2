"""Merges a changed document into its article and sets the merged values on the row, without writing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from articles import links
from articles.documents.messages import Message
from articles.documents.records import ArticleRecord
from articles.importing.saving.compare import (
    ArticleUpdate,
    as_held,
    changed_lists_as_json,
    columns_as_json,
    link_of,
    lists_as_json,
    record_values,
    row_values,
)
from articles.importing.saving.merge import Merged, merge_fields, merge_related
from articles.importing.sources.items import ImportItem
from articles.models import Article, Verdict
from articles.models.fields import MERGED_COLUMNS
from articles.priority import priority_of
from articles.ranking import rank


def merge_article(
    item: ImportItem,
    row: Article,
    base: ArticleRecord | None,
    record: ArticleRecord,
    topics: dict[str, int],
    slugs: dict[int, str],
    providers: dict[str, int],
    now: datetime,
    *,
    lists: bool,
) -> ArticleUpdate:
    """Sets the row to its document, unless a person decided otherwise. `lists`: whether the lists are merged too."""
    before = columns_as_json(row) | {"provider": row.provider.domain} | (lists_as_json(row) if lists else {})
    change = ArticleUpdate(item, row, before)
    current, source = row_values(row, lists=lists), record_values(record, topics, lists=lists)
    # Without an earlier document, every difference may come from a person: nothing is overwritten.
    merged = (
        merge_fields(record_values(base, topics, lists=lists), current, source)
        if base
        else Merged(current, [name for name in source if source[name] != current[name]])
    )
    links_conflict, links_differ = _merge_links(change, base, record) if lists else (False, False)
    conflicts = merged.conflicts + ["related"] * links_conflict
    # A conflict of an earlier import lasts until the values agree, or a person takes the source's value.
    lasting = [
        name
        for name in row.conflicts
        if name not in conflicts and (links_differ if name == "related" else current[name] != source[name])
    ]
    _set_values(change, current, merged.values, providers)
    kept = _publish(row, base, record, now)
    item.earlier, item.earlier_conflicts = bytes(row.source), row.conflicts
    row.conflicts = lasting + conflicts if item.restore_conflicts is None else item.restore_conflicts
    payload = _take_payload(row, item, record)
    after = before | columns_as_json(row) | changed_lists_as_json(change, record.provider.domain, slugs)
    item.changes |= {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if item.changes:
        row.version, row.changed_at = row.version + 1, now
    item.verdict = _verdict(conflicts, changed=bool(item.changes or payload), kept=kept)
    item.messages += _messages(conflicts, payload, kept=kept)
    return change


def _set_values(
    change: ArticleUpdate, current: Mapping[str, Any], values: Mapping[str, Any], providers: Mapping[str, int]
) -> None:
    """Sets the columns of the row, and in `change` the provider and the lists that differ."""
    for name in MERGED_COLUMNS:
        setattr(change.row, name, values[name])
    if values["provider"] != current["provider"]:
        change.provider = providers[values["provider"]]
    if values.get("topics") != current.get("topics"):
        change.topics = [pk for pk in values["topics"] if pk]
    if values.get("images") != current.get("images"):
        change.images = list(values["images"])


def _merge_links(change: ArticleUpdate, base: ArticleRecord | None, record: ArticleRecord) -> tuple[bool, bool]:
    """Merges the related links. Returns whether document and person disagree, and whether a link differs afterwards."""
    existing = [link_of(link) for link in change.row.related.all()]
    source = [as_held(link) for link in record.related]
    related, conflict = merge_related([as_held(link) for link in (base or record).related], existing, source)
    if related != existing:
        full = {link.url: link for link in record.related}
        change.related = [link if link.pk else replace(link, record=full[link.record.url]) for link in related]
        change.dropped = {link.pk for link in existing if link.pk} - {link.pk for link in related}
    merged_records = {link.record.url: link.record for link in related}
    return conflict, any(merged_records.get(link.url, link) != link for link in source)


def _take_payload(row: Article, item: ImportItem, record: ArticleRecord) -> list[str]:
    """Stores the document and its payload, and derives columns from fields. Returns the names of changed payload."""
    payload = [name for name in ("extra", "secured") if getattr(row, name) != getattr(record, name)]
    row.extra, row.secured, row.source, row.source_digest = record.extra, record.secured, item.source, item.digest
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


def _publish(row: Article, base: ArticleRecord | None, record: ArticleRecord, now: datetime) -> bool:
    """Sets `published` from the document unless the article was reviewed; returns whether a review prevented it."""
    if base is None or record.published == base.published:
        return False
    if row.reviewed_at:
        return row.published != record.published
    row.published = record.published
    if row.published and not row.first_published_at:
        row.first_published_at = max(now, row.publish_at or now)
    return False
