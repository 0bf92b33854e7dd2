"""What lists show of an article: values, read in three queries whatever their number.

Models would be read with all that lists do not show, and take as long as the page. A card holds values only, so its
HTML is that of any other card that equals it (articles/templatetags/cards.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from articles.models import Article, ArticleImage, ArticleTopic, Category, Image, Type
from articles.models.querysets import ArticleQuerySet, Moment
from articles.paging import Cut, Order, cut_of
from articles.public.prepared_queries import prepared
from providers.models import Provider

IMAGE_FIELDS = tuple(field.attname for field in Image._meta.concrete_fields)


def _of_provider(name: str) -> Subquery:
    # Not by a join: SQLite would read all articles of all providers, one provider after the other, and sort them.
    return Subquery(Provider.objects.order_by().filter(pk=OuterRef("provider_id")).values(name))


PUBLISHER = ("provider_id", _of_provider("domain"), _of_provider("name"))
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


class Card(_Card, Shown):
    __slots__ = ()

    @property
    def picture(self) -> Image | None:
        return image_of(self.image) if self.image else None


def cards_by(order: Order, articles: Callable[..., ArticleQuerySet]) -> Callable[..., Cut[Card]]:
    """Lists of cards, by queries that are built once: `articles(now, …)` makes them, in this order.

    What is returned takes the other values of `articles`, and gives what `page_of` cuts pages from.
    """

    def rows(direction: str) -> Callable[..., list[tuple]]:
        @prepared
        def query(count: int, value: Any = None, pk: Any = None, **values: Any) -> QuerySet:
            found = articles(**values)
            if direction:
                found = found.filter(order.beyond((value, pk), direction))
            return (found.reverse() if direction == "gt" else found).values_list(*COLUMNS)[:count]

        return query

    queries = {direction: rows(direction) for direction in ("", "lt", "gt")}

    def cards(**values: Any) -> Cut[Card]:
        def cut(count: int, direction: str = "", place: tuple[Any, Any] | None = None) -> list[Card]:
            at = {"value": place[0], "pk": place[1]} if place else {}
            return cards_from(queries[direction](count, now=timezone.now(), **values, **at))

        return cut

    return cards


def cards_of(articles: ArticleQuerySet, order: Order) -> Cut[Card]:
    """The same of a queryset in this order."""
    cut = cut_of(articles.values_list(*COLUMNS), order)
    return lambda count, direction="", place=None: cards_from(cut(count, direction, place))


def visible_cards(pks: list[int]) -> list[Card]:
    """Those of the articles that readers may see, in this order: one that was withdrawn a moment ago is left out."""
    rows = _visible(now=timezone.now(), pks=pks) if pks else []
    found = {card.pk: card for card in cards_from(rows)}
    return [found[pk] for pk in pks if pk in found]


def cards_from(rows: list[tuple]) -> list[Card]:
    """Cards of the values of COLUMNS, in their order."""
    pks = [row[0] for row in rows]
    topics = topics_of(pks)
    leads = _lead_images(pks)
    return [
        Card._make((*row[:-3], Publisher(*row[-3:]), topics.get(row[0], ()), leads.get(row[0], ()))) for row in rows
    ]


def each_picture_once(cards: Iterable[Card]) -> list[Card]:
    """Publishers put one stock picture on many articles: those after the first go without."""
    seen: set[str] = set()
    shown = []
    for card in cards:
        # By where it comes from: of two addresses with one content we hold one copy.
        src = card.picture.src if card.picture else ""
        shown.append(card._replace(image=()) if src in seen else card)
        seen.add(src)
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
def _visible(now: Moment, pks: Any) -> QuerySet:
    return Article.objects.visible(now).order_by().filter(pk__in=pks).values_list(*COLUMNS)


@prepared
def _topics(pks: Any) -> QuerySet:
    links = ArticleTopic.objects.filter(article__in=pks).order_by("position", "pk")
    return links.values_list("article", "topic", "topic__slug", "topic__name", "topic__short_name")


@prepared
def images(pks: Any) -> QuerySet:
    """The article, and the values of IMAGE_FIELDS."""
    links = ArticleImage.objects.filter(article__in=pks).order_by("position", "pk")
    return links.values_list("article", *(f"image__{name}" for name in IMAGE_FIELDS))
