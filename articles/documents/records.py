"""Front matter → a checked record. No database.

A bad required part is `Rejected`; a bad optional part is dropped, with a warning that names its line and field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

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


class RelatedRecord(NamedTuple):
    url: str
    canonical_url: str
    amp_url: str
    cdn_amp_url: str
    title: str
    excerpt: str
    published_at: datetime | None
    type: str
    quality: int
    provider: ProviderRecord | None
    images: tuple[ImageRecord, ...]


class ArticleRecord(NamedTuple):
    title: str
    excerpt: str
    body: str
    web_url: str
    original_url: str
    amp_url: str
    cdn_amp_url: str
    canonical_url: str
    published_at: datetime
    type: str
    category: str
    quality: int
    heat: int
    published: bool
    provider: ProviderRecord
    topics: tuple[str, ...]
    images: tuple[ImageRecord, ...]
    related: tuple[RelatedRecord, ...]
    secured: str
    extra: dict[str, Any]


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


# The kinds of documents


# Their parts
