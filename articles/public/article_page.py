"""The values on the page of an article, read in five queries however many links it has.

One more for a collection, and one more for an article that tells a story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.documents.items import item_paths
from articles.links import canonical
from articles.models import Article, Image, OriginalCheck, RelatedLink, State, StoryMember, Type
from articles.models.querysets import ArticleQuerySet, Moment
from articles.public.cards import (
    PUBLISHER_COLUMNS,
    PublicArticle,
    Publisher,
    TopicLabel,
    image_of,
    image_rows,
    topics_of,
)
from articles.public.prepared_queries import prepared
from articles.public.queries import linking_to, with_neighbours
from articles.public.story_page import Report, StoryPage, story_page

COVERAGE = 5
REPORTS = 5  # of the other reports of its story
RELATED_SHOWN = 8  # of the related links, before a reader asks for all of them
VALUES = (
    *("pk", "slug", "title", "excerpt", "body", "type", "category", "published_at", "web_url", "original_url"),
    *("amp_url", "extra", "path", "changed_for_readers_at", "older", "newer", "story"),
)
COLUMNS = (*VALUES, *PUBLISHER_COLUMNS)


class Link(NamedTuple):
    """A related link; `local_slug` is the slug of our own article with that URL, if readers may see it, else None."""

    url: str
    title: str
    published_at: datetime | None
    type: str
    provider: str | None
    local_slug: str | None

    def get_type_display(self) -> str:
        return str(Type(self.type).label)


class Mention(NamedTuple):
    """Another article on the page: one that has this one among its related links, or an item of the collection."""

    slug: str
    title: str
    published_at: datetime
    provider: str


@dataclass(slots=True)
class ArticlePage(PublicArticle):
    pk: int
    slug: str
    title: str
    excerpt: str
    body: str
    type: str
    category: str
    published_at: datetime
    web_url: str
    original_url: str
    amp_url: str
    extra: dict[str, Any]
    path: str | None
    changed_for_readers_at: datetime
    # `slug` and `title` of the visible articles before and after it by date.
    older: dict[str, str] | None
    newer: dict[str, str] | None
    provider: Publisher
    ordered_topics: tuple[TopicLabel, ...]
    ordered_images: list[Image]
    related: list[Link]
    coverage: list[Mention]
    items: list[Mention]  # of a collection, which has no original to read
    story: StoryPage | None

    @property
    def url(self) -> str:
        return self.web_url or self.original_url

    @property
    def lead_image(self) -> Image | None:
        return next((image for image in self.ordered_images if image.src), None)

    def context(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """The context of its template. `?related=all` asks for all related links, and for them in columns below."""
        all_related = parameters.get("related") == "all"
        related = self.related if all_related else self.related[:RELATED_SHOWN]
        return {
            "article": self,
            "related": related,
            "all_related": all_related,
            "others": self.other_reports,
            "original_is_dead": _is_marked_dead(self.pk),
        }

    @property
    def other_reports(self) -> list[Report]:
        """The first of the other reports of its story; the story's page has all of them."""
        return self.story.beside(self.pk)[:REPORTS] if self.story else []


def _is_marked_dead(pk: int) -> bool:
    """Whether readers are told that the original is gone: where the operator wants it, by one query more."""
    return settings.MARK_DEAD_ORIGINALS and OriginalCheck.objects.filter(article=pk, result="dead").exists()


def visible_article_page(slug: str) -> ArticlePage | None:
    now = timezone.now()
    return _article_page(_visible(slug=slug, now=now), now)


def any_article_page(pk: int) -> ArticlePage | None:
    """The same for staff: an article in any state."""
    now = timezone.now()
    return _article_page(_any(pk=pk, now=now), now)


def _article_page(rows: list[tuple], now: datetime) -> ArticlePage | None:
    if not rows:
        return None
    row, pk = rows[0], rows[0][0]
    values = dict(zip(VALUES, row[:-3], strict=True))
    member_of = values.pop("story")
    story = _story(member_of, pk, now) if member_of else None
    return ArticlePage(
        **values,
        provider=Publisher(*row[-3:]),
        ordered_topics=topics_of([pk]).get(pk, ()),
        ordered_images=[image_of(tuple(image)) for _, *image in image_rows(pks=[pk])],
        related=_without_reports([Link(*link) for link in _related(pk=pk, now=now)], story),
        coverage=[Mention(*mention) for mention in _coverage(pk=pk, now=now)],
        items=_items_at(item_paths(values["path"], values["extra"]), now),
        story=story,
    )


def _without_reports(links: list[Link], story: StoryPage | None) -> list[Link]:
    """The related links that do not lead to a report of the story, which stands above them."""
    reports = story.reports if story else []
    urls, slugs = {canonical(report.url) for report in reports if report.url}, {report.slug for report in reports}
    return [link for link in links if canonical(link.url) not in urls and link.local_slug not in slugs]


def _story(story: int, pk: int, now: datetime) -> StoryPage | None:
    """The story, where the article is a report of it: not if it is hidden, and staff look at it."""
    page = story_page(story, now)
    return page if page and any(report.pk == pk for report in page.reports) else None


def _items_at(paths: list[str], now: datetime) -> list[Mention]:
    found = {path: Mention(*mention) for path, *mention in _items(paths=paths, now=now)} if paths else {}
    return [found[path] for path in paths if path in found]


def _values(articles: ArticleQuerySet, now: Moment) -> QuerySet:
    member = StoryMember.objects.filter(article=OuterRef("pk"))
    return with_neighbours(articles, now).annotate(story=Subquery(member.values("story"))).values_list(*COLUMNS)


@prepared
def _visible(slug: Any, now: Moment) -> QuerySet:
    return _values(Article.objects.visible(now).order_by().filter(slug=slug), now)


@prepared
def _any(pk: Any, now: Moment) -> QuerySet:
    return _values(Article.objects.order_by().filter(pk=pk), now)


@prepared
def _items(paths: Any, now: Moment) -> QuerySet:
    found = Article.objects.visible(now).order_by().filter(path__in=paths)
    return found.values_list("path", "slug", "title", "published_at", "provider__name")


@prepared
def _related(pk: Any, now: Moment) -> QuerySet:
    target = Article.objects.visible(now).order_by().filter(pk=OuterRef("page__target")).exclude(pk=OuterRef("article"))
    # What a person rejected or withdrew, or what its source took back, is recommended nowhere.
    turned_down = Q(state__in=[State.REJECTED, State.WITHDRAWN]) | Q(removed=True, published=False)
    kept_out = Article.objects.filter(turned_down, pk=OuterRef("page__target"))
    links = RelatedLink.objects.filter(~Exists(kept_out), article=pk).for_readers().most_relevant_first()
    values = [f"page__{name}" for name in ("url", "title", "published_at", "type")]
    # A page keeps the provider that documents name, which may have been merged into another one.
    publisher = Coalesce("page__provider__merged_into__name", "page__provider__name")
    found = links.annotate(local_slug=Subquery(target.values("slug")), publisher=publisher)
    return found.values_list(*values, "publisher", "local_slug")


@prepared
def _coverage(pk: Any, now: Moment) -> QuerySet:
    found = linking_to(Article.objects.visible(now), pk).latest_first()
    return found.values_list("slug", "title", "published_at", "provider__name")[:COVERAGE]
