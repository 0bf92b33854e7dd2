"""What a document says, checked: tuples and dataclasses without a database."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any, NamedTuple

from articles.models.fields import DOCUMENT_FIELDS, DOCUMENT_LINK_FIELDS

FOLDERS = {
    "_news": "news",
    "_samples": "sample",
    "_learning": "learning",
    "_people": "people",
    "_communities": "community",
    "_newsletters": "newsletter",
}


# Tuples: they travel from one process to the other by the hundred thousand.
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


_LinkValues: Any = namedtuple("_LinkValues", ("canonical_url", *(field.name for field in DOCUMENT_LINK_FIELDS)))
_ArticleValues: Any = namedtuple("_ArticleValues", ("canonical_url", *(field.name for field in DOCUMENT_FIELDS)))


class RelatedRecord(_LinkValues):
    """The fields of a related link that documents give, by their names: `provider: ProviderRecord | None`, `images`."""

    __slots__ = ()


class ArticleRecord(_ArticleValues):
    """The fields of an article that documents give, by their names.

    `provider` is a ProviderRecord; `topics` (names), `images` and `related` are tuples; `extra` is a dict.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """A document with `taxonomy: organization`: what it says of a provider."""

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
