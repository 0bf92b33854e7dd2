"""Compares articles with the documents that they were last imported from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from articles.documents.parse import record_of
from articles.documents.records import ArticleRecord
from articles.history.diff import Difference, differences
from articles.history.images import logged_image
from articles.history.labels import short_text
from articles.history.snapshot import logged_value, value_of
from articles.models import Article
from articles.models.fields import DOCUMENT_FIELDS, MOMENTS, SOURCE_FIELDS, ArticleField, Kind
from articles.texts import with_plain_line_ends
from providers.models import domain_in_use


class SourceDifference(NamedTuple):
    current: Any
    source_value: Any


def settled_by(article: Article, record: ArticleRecord | None) -> list[str]:
    """Returns the conflicts that the document can settle: the fields of which it says something."""
    if record is None:
        return []
    said = [name for name in article.conflicts if name in SOURCE_FIELDS and name not in record.unread]
    return [name for name in said if getattr(record, name) is not None]


def source_differences(article: Article, names: Collection[str] | None = None) -> dict[str, SourceDifference]:
    """Returns the two values of each field that differs, of all fields or of `names`.

    Topics are given as names, providers as domains, links as URLs.

    Images are as the log has them.

    Empty for an article without a document. Related links that a person hid are left out on both sides. The payload
    (`secured`, unknown keys) is never compared.
    """
    # Lists defer the payload and the body: one query loads what is missing.
    missing = article.get_deferred_fields() & {"path", "source", *SOURCE_FIELDS}
    if missing:
        article.refresh_from_db(fields=sorted(missing))
    record = record_of(article)
    if record is None:
        return {}
    said = [field for field in DOCUMENT_FIELDS if field.kind is not Kind.PAYLOAD and field.name not in record.unread]
    said = [field for field in said if names is None or field.name in names]
    pairs = {field.name: _pair(article, record, field) for field in said}
    return {name: pair for name, pair in pairs.items() if pair.current != pair.source_value}


def differing_source_values(article: Article) -> dict[str, Any]:
    """Returns the source value of each field that differs."""
    return {name: pair.source_value for name, pair in source_differences(article).items()}


def source_word_differences(article: Article, names: Collection[str] = SOURCE_FIELDS) -> list[Difference]:
    """Returns the differences word by word, of the fields that can take the source's value."""
    pairs = {name: pair for name, pair in source_differences(article, names).items() if name in SOURCE_FIELDS}
    return differences({name: [short_text(v) if name in MOMENTS else v for v in pair] for name, pair in pairs.items()})


def _pair(article: Article, record: ArticleRecord, field: ArticleField) -> SourceDifference:
    current, source_value = value_of(article, field.name), getattr(record, field.name)
    match field.kind:
        case Kind.PROVIDER:
            same = source_value.domain == current.domain
            return SourceDifference(current.domain, current.domain if same else domain_in_use(source_value.domain))
        case Kind.TOPICS:
            return SourceDifference([topic.name for topic in current], list(dict.fromkeys(source_value)))
        case Kind.IMAGES:
            source = {image.url: logged_image(image.url, image.title, image.attribution) for image in source_value}
            return SourceDifference(logged_value(current), list(source.values()))
        case Kind.LINKS:
            hidden = {link.url for link in current if link.hidden}
            visible = [link.url for link in current if not link.hidden]
            return SourceDifference(visible, [url for url in _urls(source_value) if url not in hidden])
    return SourceDifference(_stripped(current), _stripped(source_value))


def _urls(records: Any) -> list[str]:
    return list(dict.fromkeys(record.url for record in records))


def _stripped(value: Any) -> Any:
    # Blanks at the ends, and the form of line ends, are invisible.
    return with_plain_line_ends(value).strip() if isinstance(value, str) else value
