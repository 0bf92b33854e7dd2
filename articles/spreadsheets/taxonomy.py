"""Converts rows of a table to documents about providers and topics; values of missing columns stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from articles.documents import emit
from articles.documents.front_matter import parse_document
from articles.documents.messages import Message, Rejected
from articles.documents.parse import record_from
from articles.importing.sources.items import ImportItem
from articles.models import Topic, Verdict
from articles.spreadsheets.read import TableRow
from articles.texts import fold
from providers.models import Provider, rows_by_domain

# Our columns → the keys of documents.
PROVIDER_KEYS = {"domain": "domain", "name": "name", "other_names": "otherNames", "description": "description"}
TOPIC_KEYS = {
    "name": "name", "short_name": "shortname", "parent": "parent", "description": "description",
    "keywords": "keywords", "hashtags": "hashtags",
}  # fmt: skip
PROVIDER_COLUMNS_READ_ONLY = ("trust", "articles")
TOPIC_COLUMNS_READ_ONLY = ("slug", "articles")
LIST_COLUMNS = ("other_names", "keywords", "hashtags")


def provider_items(rows: list[TableRow]) -> list[ImportItem]:
    existing = rows_by_domain(Provider.objects.all())
    return _items(rows, "organization", "domain", PROVIDER_KEYS, lambda key: existing.get(key.lower()))


def topic_items(rows: list[TableRow]) -> list[ImportItem]:
    existing = {topic.folded: topic for topic in Topic.objects.select_related("parent")}
    return _items(rows, "topic", "name", TOPIC_KEYS, lambda key: existing.get(fold(key)))


def _items(
    rows: Iterable[TableRow],
    taxonomy: str,
    key: str,
    keys: Mapping[str, str],
    find: Callable[[str], Provider | Topic | None],
) -> list[ImportItem]:
    items: list[ImportItem] = []
    rows_by_path: dict[str, int] = {}
    for row in rows:
        name = str(row.cells.get(key, "")).strip()
        item = ImportItem(f"{taxonomy}/{name}")
        try:
            row.refuse_errors((*PROVIDER_COLUMNS_READ_ONLY, *TOPIC_COLUMNS_READ_ONLY))
            if item.path in rows_by_path:
                raise Rejected(f"is that of row {rows_by_path[item.path]} too", key)
            rows_by_path[item.path] = row.number
            _read(item, row, taxonomy, keys, find(name))
        except Rejected as refusal:
            item.reject(_of_row(refusal.message, row, keys))
        items.append(item)
    return items


def _read(
    item: ImportItem, row: TableRow, taxonomy: str, keys: Mapping[str, str], existing: Provider | Topic | None
) -> None:
    values = {name: _value(name, cell) for name, cell in row.cells.items() if name in keys}
    if existing:
        current = {name: _current_value(existing, name) for name in keys}
        changed = {name: value for name, value in values.items() if value != current[name]}
        if not changed:
            item.verdict = Verdict.UNCHANGED
            return
        source = existing.source or {}
        values = {name: source.get(name, current[name]) for name in keys} | changed
    front = {"taxonomy": taxonomy} | {keys[name]: value for name, value in values.items() if value not in ("", [])}
    if existing and existing.source:
        front |= {"_id": existing.source["id"]} if existing.source.get("id") else {}
        images = [image if isinstance(image, dict) else {"url": image} for image in existing.source.get("images", ())]
        front |= {"images": images} if images else {}
    raw = "\n".join(["---", *emit.mapping(front, 0), "---", ""]).encode()
    item.record, messages = record_from(parse_document(raw, item.path), item.path)
    item.hold(raw)
    item.messages = [_of_row(message, row, keys) for message in messages]


def _current_value(existing: Provider | Topic, name: str) -> Any:
    value = getattr(existing, name)
    return value.name if isinstance(value, Topic) else "" if value is None else value


def _value(name: str, cell: object) -> Any:
    if name in LIST_COLUMNS:
        return list(dict.fromkeys(line.strip() for line in str(cell).splitlines() if line.strip()))
    text = str(cell).strip()
    return text.lower() if name == "domain" else text


def _of_row(message: Message, row: TableRow, keys: Mapping[str, str]) -> Message:
    columns = {key: name for name, key in keys.items()}
    return replace(message, line=row.number, field=columns.get(message.field, message.field))
