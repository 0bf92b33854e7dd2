"""Reads front matter as a checked record, without a database.

A bad required field raises Rejected; a bad optional field is dropped, with a warning that names its line and field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, TextChoices

from articles import links
from articles.documents.fields import MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS, FieldReader, kind_in_words
from articles.documents.front_matter import Document, parse_document
from articles.documents.messages import Message, Rejected, printable
from articles.documents.records import (
    CATEGORY_OF_FOLDER,
    ArticleRecord,
    ImageRecord,
    OrganizationRecord,
    ProviderRecord,
    Record,
    RelatedRecord,
    TopicRecord,
)
from articles.documents.stored import document_in
from articles.models import Article, RelatedLink
from articles.models.fields import DOCUMENT_FIELDS, DOCUMENT_LINK_FIELDS, ArticleField, Kind

KNOWN_KEYS = frozenset(field.key for field in DOCUMENT_FIELDS if field.key)
CHOICES: dict[type[TextChoices] | None, frozenset[str]] = {
    field.choices: frozenset(field.choices.values)
    for field in (*DOCUMENT_FIELDS, *DOCUMENT_LINK_FIELDS)
    if field.choices
}
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")


_SECURED = re.compile(r"[A-Za-z0-9+/]+={0,2};[A-Za-z0-9+/]{22}==")


def record_from(document: Document, path: str) -> tuple[Record, list[Message]]:
    """Returns the checked record of a document and the warnings; raises Rejected if a required field is bad."""
    reader = FieldReader(document, path=path)
    match document.front.get("taxonomy"):
        case None:
            record: Record = _article(reader)
        case "organization":
            record = _organization(reader)
        case "topic":
            record = _topic(reader)
        case other:
            raise Rejected(
                f"is {printable(other)}: only organization and topic are known",
                "taxonomy",
                document.line_of("taxonomy"),
            )
    return record, reader.warnings


def record_of(article: Article) -> ArticleRecord | None:
    """Returns the record of the document that an article was last imported from.

    None for an article without a document, or if this version of the reader rejects the document.
    """
    if not article.source:
        return None
    path = article.path or ""
    try:
        record, _ = record_from(parse_document(document_in(article.source), path), path)
    except Rejected:
        return None
    return record if isinstance(record, ArticleRecord) else None


def category_of_folder(path: str) -> str:
    """Returns the category of the nearest collection folder on the path, else news."""
    for folder in reversed(path.split("/")[:-1]):
        if folder in CATEGORY_OF_FOLDER:
            return CATEGORY_OF_FOLDER[folder]
    return "news"


def _article(reader: FieldReader) -> ArticleRecord:
    values = {field.name: read(reader, field, longest) for field, read, longest in _ARTICLE}
    url = values["web_url"] or values["original_url"]
    if not url:
        raise reader.rejected("neither webUrl nor originalUrl is a link to the article", "webUrl")
    return ArticleRecord(canonical_url=links.canonical(url), **values)


def _organization(reader: FieldReader) -> OrganizationRecord:
    return OrganizationRecord(
        domain=_domain(reader),
        name=reader.required_text("name", MAX_NAME_CHARACTERS),
        other_names=reader.names("otherNames"),
        description=reader.text("description"),
        images=_images(reader),
    )


def _topic(reader: FieldReader) -> TopicRecord:
    name, parent = reader.required_text("name", MAX_NAME_CHARACTERS), reader.text("parent", MAX_NAME_CHARACTERS)
    if parent.casefold() == name.casefold():
        reader.warn("is the topic itself: dropped", "parent")
        parent = ""
    return TopicRecord(
        name=name,
        slug=reader.text("_id", MAX_NAME_CHARACTERS),
        short_name=reader.text("shortname", MAX_NAME_CHARACTERS),
        parent=parent,
        description=reader.text("description"),
        keywords=reader.names("keywords"),
        hashtags=reader.names("hashtags"),
        images=_images(reader),
    )


def _provider(reader: FieldReader) -> ProviderRecord:
    value = reader.front.get("provider")
    if not isinstance(value, dict):
        text = "is missing" if value is None else f"is {kind_in_words(value)}, not a mapping with a domain"
        raise reader.rejected(text, "provider")
    inner = reader.inside(value, "provider")
    return ProviderRecord(_domain(inner), inner.text("name", MAX_NAME_CHARACTERS), _images(inner))


def _optional_provider(reader: FieldReader) -> ProviderRecord | None:
    if reader.front.get("provider") is None:
        return None
    try:
        return _provider(reader)
    except Rejected as refusal:
        bad = refusal.message
        reader.warnings.append(Message("warning", bad.text + ": dropped", bad.field, bad.line))
        return None


def _domain(reader: FieldReader) -> str:
    domain = reader.required_text("domain", MAX_TEXT_CHARACTERS).lower().rstrip(".")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            raise reader.rejected(f"is {printable(domain)}, which is no domain", "domain") from None
    if not _DOMAIN.fullmatch(domain):
        raise reader.rejected(f"is {printable(domain)}, which is no domain", "domain")
    return domain


def _images(reader: FieldReader) -> tuple[ImageRecord, ...]:
    return tuple(reader.mappings("images", _image, lambda image: image.url))


def _image(reader: FieldReader) -> ImageRecord | None:
    url = reader.front.get("url")
    # A path on the collecting site: kept, and shown once we have the file.
    if not (isinstance(url, str) and re.fullmatch(r"/[^/\s\\][^\s\\]*", url) and len(url.encode()) <= links.MAX_BYTES):
        url = reader.link("url", needed=True)
    if not url:
        return None
    return ImageRecord(
        url=url,
        width=reader.integer("width", at_least=1, default=None),
        height=reader.integer("height", at_least=1, default=None),
        title=reader.text("title"),
        attribution=reader.text("attribution"),
        is_cached=reader.flag("isCached"),
    )


def _related(reader: FieldReader) -> tuple[RelatedRecord, ...]:
    return tuple(reader.mappings("related", _related_link, lambda link: link.url))


def _related_link(reader: FieldReader) -> RelatedRecord | None:
    url = reader.link("webUrl") or reader.link("originalUrl")
    if not url:
        reader.warn("has no link: dropped")
        return None
    values = {field.name: read(reader, field, longest) for field, read, longest in _LINK}
    return RelatedRecord(url=url, canonical_url=links.canonical(url), **values)


# The readers of fields, by kind. `longest` is the length of the column, 0 where there is none.


def _line(reader: FieldReader, field: ArticleField, longest: int) -> str:
    return reader.required_text(field.key, longest) if field.required else reader.text(field.key, longest)


def _text(reader: FieldReader, field: ArticleField, longest: int) -> str:
    return reader.text(field.key)


def _body(reader: FieldReader, field: ArticleField, longest: int) -> str:
    return reader.document.body


def _url(reader: FieldReader, field: ArticleField, longest: int) -> str:
    return reader.link(field.key)


def _moment(reader: FieldReader, field: ArticleField, longest: int) -> datetime | None:
    return reader.required_date(field.key) if field.required else reader.date(field.key)


def _choice(reader: FieldReader, field: ArticleField, longest: int) -> str:
    return reader.choice(field.key, CHOICES[field.choices], field.default or category_of_folder(reader.path))


def _score(reader: FieldReader, field: ArticleField, longest: int) -> int:
    return int(reader.integer(field.key, at_least=field.least, default=field.least))


def _flag(reader: FieldReader, field: ArticleField, longest: int) -> bool:
    value = reader.front.get(field.key, False)
    if value is not True and value is not False:
        reader.warn(f"is {printable(value)}, not true or false: taken as false", field.key)
    return value is True


def _provider_record(reader: FieldReader, field: ArticleField, longest: int) -> ProviderRecord | None:
    return _provider(reader) if field.required else _optional_provider(reader)


def _names(reader: FieldReader, field: ArticleField, longest: int) -> tuple[str, ...]:
    return reader.names(field.key)


def _image_records(reader: FieldReader, field: ArticleField, longest: int) -> tuple[ImageRecord, ...]:
    return _images(reader)


def _link_records(reader: FieldReader, field: ArticleField, longest: int) -> tuple[RelatedRecord, ...]:
    return _related(reader)


def _payload(reader: FieldReader, field: ArticleField, longest: int) -> Any:
    return _secured(reader) if field.key else _extra(reader)


def _secured(reader: FieldReader) -> str:
    value = reader.front.get("secured")
    if value is None:
        return ""
    if not isinstance(value, str):
        reader.warn(f"is {kind_in_words(value)}, not text: dropped", "secured")
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
    Kind.PROVIDER: _provider_record,
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
_LINK = _plan(RelatedLink, (field for field in DOCUMENT_LINK_FIELDS if field.name != "url"))
