"""The checked content of documents, as tuples and dataclasses without a database."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from articles.models.fields import DOCUMENT_FIELDS, DOCUMENT_LINK_FIELDS, ArticleField

CATEGORY_OF_FOLDER = {
    "_news": "news",
    "_samples": "sample",
    "_learning": "learning",
    "_people": "people",
    "_communities": "community",
    "_newsletters": "newsletter",
}
FOLDER_OF_CATEGORY = {category: folder for folder, category in CATEGORY_OF_FOLDER.items()}


# Tuples: hundred thousands are sent from one process to the other.
class ImageRecord(NamedTuple):
    url: str
    width: int | None = None  # pixels
    height: int | None = None
    title: str = ""
    attribution: str = ""
    is_cached: bool = False


class ProviderRecord(NamedTuple):
    domain: str
    name: str = ""
    images: tuple[ImageRecord, ...] = ()


def _tuple_of(fields: Iterable[ArticleField]) -> Any:
    return namedtuple("_Values", ("canonical_url", *(field.name for field in fields)))


_LinkValues: Any = _tuple_of(DOCUMENT_LINK_FIELDS)
_ArticleValues: Any = _tuple_of(DOCUMENT_FIELDS)


class RelatedRecord(_LinkValues):
    """The fields of a related link that documents give, by their names."""

    __slots__ = ()
    provider: ProviderRecord | None
    images: tuple[ImageRecord, ...]


class ArticleRecord(_ArticleValues):
    """The fields of an article that documents give, by their names."""

    __slots__ = ()
    unread: frozenset[str] = frozenset()
    provider: ProviderRecord
    topics: tuple[str, ...]
    images: tuple[ImageRecord, ...]
    related: tuple[RelatedRecord, ...]
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """A document with `taxonomy: organization`, about a provider."""

    domain: str
    name: str
    other_names: tuple[str, ...]
    description: str
    images: tuple[ImageRecord, ...]


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A document with `taxonomy: topic`."""

    name: str
    slug: str
    short_name: str
    parent: str
    description: str
    keywords: tuple[str, ...]
    hashtags: tuple[str, ...]
    images: tuple[ImageRecord, ...]


Record = ArticleRecord | OrganizationRecord | TopicRecord
