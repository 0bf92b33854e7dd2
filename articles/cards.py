"""What lists show of an article: values, read in three queries whatever their number.

Models would be read with all that lists do not show, and take as long as the page. A card holds values only, so its
HTML is that of any other card that equals it (articles/templatetags/cards.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from articles.models import ArticleImage, ArticleTopic, Category, Image, Type
from articles.querysets import ArticleQuerySet

IMAGE_FIELDS = tuple(field.attname for field in Image._meta.concrete_fields)
COLUMNS = ("pk", "slug", "title", "excerpt", "type", "category", "published_at", "rank")


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


class Card(NamedTuple):
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

    @property
    def provider_id(self) -> int:
        return self.provider.pk

    @property
    def picture(self) -> Image | None:
        return _image(self.image) if self.image else None

    def get_absolute_url(self) -> str:
        return f"/articles/{self.slug}/"

    def get_type_display(self) -> str:
        return str(Type(self.type).label)

    def get_category_display(self) -> str:
        return str(Category(self.category).label)


def cards(articles: ArticleQuerySet) -> list[Card]:
    """The articles, in their order."""
    publisher = ("provider_id", "provider__domain", "provider__name")
    rows = list(articles.values_list(*COLUMNS, *publisher))
    pks = [row[0] for row in rows]
    topics = _topics(pks)
    images = _lead_images(pks)
    end = len(COLUMNS)
    return [Card(*row[:end], Publisher(*row[end:]), topics.get(row[0], ()), images.get(row[0], ())) for row in rows]


def each_picture_once(cards: Iterable[Card]) -> list[Card]:
    """Publishers put one stock picture on many articles: those after the first go without a frame."""
    seen: set[tuple] = set()
    shown = []
    for card in cards:
        again = card.image in seen
        seen |= {card.image} - {()}
        shown.append(card._replace(image=(), framed=False) if again else card)
    return shown


def _topics(pks: list[int]) -> dict[int, tuple[Label, ...]]:
    links = ArticleTopic.objects.filter(article__in=pks).order_by("position", "pk")
    found: dict[int, tuple[Label, ...]] = {}
    for pk, *label in links.values_list("article", "topic", "topic__slug", "topic__name", "topic__short_name"):
        found[pk] = (*found.get(pk, ()), Label(*label))
    return found


def _lead_images(pks: list[int]) -> dict[int, tuple]:
    """The values of the first picture of each article that readers get."""
    links = ArticleImage.objects.filter(article__in=pks).order_by("position", "pk")
    found: dict[int, tuple] = {}
    for pk, *image in links.values_list("article", *(f"image__{name}" for name in IMAGE_FIELDS)):
        if pk not in found and _image(tuple(image)).src:
            found[pk] = tuple(image)
    return found


def _image(values: tuple) -> Image:
    return Image.from_db("default", IMAGE_FIELDS, values)
