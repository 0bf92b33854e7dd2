"""Converts rows of a table to documents, which are then imported as any others.

A row changes only what differs from the current article: a table that was exported and not edited changes nothing.
Everything else in the document stays to the byte, `secured` and unknown keys too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from articles import links, texts
from articles.documents import emit
from articles.documents.edit import KeptItem, YamlText
from articles.documents.front_matter import parse_document
from articles.documents.keys import KEY_OF_FIELD, KEYS_IN_ORDER, Front
from articles.documents.messages import Message, Rejected, printable
from articles.documents.parse import record_from, record_of
from articles.documents.stored import document_in
from articles.exporting.content import record_content
from articles.exporting.write import image_items, image_nodes
from articles.importing.sources.files import is_document, name_problem
from articles.importing.sources.items import ImportItem
from articles.models import Article, Verdict
from articles.models.fields import FIELD_BY_NAME, Column, Kind, columns_of
from articles.models.keys import key_of
from articles.spreadsheets.cells import READERS, equals_current, value_in
from articles.spreadsheets.read import TableRow

ARTICLE_COLUMNS = (*columns_of(Column.TAKEN), "provider_name")
# Exported for people to read; ignored in an import.
ARTICLE_COLUMNS_READ_ONLY = columns_of(Column.SHOWN)


def article_items(rows: list[TableRow]) -> list[ImportItem]:
    """Returns an item for every row: with a record, unchanged, or rejected. Messages name row and column."""
    existing = _articles(rows)
    rows_by_path: dict[str, int] = {}
    return [_article_item(row, existing, rows_by_path) for row in rows]


def _articles(rows: Iterable[TableRow]) -> dict[str, Article]:
    """Returns the articles of the rows, by path and by canonical URL."""
    paths = {path for row in rows if (path := str(row.cells.get("path", ""))) and not texts.problem_with(path)}
    urls = {url for row in rows if not row.cells.get("path") and (url := _url(row))}
    known: dict[str, Article] = {}
    twins = sorted(key_of(links.twin_key(url)) for url in urls)
    sought = (("canonical_url", "twin_key", twins), ("path", "path", sorted(paths)))
    for field, column, values in sought:
        for start in range(0, len(values), 500):
            found = Article.objects.filter(**{f"{column}__in": values[start : start + 500]}).order_by("-pk")
            for article in found.for_cards().defer(None).defer("body", "secured", "extra", "source_digest"):
                known[getattr(article, field)] = article
    return known


def _url(row: TableRow) -> str:
    url = str(row.cells.get("web_url") or row.cells.get("original_url") or "").strip()
    return links.canonical(url) if url and not links.problem_with(url) else ""


def _article_item(row: TableRow, existing: Mapping[str, Article], rows_by_path: dict[str, int]) -> ImportItem:
    url = _url(row)
    article = existing.get(str(row.cells.get("path") or url))
    own = f"spreadsheet/{_name(url)}.md" if url else f"row {row.number}"
    path = str(row.cells.get("path") or (article and article.path) or own)
    item = ImportItem(path)
    try:
        row.refuse_errors(ARTICLE_COLUMNS_READ_ONLY)
        if len(path) > 500 or (problem := texts.problem_with(path) or name_problem(path)):
            raise Rejected("is longer than 500 characters" if len(path) > 500 else problem, "path")
        # Another path could not be exported again.
        if path != own and not article and not (is_document(path) and {"", ".", ".."}.isdisjoint(path.split("/"))):
            raise Rejected("is no path of a document, like _news/a.md", "path")
        if path in rows_by_path:
            raise Rejected(f"is the article of row {rows_by_path[path]} too", "path")
        rows_by_path[path] = row.number
        _refuse_stale(row, article)
        raw = _document(row, article)
        if raw is None:
            item.verdict, item.article = Verdict.UNCHANGED, article.pk if article else None
            return item
        item.record, item.messages = record_from(parse_document(raw, path), path)
        item.hold(raw)
        item.messages = [_of_row(message, row) for message in item.messages]
    except Rejected as refusal:
        item.reject(_of_row(refusal.message, row))
    return item


def _name(url: str) -> str:
    return blake2b(url.encode(), digest_size=8).hexdigest()


def _of_row(message: Message, row: TableRow) -> Message:
    """Returns the message with row and column of the table instead of line and key of the document."""
    columns = {key: name for name, key in KEY_OF_FIELD.items()} | {"provider.domain": "provider"}
    return replace(message, line=row.number, field=columns.get(message.field, message.field))


def _refuse_stale(row: TableRow, article: Article | None) -> None:
    version = row.cells.get("version", "")
    if version == "" or article is None:
        return
    if str(version) != str(article.version):
        raise Rejected(f"is {printable(version)}, but the article is at {article.version}: export it again", "version")


def _document(row: TableRow, article: Article | None) -> bytes | None:
    """Returns the document for the row; None if the article already has all its values."""
    values = {name: value_in(name, cell) for name, cell in row.cells.items() if name in READERS}
    values = {name: value for name, value in values.items() if value is not None}
    if article is None:
        return _written(_front(values))
    changed = {
        name: value for name, value in values.items() if not equals_current(value, _current_value(article, name))
    }
    if not changed:
        return None
    if not article.source:
        raise Rejected("has no document that could be changed", "path")
    return _edited(document_in(article.source), changed, article)


def _front(values: Mapping[str, Any]) -> Front:
    front = {KEY_OF_FIELD.get(name, name): value for name, value in values.items() if value not in ("", [])}
    if "provider" in front:
        front["provider"] = {"name": front.pop("provider_name", front["provider"]), "domain": front["provider"]}
    front.pop("provider_name", None)
    if "images" in front:
        front["images"] = [{"url": url} for url in front["images"]]
    return {key: front[key] for key in KEYS_IN_ORDER if key in front}


def _written(front: Front) -> bytes:
    return "\n".join(["---", *emit.mapping(front, 0), "---", ""]).encode()


def _edited(raw: bytes, changed: Mapping[str, Any], article: Article) -> bytes:
    document = parse_document(raw, article.path or "")
    yaml = YamlText(document.yaml)
    front = _front(changed)
    changes: Front = {KEY_OF_FIELD.get(name, name): front.get(KEY_OF_FIELD.get(name, name)) for name in changed}
    changes.pop("provider_name", None)
    if changes.get("images"):
        # A table has no texts of images: those of the article stay.
        source_images = record_content(record, {})["images"] if (record := record_of(article)) else []
        items = dict(zip(_current_value(article, "images"), image_items(article, yaml, source_images), strict=True))
        nodes = image_nodes(yaml)
        changes["images"] = [
            items.get(url) or (KeptItem(nodes[url]) if url in nodes else {"url": url}) for url in changed["images"]
        ]
    text = document.raw.decode()
    start = text.index(document.yaml)
    return (text[:start] + yaml.changed(changes) + text[start + len(document.yaml) :]).encode()


def _current_value(article: Article, name: str) -> Any:
    if name == "provider_name":
        return article.provider.name
    match FIELD_BY_NAME[name].kind:
        case Kind.PROVIDER:
            return article.provider.domain
        case Kind.TOPICS:
            return [topic.name for topic in article.ordered_topics]
        case Kind.IMAGES:
            return [image.url for image in article.ordered_images]
    return getattr(article, name)
