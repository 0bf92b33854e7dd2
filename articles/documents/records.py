"""The checked content of documents, as tuples and dataclasses without a database."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from articles.models.choices import Category
from articles.models.fields import DOCUMENT_FIELDS, DOCUMENT_LINK_FIELDS, ArticleField


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


NOTHING: frozenset[str] = frozenset()


def _tuple_of(fields: Iterable[ArticleField], **others: Any) -> Any:
    names = ("canonical_url", *(field.name for field in fields), *others)
    return namedtuple("_Values", names, defaults=others.values())


_LinkValues: Any = _tuple_of(DOCUMENT_LINK_FIELDS)
_ArticleValues: Any = _tuple_of(DOCUMENT_FIELDS, unread=NOTHING)


class RelatedRecord(_LinkValues):
    """The fields of a related link that documents give, by their names."""

    __slots__ = ()
    provider: ProviderRecord | None
    images: tuple[ImageRecord, ...]


class ArticleRecord(_ArticleValues):
    """The fields of an article that documents give, by their names.

    `unread` names those of which the document says nothing, since their value cannot be read, or is derived: they have
    their default here, and the article keeps what it has. `published_at` may be None: the moment of the first import.
    """

    __slots__ = ()
    published_at: datetime | None
    provider: ProviderRecord
    topics: tuple[str, ...]
    images: tuple[ImageRecord, ...]
    related: tuple[RelatedRecord, ...]
    extra: dict[str, Any]
    unread: frozenset[str]

    @property
    def says_published(self) -> bool:
        """Whether the document wants readers to see the article: the importer and people say whether they do."""
        return self.published and not self.removed

    @property
    def own_flag(self) -> bool | None:
        """Whether the document publishes its article; None of one of a collection that has no such flag."""
        return self.says_published if self.published or self.category == Category.NEWS else None


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """A document with `taxonomy: organization`, about a provider."""

    domain: str
    name: str
    other_names: tuple[str, ...]
    description: str
    images: tuple[ImageRecord, ...]
    unread: frozenset[str] = NOTHING  # keys of the document


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
    services: dict[str, str]  # the lists that the collecting site has of it: news, learning … → their addresses
    unread: frozenset[str] = NOTHING  # keys of the document


Record = ArticleRecord | OrganizationRecord | TopicRecord
