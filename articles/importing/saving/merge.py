"""Three values → one: what the document said at the last import, what the row holds now, what the document says now.

| the document changed | a person changed | result                                  |
|----------------------|------------------|-----------------------------------------|
| no                   | no               | unchanged                               |
| yes                  | no               | the document's value                    |
| no                   | yes              | the person's value                      |
| yes, to the same     | yes              | that value                              |
| yes                  | yes              | the person's value, shown as a conflict |

Pure: nothing here reads or writes a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from articles.documents.records import RelatedRecord
from articles.models.fields import DOCUMENT_LINK_FIELDS

# What a document says of a link by saying nothing.
_NOTHING = {field.name: field.unsaid for field in DOCUMENT_LINK_FIELDS if not field.required}


@dataclass(frozen=True, slots=True)
class Merged:
    values: dict[str, Any]  # every field, as the row is to hold it
    conflicts: list[str]


@dataclass(frozen=True, slots=True)
class Link:
    """A related link as the row holds it; without `pk` it is still to be made."""

    record: RelatedRecord
    origin: str = "imported"
    hidden: bool = False
    pk: int | None = None


def merge_value[T](base: T, now: T, theirs: T) -> tuple[T, bool]:
    """The value that the row is to hold, and whether the document and a person disagree."""
    if theirs == base:
        return now, False
    if now in (base, theirs):
        return theirs, False
    return now, True


def merge_fields(base: Mapping[str, Any], now: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Field by field. A field that the last document did not speak of (`base` lacks it) was left to the row."""
    values, conflicts = {}, []
    for name, value in theirs.items():
        values[name], conflict = merge_value(base.get(name, now[name]), now[name], value)
        if conflict:
            conflicts.append(name)
    return Merged(values, conflicts)


def merge_related(
    base: Sequence[RelatedRecord], now: Sequence[Link], theirs: Sequence[RelatedRecord]
) -> tuple[list[Link], bool]:
    """The related links in their order, and whether a link that a person changed was changed by the document too.

    What an editor added, hid, moved or changed stays; what the document adds comes; what it drops goes, unless an
    editor touched it. A link that an editor took away does not come back.
    """
    if list(theirs) == list(base):
        return list(now), False
    said, says = {r.url: r for r in base}, {r.url: r for r in theirs}
    there = {link.record.url: link for link in now}
    conflict = False
    survivors: dict[str, Link] = {}
    for link in now:
        url = link.record.url
        if url in says:
            record, clash = _merge_record(said.get(url, _silent(link.record)), link.record, says[url])
            conflict |= clash
            survivors[url] = replace(link, record=record)
        elif link.origin == "editor" or link.hidden or link.record != said.get(url):
            survivors[url] = link
    added = {url: Link(record) for url, record in says.items() if url not in there and url not in said}
    return [(survivors | added)[url] for url in _order(list(said), list(there), list(says), survivors, added)], conflict


def _silent(link: RelatedRecord) -> RelatedRecord:
    """A document that said nothing of the link: whatever it holds is a person's."""
    silent: RelatedRecord = link._replace(**_NOTHING)
    return silent


def _merge_record(base: RelatedRecord, now: RelatedRecord, theirs: RelatedRecord) -> tuple[RelatedRecord, bool]:
    names = RelatedRecord._fields
    merged = merge_fields(*({name: getattr(record, name) for name in names} for record in (base, now, theirs)))
    return RelatedRecord(**merged.values), bool(merged.conflicts)


def _order(
    said: list[str], there: list[str], says: list[str], survivors: Mapping[str, Link], added: Mapping[str, Link]
) -> list[str]:
    """The editor's order if an editor moved something; else the document's, an editor's link behind its neighbour."""
    moved = [url for url in there if url in said] != [url for url in said if url in there]
    kept = [url for url in there if url in survivors]
    if moved:
        return kept + [url for url in says if url in added]
    order = [url for url in says if url in survivors or url in added]
    for index, url in enumerate(kept):
        if url not in order:
            order.insert(order.index(kept[index - 1]) + 1 if index else 0, url)
    return order
