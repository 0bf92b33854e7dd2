"""Cards: the values of articles in a list, read in four queries for any number of articles.

Loading model instances would take as long as rendering the whole page. A card holds plain values only, so that equal
cards have equal HTML, which is cached (articles/templatetags/cards.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from articles.models import Article, ArticleImage, ArticleTopic, Category, Image, Type
from articles.models.querysets import ArticleQuerySet, Moment
from articles.paging import Cut, Order, cut_of
from articles.public.also_reported import AlsoReported, also_reported
from articles.public.prepared_queries import prepared
from providers.models import Provider

FEW = 3  # cards, each of which may say all of its topics
IMAGE_FIELDS = tuple(field.attname for field in Image._meta.concrete_fields)


def _shown(text: str) -> Coalesce:
    """The text of the place of an image, or else that of the image: as `OrderedImage.shown`."""
    return Coalesce(NullIf(text, Value("", TextField())), f"image__{text}")


SHOWN_IMAGE = tuple(_shown(name) if name in ("title", "attribution") else f"image__{name}" for name in IMAGE_FIELDS)


def _of_provider(name: str) -> Subquery:
    # Not a join: SQLite would then read and sort all articles of all providers.
    return Subquery(Provider.objects.order_by().filter(pk=OuterRef("provider_id")).values(name))


PUBLISHER_COLUMNS = ("provider_id", _of_provider("domain"), _of_provider("name"))
COLUMNS = ("pk", "slug", "title", "excerpt", "type", "category", "published_at", "rank", *PUBLISHER_COLUMNS)


class Publisher(NamedTuple):
    pk: int
    domain: str
    name: str

    def get_absolute_url(self) -> str:
        return f"/providers/{self.domain}/"


class TopicLabel(NamedTuple):
    pk: int
    slug: str
    name: str
    short_name: str

    def get_absolute_url(self) -> str:
        return f"/topics/{self.slug}/"


class PublicArticle:
    """Properties derived from the values of an article, shared by cards and the article page."""

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
    ordered_topics: tuple[TopicLabel, ...] = ()
    image_values: tuple = ()  # the values of IMAGE_FIELDS
    also_reported: AlsoReported | None = None


class Card(_Card, PublicArticle):
    __slots__ = ()

    @property
    def image(self) -> Image | None:
        return image_of(self.image_values) if self.image_values else None


def prepared_cards(order: Order, articles: Callable[..., ArticleQuerySet]) -> Callable[..., Cut[Card]]:
    """A function that returns lists of cards by prepared queries (see prepared_queries).

    `articles(now, …)` must return a queryset in the given order. The returned function takes the same keyword
    arguments but `now`, and its result goes to `paging.page_of`.
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
            return cards_of_rows(queries[direction](count, now=timezone.now(), **values, **at))

        return cut

    return cards


def cards_of(articles: ArticleQuerySet, order: Order) -> Cut[Card]:
    """The cards of a queryset, which must be in this order, for `paging.page_of`."""
    cut = cut_of(articles.values_list(*COLUMNS), order)
    return lambda count, direction="", place=None: cards_of_rows(cut(count, direction, place))


def visible_cards(pks: list[int]) -> list[Card]:
    """The cards of these articles in this order, without those that readers may not see (any more)."""
    rows = _visible(now=timezone.now(), pks=pks) if pks else []
    found = {card.pk: card for card in cards_of_rows(rows)}
    return [found[pk] for pk in pks if pk in found]


def cards_of_rows(rows: list[tuple]) -> list[Card]:
    """The cards of rows of COLUMNS, in the order of the rows."""
    pks = [row[0] for row in rows]
    topics = topics_of(pks)
    leads = _lead_images(pks)
    others = also_reported(pks)
    return [
        Card._make((*row[:-3], Publisher(*row[-3:]), topics.get(row[0], ()), leads.get(row[0], ()), others.get(row[0])))
        for row in rows
    ]


def each_image_once(cards: Iterable[Card]) -> list[Card]:
    """The cards, where an image is on the first of several only: publishers use one stock image for many articles."""
    sources: set[str] = set()
    result = []
    for card in cards:
        # Compares `src`, not the pk: images with the same content share a copy.
        src = card.image.src if card.image else ""
        result.append(card._replace(image_values=()) if src in sources else card)
        sources.add(src)
    return result


def without_common_topics(cards: Sequence[Card]) -> list[Card]:
    """The cards without the labels that most of them have: what stands on nearly every card tells them not apart."""
    counts = Counter(topic for card in cards for topic in card.ordered_topics)
    common = {topic for topic, number in counts.items() if number > len(cards) / 2} if len(cards) > FEW else set()
    return [
        card._replace(ordered_topics=tuple(topic for topic in card.ordered_topics if topic not in common))
        if common.intersection(card.ordered_topics)
        else card
        for card in cards
    ]


def topics_of(pks: list[int]) -> dict[int, tuple[TopicLabel, ...]]:
    found: dict[int, tuple[TopicLabel, ...]] = {}
    for pk, *label in _topics(pks=pks) if pks else ():
        found[pk] = (*found.get(pk, ()), TopicLabel(*label))
    return found


@lru_cache(maxsize=1000)
def image_of(values: tuple) -> Image:
    return Image.from_db("default", IMAGE_FIELDS, values)


def _lead_images(pks: list[int]) -> dict[int, tuple]:
    """The IMAGE_FIELDS of the first image of each article that has a `src`."""
    found: dict[int, tuple] = {}
    for pk, *image in image_rows(pks=pks) if pks else ():
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
def image_rows(pks: Any) -> QuerySet:
    """For each image of the articles: the article's pk, then the IMAGE_FIELDS, with the texts of its place there."""
    links = ArticleImage.objects.filter(article__in=pks).order_by("position", "pk")
    return links.values_list("article", *SHOWN_IMAGE)
