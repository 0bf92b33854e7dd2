"""Reads front matter as a checked record, without a database.

Only a document without a title or a link raises Rejected; a collection, which lists `items`, needs no link. What is
missing otherwise is derived, and what cannot be read is dropped, with a warning that names line and field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, TextChoices

from articles import links, texts
from articles.documents import parts
from articles.documents.fields import MAX_NAME_CHARACTERS, FieldReader
from articles.documents.folders import category_of_folder
from articles.documents.front_matter import Document, parse_document
from articles.documents.items import item_names
from articles.documents.memory import Memory
from articles.documents.messages import Message, Rejected, printable
from articles.documents.records import (
    NOTHING,
    ArticleRecord,
    ImageRecord,
    OrganizationRecord,
    ProviderRecord,
    Record,
    RelatedRecord,
    TopicRecord,
)
from articles.documents.stored import document_in
from articles.documents.values import kind_in_words
from articles.models import Article, LinkedPage
from articles.models.choices import Category
from articles.models.fields import DOCUMENT_FIELDS, DOCUMENT_LINK_FIELDS, ArticleField, Kind

KNOWN_KEYS = frozenset(field.key for field in DOCUMENT_FIELDS if field.key)
CHOICES: dict[type[TextChoices] | None, frozenset[str]] = {
    field.choices: frozenset(field.choices.values)
    for field in (*DOCUMENT_FIELDS, *DOCUMENT_LINK_FIELDS)
    if field.choices
}
# What documents of other collections than news have instead. These keys are unknown ones too, and kept as such.
INSTEAD = {"title": "name", "excerpt": "bio", "originalUrl": "website"}
_LINKS: Memory[RelatedRecord] = Memory()
_SECURED = re.compile(r"[A-Za-z0-9+/]+={0,2};[A-Za-z0-9+/]{22}==")


def record_from(document: Document, path: str) -> tuple[Record, list[Message]]:
    """Returns the checked record of a document and the warnings; raises Rejected if it cannot be taken."""
    reader = FieldReader(document, path=path)
    match document.front.get("taxonomy"):
        case None:
            record: Record = _article(reader)
        case "organization":
            record = _organization(reader)
        case "topic":
            record = _topic(reader)
        case other:
            raise reader.rejected(f"is {printable(other)}: only organization and topic are known", "taxonomy")
    return record, reader.warnings


def record_of(article: Article) -> ArticleRecord | None:
    """Returns the record of the document that an article was last imported from.

    None for an article without a document, or if this version of the reader rejects the document.
    """
    found = read_source(article)
    return found[1] if found else None


def read_source(article: Article, without: Collection[str] = ()) -> tuple[dict[str, Any], ArticleRecord] | None:
    """The same with the front matter itself. Keys of `without` are not read: their fields are as if unsaid."""
    if not article.source:
        return None
    path = article.path or ""
    try:
        document = parse_document(document_in(article.source), path)
        for key in without:
            document.front.pop(key, None)
        record, _ = record_from(document, path)
    except Rejected:
        return None
    return (document.front, record) if isinstance(record, ArticleRecord) else None


def _article(reader: FieldReader) -> ArticleRecord:
    values = {field.name: read(reader, field, longest) for field, read, longest in _ARTICLE}
    url = values["web_url"] or values["original_url"]
    if not url and not _stands_alone(reader, values["category"]):
        given = [
            f"{key}: {printable(reader.front[key], 200)}" for key in ("webUrl", "originalUrl") if key in reader.front
        ]
        shown = f" ({', '.join(given)})" if given else ""
        raise reader.rejected(f"neither webUrl nor originalUrl is a link to the article{shown}", "webUrl")
    values["provider"] = parts.provider(reader, url)
    if values["published_at"] is None:
        if "publishedDateTime" not in reader.unread:
            reader.warn("is missing: taken from the first import", "publishedDateTime")
        reader.unread.add("publishedDateTime")
    if reader.front.get("category") is None:
        reader.unread.add("category")
    unread = frozenset(_NAME_OF_KEY[key] for key in reader.unread if key in _NAME_OF_KEY) or NOTHING
    return ArticleRecord(canonical_url=links.identity(url, reader.path), unread=unread, **values)


def _stands_alone(reader: FieldReader, category: str) -> bool:
    """Returns whether a document leads nowhere by right: a list of others, or a page of its own, as a newsletter."""
    return bool(item_names(reader.front)) or (
        category != Category.NEWS and not {"webUrl", "originalUrl", "website"} & {*reader.front}
    )


def _organization(reader: FieldReader) -> OrganizationRecord:
    return OrganizationRecord(
        domain=parts.required_domain(reader),
        name=texts.name_of(reader.required_text("name", MAX_NAME_CHARACTERS)),
        other_names=reader.names("otherNames"),
        description=reader.text("description"),
        images=parts.images(reader),
        unread=frozenset(reader.unread),
    )


def _topic(reader: FieldReader) -> TopicRecord:
    name = texts.name_of(reader.required_text("name", MAX_NAME_CHARACTERS))
    parent = texts.name_of(reader.text("parent", MAX_NAME_CHARACTERS))
    if texts.fold(parent) == texts.fold(name):
        reader.warn("is the topic itself: dropped", "parent")
        parent = ""
    return TopicRecord(
        name=name,
        slug=reader.text("_id", MAX_NAME_CHARACTERS),
        short_name=texts.name_of(reader.text("shortname", MAX_NAME_CHARACTERS)),
        parent=parent,
        description=reader.text("description"),
        keywords=reader.names("keywords"),
        hashtags=reader.names("hashtags"),
        images=parts.images(reader),
        services=parts.services(reader),
        unread=frozenset(reader.unread),
    )


def _related_link(reader: FieldReader) -> RelatedRecord | None:
    url = reader.link("webUrl") or reader.link("originalUrl")
    if not url:
        if not reader.unread:
            reader.warn("has no link: dropped")
        return None
    values = {field.name: read(reader, field, longest) for field, read, longest in _LINK}
    values["provider"] = parts.optional_provider(reader, url)
    return RelatedRecord(url=url, canonical_url=links.canonical(url), **values)


def _url_of(link: RelatedRecord) -> str:
    return str(link.url)


def _related_at(reader: FieldReader, value: str) -> RelatedRecord | None:
    reader.front = {"webUrl": value}
    return _related_link(reader)


# The readers of fields, by kind. `longest` is the length of the column, 0 where there is none.


def _line(reader: FieldReader, field: ArticleField, longest: int) -> str:
    if field.required:
        key = field.key
        if not texts.is_visible(str(reader.front.get(key) or "")) and reader.front.get(INSTEAD[key]) is not None:
            key = INSTEAD[key]
        return reader.required_text(key, longest)
    text = reader.text(field.key, longest)
    return text if texts.is_visible(text) else ""


def _text(reader: FieldReader, field: ArticleField, longest: int) -> str:
    return reader.text(_key_or_instead(reader, field.key))


def _body(reader: FieldReader, field: ArticleField, longest: int) -> str:
    return reader.document.text


def _url(reader: FieldReader, field: ArticleField, longest: int) -> str:
    key = field.key
    if key in INSTEAD and "webUrl" not in reader.front:
        key = _key_or_instead(reader, key)
    return reader.link(key)


def _key_or_instead(reader: FieldReader, key: str) -> str:
    return INSTEAD[key] if key in INSTEAD and key not in reader.front and not reader.where else key


def _moment(reader: FieldReader, field: ArticleField, longest: int) -> datetime | None:
    return reader.date(field.key)


def _choice(reader: FieldReader, field: ArticleField, longest: int) -> str:
    default = field.default or category_of_folder(reader.path)
    return reader.choice(field.key, CHOICES[field.choices], default)


def _score(reader: FieldReader, field: ArticleField, longest: int) -> int:
    return int(reader.integer(field.key, at_least=field.least, default=field.least))


def _flag(reader: FieldReader, field: ArticleField, longest: int) -> bool:
    return reader.flag(field.key)


def _provider_later(reader: FieldReader, field: ArticleField, longest: int) -> ProviderRecord | None:
    return None  # it may need the link


def _names(reader: FieldReader, field: ArticleField, longest: int) -> tuple[str, ...]:
    return reader.names(field.key)


def _image_records(reader: FieldReader, field: ArticleField, longest: int) -> tuple[ImageRecord, ...]:
    return parts.images(reader)


def _link_records(reader: FieldReader, field: ArticleField, longest: int) -> tuple[RelatedRecord, ...]:
    return tuple(reader.mappings(field.key, _related_link, _url_of, _related_at, _LINKS))


def _payload(reader: FieldReader, field: ArticleField, longest: int) -> Any:
    return _secured(reader) if field.key else _extra(reader)


def _secured(reader: FieldReader) -> str:
    value = reader.front.get("secured")
    if value is None:
        return ""
    if not isinstance(value, str):
        reader.drop(f"is {kind_in_words(value)}, not text", "secured")
        return ""
    if value and not _SECURED.fullmatch(value):
        reader.warn("does not look like an encrypted payload: kept as it is", "secured")
    return value


def _extra(reader: FieldReader) -> dict[str, Any]:
    """Returns the unknown keys."""
    extra = {key: value for key, value in reader.front.items() if key not in KNOWN_KEYS}
    if extra:
        reader.check_json(extra)
    return extra


Read = Callable[[FieldReader, ArticleField, int], Any]
_READERS: dict[Kind, Read] = {
    Kind.LINE: _line,
    Kind.TEXT: _text,
    Kind.BODY: _body,
    Kind.LINK: _url,
    Kind.MOMENT: _moment,
    Kind.CHOICE: _choice,
    Kind.SCORE: _score,
    Kind.FLAG: _flag,
    Kind.PROVIDER: _provider_later,
    Kind.TOPICS: _names,
    Kind.IMAGES: _image_records,
    Kind.LINKS: _link_records,
    Kind.PAYLOAD: _payload,
}


def _plan(model: type[Model], fields: Iterable[ArticleField]) -> list[tuple[ArticleField, Read, int]]:
    """Returns the fields in the order in which they are read: required ones first, with reader and length."""
    lengths = {column.name: getattr(column, "max_length", None) or 0 for column in model._meta.concrete_fields}
    in_order = sorted(fields, key=lambda field: not field.required)
    return [(field, _READERS[field.kind], lengths.get(field.name, 0)) for field in in_order]


_ARTICLE = _plan(Article, DOCUMENT_FIELDS)
_LINK = _plan(LinkedPage, (field for field in DOCUMENT_LINK_FIELDS if field.name != "url"))
_NAME_OF_KEY = {field.key: field.name for field in DOCUMENT_FIELDS if field.key}
