"""Merges three values: `base`, of the last document; `current`, of the row; `source`, of the new document.

| the document changed | a person changed | result                                  |
|----------------------|------------------|-----------------------------------------|
| no                   | no               | unchanged                               |
| yes                  | no               | the document's value                    |
| no                   | yes              | the person's value                      |
| yes, to the same     | yes              | that value                              |
| yes                  | yes              | the person's value, shown as a conflict |

Nothing here reads or writes a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from articles.documents.records import RelatedRecord
from articles.models.fields import DOCUMENT_LINK_FIELDS

# The values of optional fields that a document does not give.
_EMPTY_VALUES = {field.name: field.unsaid for field in DOCUMENT_LINK_FIELDS if not field.required}


@dataclass(frozen=True, slots=True)
class Merged:
    values: dict[str, Any]  # of every field
    conflicts: list[str]


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """A related link of an article; one without `pk` is not yet in the database."""

    record: RelatedRecord
    origin: str = "imported"
    hidden: bool = False
    pk: int | None = None


def merge_value[T](base: T, current: T, source: T) -> tuple[T, bool]:
    """Returns the merged value, and whether document and person disagree."""
    if source == base:
        return current, False
    if current in (base, source):
        return source, False
    return current, True


def merge_fields(base: Mapping[str, Any], current: Mapping[str, Any], source: Mapping[str, Any]) -> Merged:
    """Merges each field. Of a field that `base` lacks, the current value counts as the value of the last document."""
    values, conflicts = {}, []
    for name, value in source.items():
        values[name], conflict = merge_value(base.get(name, current[name]), current[name], value)
        if conflict:
            conflicts.append(name)
    return Merged(values, conflicts)


def merge_related(
    base: Sequence[RelatedRecord], current: Sequence[ArticleLink], source: Sequence[RelatedRecord]
) -> tuple[list[ArticleLink], bool]:
    """Returns the merged links in their order, and whether document and person disagree on a link.

    Links that an editor added, hid, moved or changed stay. Links that the document adds are added; links that it drops
    are dropped, unless an editor changed them. A link that an editor removed is not added again.
    """
    if list(source) == list(base):
        return list(current), False
    base_by_url, source_by_url = {r.url: r for r in base}, {r.url: r for r in source}
    current_by_url = {link.record.url: link for link in current}
    conflict = False
    survivors: dict[str, ArticleLink] = {}
    for link in current:
        url = link.record.url
        if url in source_by_url:
            record, conflicts = _merge_record(
                base_by_url.get(url, _empty_base(link.record)), link.record, source_by_url[url]
            )
            conflict |= conflicts
            survivors[url] = replace(link, record=record)
        elif link.origin == "editor" or link.hidden or link.record != base_by_url.get(url):
            survivors[url] = link
    added = {
        url: ArticleLink(record)
        for url, record in source_by_url.items()
        if url not in current_by_url and url not in base_by_url
    }
    return [
        (survivors | added)[url]
        for url in _order(list(base_by_url), list(current_by_url), list(source_by_url), survivors, added)
    ], conflict


def _empty_base(link: RelatedRecord) -> RelatedRecord:
    """Returns the link with the values of an empty document: all that it holds counts as set by a person."""
    empty: RelatedRecord = link._replace(**_EMPTY_VALUES)
    return empty


def _merge_record(base: RelatedRecord, current: RelatedRecord, source: RelatedRecord) -> tuple[RelatedRecord, bool]:
    names = RelatedRecord._fields
    merged = merge_fields(*({name: getattr(record, name) for name in names} for record in (base, current, source)))
    return RelatedRecord(**merged.values), bool(merged.conflicts)


def _order(
    base_by_url: list[str],
    current_by_url: list[str],
    source_by_url: list[str],
    survivors: Mapping[str, ArticleLink],
    added: Mapping[str, ArticleLink],
) -> list[str]:
    """Returns the editor's order if a link was moved; else the document's, an editor's link behind its neighbour."""
    moved = [url for url in current_by_url if url in base_by_url] != [
        url for url in base_by_url if url in current_by_url
    ]
    kept = [url for url in current_by_url if url in survivors]
    if moved:
        return kept + [url for url in source_by_url if url in added]
    order = [url for url in source_by_url if url in survivors or url in added]
    for index, url in enumerate(kept):
        if url not in order:
            order.insert(order.index(kept[index - 1]) + 1 if index else 0, url)
    return order
