"""What lists show of an article: values, read in three queries whatever their number.

Models would be read with all that lists do not show, and take as long as the page. A card holds values only, so its
HTML is that of any other card that equals it (articles/templatetags/cards.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from articles.models import ArticleImage, ArticleTopic, Category, Image, Type
from articles.prepared import prepared
from articles.querysets import ArticleQuerySet

IMAGE_FIELDS = tuple(field.attname for field in Image._meta.concrete_fields)
PUBLISHER = ("provider_id", "provider__domain", "provider__name")
COLUMNS = ("pk", "slug", "title", "excerpt", "type", "category", "published_at", "rank", *PUBLISHER)


class Publisher(NamedTuple):
    pk: int
    domain: str
    name: str

    def get_absolute_url(self) -> str:
        return f"/providers/{self.domain}/"


class Label(NamedTuple):
    pk: int
    slug: str
    name: str
    short_name: str

    def get_absolute_url(self) -> str:
        return f"/topics/{self.slug}/"


class Shown:
    """What follows from the values of an article, in a list and on its own page alike."""

    __slots__ = ()
    slug: str
    type: str
    category: str
    provider: Publisher

    @property
    def provider_id(self) -> int:
        return self.provider.pk

    def get_absolute_url(self) -> str:
        return f"/articles/{self.slug}/"

    def get_type_display(self) -> str:
        return str(Type(self.type).label)

    def get_category_display(self) -> str:
        return str(Category(self.category).label)


class _Card(NamedTuple):
    pk: int
    slug: str
    title: str
    excerpt: str
    type: str
    category: str
    published_at: datetime
    rank: float
    provider: Publisher
    ordered_topics: tuple[Label, ...] = ()
    image: tuple = ()  # the values of IMAGE_FIELDS
    framed: bool = True  # with a picture, or with type in its place


class Card(_Card, Shown):
    __slots__ = ()

    @property
    def picture(self) -> Image | None:
        return image_of(self.image) if self.image else None


def cards(articles: ArticleQuerySet) -> list[Card]:
    """The articles, in their order."""
    return cards_from(list(articles.values_list(*COLUMNS)))


def cards_from(rows: list[tuple]) -> list[Card]:
    """Cards of the values of COLUMNS, in their order."""
    pks = [row[0] for row in rows]
    topics = topics_of(pks)
    leads = _lead_images(pks)
    return [Card(*row[:-3], Publisher(*row[-3:]), topics.get(row[0], ()), leads.get(row[0], ())) for row in rows]


def each_picture_once(cards: Iterable[Card]) -> list[Card]:
    """Publishers put one stock picture on many articles: those after the first go without a frame."""
    seen: set[tuple] = set()
    shown = []
    for card in cards:
        again = card.image in seen
        seen |= {card.image} - {()}
        shown.append(card._replace(image=(), framed=False) if again else card)
    return shown


def topics_of(pks: list[int]) -> dict[int, tuple[Label, ...]]:
    found: dict[int, tuple[Label, ...]] = {}
    for pk, *label in _topics(pks=pks) if pks else ():
        found[pk] = (*found.get(pk, ()), Label(*label))
    return found


@lru_cache(maxsize=4000)
def image_of(values: tuple) -> Image:
    return Image.from_db("default", IMAGE_FIELDS, values)


def _lead_images(pks: list[int]) -> dict[int, tuple]:
    """The values of the first picture of each article that readers get."""
    found: dict[int, tuple] = {}
    for pk, *image in images(pks=pks) if pks else ():
        if pk not in found and image_of(tuple(image)).src:
            found[pk] = tuple(image)
    return found


@prepared
def _topics(pks):
    links = ArticleTopic.objects.filter(article__in=pks).order_by("position", "pk")
    return links.values_list("article", "topic", "topic__slug", "topic__name", "topic__short_name")


@prepared
def images(pks):
    """The article, and the values of IMAGE_FIELDS."""
    links = ArticleImage.objects.filter(article__in=pks).order_by("position", "pk")
    return links.values_list("article", *(f"image__{name}" for name in IMAGE_FIELDS))
