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

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from articles import links, texts
from articles.documents.records import RelatedRecord
from articles.models.fields import DOCUMENT_LINK_FIELDS
from articles.relevance import NONE, Relevance, Text

# The values of optional fields that a document does not give.
_EMPTY_VALUES = {field.name: field.unsaid for field in DOCUMENT_LINK_FIELDS if not field.required}


@dataclass(frozen=True, slots=True)
class Merged:
    values: dict[str, Any]  # of every field
    conflicts: list[str]


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """A related link of an article; one without `pk` is not yet in the database.

    `record` is what its page says. It is None of a link that the merge leaves as it is (see `is_needed`).
    """

    url: str
    record: RelatedRecord | None = None
    origin: str = "imported"
    hidden: bool = False
    placed: bool = False
    pk: int | None = None
    position: int | None = None
    page: int | None = None  # primary key
    text: Text | None = None  # of the page of a link in the database
    relevance: Relevance = NONE


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


def is_needed(url: str, base: Mapping[str, RelatedRecord], source: Mapping[str, RelatedRecord]) -> bool:
    """Returns whether the merge has to know what the page of a current link says."""
    return base.get(url) != source.get(url)


def merge_related(
    base: Sequence[RelatedRecord],
    current: Sequence[ArticleLink],
    source: Sequence[RelatedRecord],
    moved: Mapping[str, str] = MappingProxyType({}),
    *,
    closed: bool = False,
) -> tuple[list[ArticleLink], bool]:
    """Returns the merged links in their order, and whether document and person disagree on a link.

    Links that an editor added, hid, placed or changed stay, under a new URL too; those that were placed stay first, in
    their order. Links that the document adds are added; links that it drops are dropped, unless an editor changed them.
    A link that an editor removed is not added again. If the list is closed, no link is dropped, and those that the
    document adds are hidden. `moved`: see `new_urls`.
    """
    if list(source) == list(base):
        return list(current), False
    base_by_url, source_by_url = {r.url: r for r in base}, {r.url: r for r in source}
    current_by_url = {link.url: link for link in current}
    new_url = new_urls(base_by_url, current_by_url, source_by_url, moved)
    # From here on, a link whose URL the document changed goes by its new one.
    base_by_url = {new_url.get(url, url): record for url, record in base_by_url.items()}
    current_by_url = {new_url.get(url, url): link for url, link in current_by_url.items()}
    conflict = False
    survivors: dict[str, ArticleLink] = {}
    for url, link in current_by_url.items():
        old, new = base_by_url.get(url), source_by_url.get(url)
        if link.record is None or old == new:
            survivors[url] = link
        elif new is not None:
            record, conflicts = _merge_record(old or _empty_base(link.record), link.record, new)
            conflict |= conflicts
            survivors[url] = replace(link, url=record.url, record=record)
        elif closed or link.origin == "editor" or link.hidden or link.placed or link.record != old:
            survivors[url] = link
    added = {
        url: ArticleLink(url, record, hidden=closed)
        for url, record in source_by_url.items()
        if url not in current_by_url and url not in base_by_url
    }
    order = _order(list(base_by_url), list(current_by_url), list(source_by_url), survivors, added)
    return _each_url_once([(survivors | added)[url] for url in order]), conflict


def new_urls(
    base: Mapping[str, RelatedRecord],
    current: Collection[str],
    source: Mapping[str, RelatedRecord],
    moved: Mapping[str, str],
) -> dict[str, str]:
    """Returns the new URL of each link that the document gives under another one now.

    It is the same link if our article with that URL has the other one now (`moved`: canonical URL → canonical URL), if
    the URLs are twins, or if no other link that came or went has its title.
    """
    gone = [record for url, record in base.items() if url not in source]
    came = [record for url, record in source.items() if url not in base and url not in current]
    found: dict[str, str] = {}
    if not came:
        return found
    for key_of_gone, key_of_came in (
        (lambda record: moved.get(record.canonical_url), lambda record: record.canonical_url),
        (_twin, _twin),
        (_title, _title),
    ):
        old, new = _unique(gone, key_of_gone), _unique(came, key_of_came)
        for key in old.keys() & new.keys():
            if old[key].url not in found and new[key].url not in found.values():
                found[old[key].url] = new[key].url
    return found


def _twin(record: RelatedRecord) -> str:
    return links.twin_key(record.canonical_url)


def _title(record: RelatedRecord) -> str:
    return texts.fold(record.title)


def _unique(records: Sequence[RelatedRecord], key: Callable[[RelatedRecord], str | None]) -> dict[str, RelatedRecord]:
    """Returns the records by a key, without those of which several have the same."""
    keys = [key(record) for record in records]
    counts = Counter(keys)
    return {key: record for key, record in zip(keys, records, strict=True) if key and counts[key] == 1}


def _each_url_once(merged: list[ArticleLink]) -> list[ArticleLink]:
    """Returns the links, without those that have the URL of one that a person added or changed."""
    by_url: dict[str, ArticleLink] = {}
    for link in merged:
        if link.url not in by_url or (by_url[link.url].pk is None and link.pk is not None):
            by_url[link.url] = link
    return list(by_url.values())


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
    """Returns the placed links in their order, then the others.

    These are in the editor's order if one of them was moved; else in the document's, an editor's link behind its
    neighbour.
    """
    placed = [url for url in current_by_url if url in survivors and survivors[url].placed]
    current = [url for url in current_by_url if url not in placed]
    moved = [url for url in current if url in base_by_url] != [url for url in base_by_url if url in current]
    kept = [url for url in current if url in survivors]
    if moved:
        return placed + kept + [url for url in source_by_url if url in added]
    order = [url for url in source_by_url if (url in survivors or url in added) and url not in placed]
    for index, url in enumerate(kept):
        if url not in order:
            order.insert(order.index(kept[index - 1]) + 1 if index else 0, url)
    return placed + order
