"""One article in the upstream JSON.

Every value is the article's, as people left it. Where it is still that of the document, it is written as the document
has it: a title of a picture is that of this document, not of another one with the same picture, and `null` stands where
the document says nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from articles import texts
from articles.documents.parse import read_source
from articles.documents.records import ArticleRecord, ImageRecord
from articles.models import Article, ArticleImage, Category, Image
from articles.models.fields import ARTICLE_FIELDS, ArticleField, Kind
from articles.syndication.upstream.addresses import Addresses
from providers.models import Provider

Json = dict[str, Any]

# Upstream has this value in every article; a document may have another.
LOCALE = "en-us"
# Keys of upstream that are no fields of an article: their values come from the document.
FROM_DOCUMENT = (
    "sourceUrl", "featuredContent", "highlight", "tags", "updatedDateTime", "actions", "length", "ratings", "levels",
    "price", "startDateTime", "endDateTime", "website", "members",
)  # fmt: skip
# What stands in a document instead of a field's own key, and follows the field.
_SAME_AS = {"name": "title", "bio": "excerpt"}

# The keys of each collection, in the order of upstream; keys of ours that upstream does not have come last.
_NEWS = (
    "path", "title", "excerpt", "sourceUrl", "webUrl", "originalUrl", "featuredContent", "highlight", "heat", "tags",
    "images", "content", "type", "ampWebUrl", "cdnAmpWebUrl", "publishedDateTime", "updatedDateTime", "provider",
    "locale", "categories", "topics",
)  # fmt: skip
_EVENT = (
    "path", "title", "excerpt", "sourceUrl", "webUrl", "originalUrl", "name", "type", "startDateTime", "endDateTime",
    "website", "provider", "topics", "images", "content",
)  # fmt: skip
_LEARNING = (
    "path", "title", "excerpt", "sourceUrl", "webUrl", "originalUrl", "featuredContent", "actions", "length", "ratings",
    "provider", "publishedDateTime", "levels", "topItems", "size", "heat", "tags", "images", "content", "type", "price",
    "topics",
)  # fmt: skip
_OTHERS = (
    "path", "title", "excerpt", "sourceUrl", "webUrl", "originalUrl", "featuredContent", "actions", "name", "bio",
    "website", "members", "provider", "publishedDateTime", "heat", "tags", "images", "content", "type", "topics",
)  # fmt: skip
KEYS: dict[str, Sequence[str]] = dict.fromkeys(Category.values, _OTHERS) | {
    Category.NEWS: (*_NEWS, *(field.json for field in ARTICLE_FIELDS if field.json and field.json not in _NEWS)),
    Category.EVENT: _EVENT,
    Category.LEARNING: _LEARNING,
}
TOP_ITEMS = 4  # of a collection, in a list


@dataclass(frozen=True)
class Entry:
    """An article and what the JSON says of it beside its own values."""

    article: Article
    front: Mapping[str, Any] = field(default_factory=dict)
    record: ArticleRecord | None = None
    items: Sequence[Entry] = ()  # the first ones of a collection
    size: int | None = None  # all of them

    @property
    def says_provider(self) -> bool:
        """Whether the provider is the one that the document names."""
        return self.record is not None and self.record.provider.domain == self.article.provider.domain

    @property
    def needs_logos(self) -> bool:
        return not self.says_provider or "images" not in _mapping(self.front.get("provider"))


def entry_of(article: Article) -> Entry:
    found = read_source(article, without=("related",))
    return Entry(article, *found) if found else Entry(article)


def whole_json(entry: Entry, addresses: Addresses) -> Json:
    """All keys of its collection; `null` stands for nothing."""
    found = _values(entry, addresses)
    return {key: found.get(key) for key in KEYS[entry.article.category]}


def short_json(entry: Entry, addresses: Addresses) -> Json:
    """The same for the lists of all collections but news: keys without a value are left out, in its parts too."""
    found = {key: value for key, value in whole_json(entry, addresses).items() if value is not None}
    if "images" in found:
        found["images"] = list(map(_short_image, found["images"]))
    provider = {name: value for name, value in found["provider"].items() if value is not None}
    if "images" in provider:
        provider["images"] = list(map(_short_image, provider["images"]))
    return found | {"provider": provider}


def _short_image(image: Json) -> Json:
    return {name: value for name, value in image.items() if value is not None}


def _values(entry: Entry, addresses: Addresses) -> Json:
    article = entry.article
    found: Json = {key: _other_key(entry, key) for key in FROM_DOCUMENT}
    found |= {field.json: _value(entry, field, addresses) for field in ARTICLE_FIELDS if field.json}
    found |= {key: found[field] for key, field in _SAME_AS.items() if key in article.extra}
    found["locale"] = article.extra.get("locale", LOCALE)
    if article.category != Category.NEWS:
        found["sourceUrl"] = addresses.of_json(article)
        found["webUrl"] = found["webUrl"] or addresses.of_page(article)
    if entry.size is not None:
        found["size"] = entry.size
        found["topItems"] = [short_json(item, addresses) for item in entry.items]
    return found


def _other_key(entry: Entry, key: str) -> Any:
    # PostgreSQL keeps no order of keys, the document does.
    value, said = entry.article.extra.get(key), entry.front.get(key)
    return said if said == value else value


def _value(entry: Entry, field: ArticleField, addresses: Addresses) -> Any:
    value = getattr(entry.article, field.name)
    match field.kind:
        case Kind.LINE | Kind.TEXT | Kind.LINK:
            return value or _unsaid(entry, field.key, "")
        case Kind.BODY:
            return re.sub(r"\r?\n", "\r\n", value) or None
        case Kind.MOMENT:
            return None if _is_derived_date(entry) else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Kind.PROVIDER:
            return _provider(entry, addresses)
        case Kind.TOPICS:
            return _topics(entry) or _unsaid(entry, field.key, [])
        case Kind.IMAGES:
            return _images(_article_images(entry), addresses) or _unsaid(entry, field.key, [])
        case Kind.SCORE if value == field.least and entry.record is not None and field.key not in entry.front:
            return None
    # Upstream gives an article's one category as a list.
    return [value] if field.json == "categories" else value


def _unsaid(entry: Entry, key: str, empty: Any) -> Any:
    """Returns what stands for an empty field: the empty value if the document has it, else None."""
    return empty if key and entry.front.get(key) == empty else None


def _is_derived_date(entry: Entry) -> bool:
    """Whether its date is the moment of its first import, since its document has none."""
    article = entry.article
    unsaid = entry.record is not None and entry.record.published_at is None
    return unsaid and article.published_at == article.created_at


def _provider(entry: Entry, addresses: Addresses) -> Json:
    provider, record = entry.article.provider, entry.record
    said = _mapping(entry.front.get("provider")) if entry.says_provider else {}
    name = record.provider.name if record and entry.says_provider else ""
    return {
        "name": name or provider.name,
        "domain": provider.domain,
        "images": _images(_logos(entry), addresses) or ([] if said.get("images") == [] else None),
        "publishers": _plain(said.get("publishers")),
        "authors": _plain(said.get("authors")),
    }


def _logos(entry: Entry) -> Iterable[Image | ImageRecord]:
    """The provider's logos in the article's document; those in the database if the document has none."""
    if entry.record and not entry.needs_logos:
        return entry.record.provider.images
    return logos_of(entry.article.provider)


def logos_of(provider: Provider) -> list[Image]:
    # A path without a host is relative to the collecting site.
    return [image for image in provider.ordered_images if image.url.startswith("http")]


def _topics(entry: Entry) -> list[str]:
    """The names of its topics, as its document spells them: in two spellings, if it names one topic twice."""
    topics, names = entry.article.ordered_topics, entry.front.get("topics")
    said = [texts.name_of(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    if [texts.fold(topic.name) for topic in topics] == list(dict.fromkeys(map(texts.fold, said))):
        return list(dict.fromkeys(said))
    spelled = {texts.fold(name): name for name in reversed(said)}
    return [spelled.get(texts.fold(topic.name), topic.name) for topic in topics]


def _article_images(entry: Entry) -> Iterable[Image | ImageRecord]:
    """Its pictures in their order, each as its document describes it, with the texts that the article has for it."""
    said = {image.url: image for image in entry.record.images} if entry.record else {}
    return [_described(place, said.get(place.image.url)) for place in entry.article.image_links.all()]


def _described(place: ArticleImage, said: ImageRecord | None) -> Image | ImageRecord:
    return said._replace(title=place.title, attribution=place.attribution) if said else place.shown


def _images(images: Iterable[Image | ImageRecord], addresses: Addresses) -> list[Json]:
    return [
        {
            "url": addresses.of_file(image.url),
            "width": image.width,
            "height": image.height,
            "title": image.title or None,
            "attribution": image.attribution or None,
            "isCached": image.is_cached,
        }
        for image in images
    ]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _plain(value: Any) -> Any:
    """Returns a value of the document that JSON can hold, else None."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return None
    return value
