"""Merges a changed document into its article and sets the merged values on the row, without writing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from articles import links
from articles.documents.messages import Message
from articles.documents.records import ArticleRecord
from articles.documents.stored import differences_from, document_in
from articles.history.seen import are_keys_seen, is_seen
from articles.importing.saving.compare import (
    ArticleUpdate,
    as_held,
    changed_lists_as_json,
    columns_as_json,
    lists_as_json,
    record_values,
    related_as_json,
    row_values,
)
from articles.importing.saving.links import newly_rated, rated_links
from articles.importing.saving.matching import Match, has_other_provider, leads_elsewhere, record_in
from articles.importing.saving.merge import ArticleLink, Merged, merge_fields, merge_related
from articles.importing.saving.publication import set_published
from articles.importing.sources.items import ImportItem
from articles.models import Article, Verdict
from articles.models.fields import MERGED_COLUMNS
from articles.models.keys import key_of
from articles.models.ranking import rank
from articles.models.related import with_room
from articles.priority import priority_of
from articles.relevance import CUT

BOTH_CHANGED = "changed by the document and by a person: the person's value stays"
NOT_SEEN = "changed by the document after a person's decision: waits until someone looks"


@dataclass(frozen=True, slots=True)
class Known:
    """What the merge of a batch has to know: primary keys by name or domain, and the links by primary key."""

    topics: Mapping[str, int]
    slugs: Mapping[int, str]  # of topics
    providers: Mapping[str, int]
    links: Mapping[int, list[ArticleLink]]  # of the articles whose documents have other links now
    moved: Mapping[str, str]  # canonical URLs that articles had before this run → those that they have now
    now: datetime


@dataclass(frozen=True, slots=True)
class WaitingMerge(Merged):
    """`waits`: the article changes in nothing until someone looks at what its document says."""

    waits: bool = False


def merge_article(match: Match, known: Known, *, lists: bool) -> ArticleUpdate:
    """Sets the row to its document, unless a person decided otherwise. `lists`: whether the lists are merged too."""
    item, row, base = match
    record = record_in(item)
    item.earlier_conflicts = row.conflicts
    before = columns_as_json(row) | {"provider": row.provider.domain, "conflicts": row.conflicts}
    before |= lists_as_json(row) if lists else {}
    change = ArticleUpdate(item, row, before)
    current = row_values(row, lists=lists)
    base_values = _said(base, known.topics, lists=lists) if base else {}
    source = current | base_values | _said(record, known.topics, lists=lists)
    merged = _merged(match, base_values, current, source)
    links_conflict = links_differ = False
    if row.pk in known.links:
        if merged.waits:
            links_differ = [link.url for link in known.links[row.pk]] != [link.url for link in record.related]
            links_conflict = links_differ and base is not None and base.related != record.related
        else:
            links_conflict, links_differ = _merge_links(change, base, record, known)
    conflicts = merged.conflicts + ["related"] * links_conflict
    _set_values(change, current, merged.values, known.providers)
    is_seen_in_links = row.pk in known.links and _rate(change, known.links[row.pk])
    kept, taken_back = set_published(row, base, record, known.now)
    row.conflicts = _conflicts(item, row, record, conflicts + taken_back, current, source, links_differ=links_differ)
    extra = row.extra
    payload = _take_payload(row, item, record)
    after = before | columns_as_json(row) | {"conflicts": row.conflicts}
    after |= changed_lists_as_json(change, record.provider.domain, known.slugs)
    change.logged = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if change.related is not None:
        change.logged["related"] = list(change.related_parts)
    item.is_logged = bool(change.logged)
    if change.logged:
        row.version, row.changed_at = row.version + 1, known.now
    if are_keys_seen(extra, row.extra) or is_seen_in_links or _is_seen(change):
        row.changed_for_readers_at = max(known.now, row.first_published_at or known.now)
    item.changes |= {name: pair for name, pair in change.logged.items() if name != "conflicts"}
    item.renewed = "" if item.changes else "payload" if payload else "form"
    item.version = row.version
    item.verdict = _verdict(conflicts + taken_back, changed=bool(item.changes), kept=bool(kept))
    item.messages += _messages(conflicts, payload, waits=merged.waits, kept=kept, taken_back=taken_back)
    return change


def _said(record: ArticleRecord, topics: Mapping[str, int], *, lists: bool) -> dict[str, Any]:
    """Returns the values of a document, without those that it leaves unsaid or that could not be read."""
    values = record_values(record, topics, lists=lists)
    unsaid = {"published_at"} if record.published_at is None else set()
    return {name: value for name, value in values.items() if name not in record.unread and name not in unsaid}


def _merged(
    match: Match, base_values: Mapping[str, Any], current: Mapping[str, Any], source: Mapping[str, Any]
) -> WaitingMerge:
    """Returns the merged values. Nothing of a reviewed article changes if its document leads elsewhere by now."""
    base, record = match.base, record_in(match.item)
    if base is None:
        # Without an earlier document, every difference may come from a person: nothing is overwritten.
        return WaitingMerge(dict(current), [name for name in source if source[name] != current[name]])
    is_decided = match.row.reviewed_at is not None and match.item.restore_conflicts is None
    leads_on = leads_elsewhere(base, record) or has_other_provider(base, record)
    if is_decided and (leads_on or match.row.changed_since_decision):
        changed = [name for name in source if source[name] not in (base_values.get(name), current[name])]
        return WaitingMerge(dict(current), changed, waits=True)
    merged = merge_fields(base_values, current, source)
    return WaitingMerge(merged.values, merged.conflicts)


def _conflicts(
    item: ImportItem,
    row: Article,
    record: ArticleRecord,
    new: Sequence[str],
    current: Mapping[str, Any],
    source: Mapping[str, Any],
    *,
    links_differ: bool,
) -> list[str]:
    """Returns the new conflicts behind those that last: until the values agree, or a person settles them."""
    if item.restore_conflicts is not None:
        return item.restore_conflicts

    def lasts(name: str) -> bool:
        match name:
            case "related":
                return links_differ
            case "removed":
                return record.removed and row.published
            case "published":
                return not record.published and row.published
        return name not in current or current[name] != source[name]

    return [name for name in row.conflicts if name not in new and lasts(name)] + list(dict.fromkeys(new))


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


def _merge_links(
    change: ArticleUpdate, base: ArticleRecord | None, record: ArticleRecord, known: Known
) -> tuple[bool, bool]:
    """Merges the related links. Returns whether document and person disagree, and whether a link differs afterwards."""
    existing = known.links[change.row.pk]
    source = [as_held(link) for link in record.related]
    old = [as_held(link) for link in (base or record).related]
    merged, conflict = merge_related(old, existing, source, known.moved, closed=change.row.related_closed)
    places = with_room([link.position for link in merged])
    merged = [
        link if link.position == place else replace(link, position=place)
        for link, place in zip(merged, places, strict=True)
    ]
    if merged != existing:
        change.existing, change.related = existing, merged
        change.dropped = {link.pk for link in existing if link.pk} - {link.pk for link in merged}
        change.related_parts = related_as_json(existing, merged)
    by_url = {link.url: link.record for link in merged}
    return conflict, any(by_url.get(link.url) not in (link, None) for link in source)


def _take_payload(row: Article, item: ImportItem, record: ArticleRecord) -> list[str]:
    """Stores the document and its payload, and derives columns from fields. Returns the names of changed payload."""
    payload = [name for name in ("extra", "secured") if getattr(row, name) != getattr(record, name)]
    raw = document_in(row.source) if row.source else b""
    item.earlier = differences_from(document_in(item.source), raw)
    row.document_publishes = record.own_flag
    row.extra, row.secured, row.source, row.source_digest = record.extra, record.secured, item.source, item.digest
    row.path = item.path
    row.canonical_url, row.rank = links.identity(row.url, row.path), rank(row.heat, row.published_at)
    row.twin_key, row.priority = key_of(links.twin_key(row.canonical_url)), priority_of(row)
    return payload


def _rate(change: ArticleUpdate, existing: Sequence[ArticleLink]) -> bool:
    """Rates the links for the article as it is now. Returns whether readers then see other links."""
    links = rated_links(change.row, existing if change.related is None else change.related)
    change.rated = newly_rated(existing, links)
    if change.related is not None:
        change.related = links
    return _as_seen(links) != _as_seen(existing)


def _as_seen(links: Sequence[ArticleLink]) -> list[tuple[Any, ...]]:
    """Returns what readers see of the links, in no order that matters but that of the placed ones."""
    placed = [(link.url, link.record) for link in links if link.placed and not link.hidden]
    others = [
        (link.url, link.record) for link in links if not link.placed and not link.hidden and link.relevance.score >= CUT
    ]
    return [*placed, *sorted(others, key=lambda link: link[0])]


def _is_seen(change: ArticleUpdate) -> bool:
    """Whether readers see a change of anything but the links."""
    before, after = (
        {name: pair[place] for name, pair in change.logged.items() if name != "related"} for place in (0, 1)
    )
    return is_seen(before, after)


def _messages(
    conflicts: Sequence[str], payload: Sequence[str], *, waits: bool, kept: str, taken_back: Sequence[str]
) -> list[Message]:
    return [
        *[Message("note", "has a new value, which is never shown", "secured") for name in payload if name == "secured"],
        *[Message("note", NOT_SEEN if waits else BOTH_CHANGED, name) for name in conflicts],
        *[Message("note", "taken back by the source: stays until someone looks", name) for name in taken_back],
        *([Message("note", kept, "published")] if kept and not taken_back else []),
    ]


def _verdict(conflicts: Sequence[str], *, changed: bool, kept: bool) -> Verdict:
    if conflicts:
        return Verdict.CONFLICT
    if changed:
        return Verdict.UPDATED
    return Verdict.KEPT if kept else Verdict.UNCHANGED
