"""The values of a story's page: its public reports, read in one query whatever their number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article
from articles.models.querysets import Moment
from articles.public.also_reported import story_url
from articles.public.cards import PublicArticle, Publisher
from articles.public.prepared_queries import prepared
from articles.stories.readers import reports_of

COLUMNS = (
    *("pk", "slug", "title", "excerpt", "type", "category", "published", "published_at", "web_url", "original_url"),
    *("changed_for_readers_at", "reviewed_at", "provider_id", "provider__domain", "provider__name"),
)


class _Report(NamedTuple):
    pk: int
    slug: str
    title: str
    excerpt: str
    type: str
    category: str
    published: bool
    published_at: datetime
    web_url: str
    original_url: str
    changed_for_readers_at: datetime
    reviewed_at: datetime | None
    provider: Publisher


class Report(_Report, PublicArticle):
    """A report of a story: an article of ours that readers may see, or a covered one, of which only the source."""

    __slots__ = ()

    @property
    def url(self) -> str:
        """The URL of the original."""
        return self.web_url or self.original_url

    @property
    def came_at(self) -> datetime:
        """When readers last saw something else of it here: a covered one stands there since the decision."""
        return self.changed_for_readers_at if self.published else self.reviewed_at or self.changed_for_readers_at


@dataclass(frozen=True)
class StoryPage:
    """A story with two or more public reports, of which at least one is an article of ours."""

    lead: Report
    reports: list[Report]  # in the order of time

    @property
    def first(self) -> Report:
        return self.reports[0]

    @cached_property
    def providers(self) -> int:
        return len({report.provider.pk for report in self.reports})

    @property
    def modified(self) -> datetime:
        """When readers last saw something else of its reports."""
        return max(max(report.published_at, report.came_at) for report in self.reports)

    def beside(self, pk: int) -> list[Report]:
        """The other reports, for the page of the article with this key."""
        return [report for report in self.reports if report.pk != pk]

    def get_absolute_url(self) -> str:
        return story_url(self.lead.slug)


def story_page(story: int, now: datetime | None = None) -> StoryPage | None:
    """The page of a story; None if it is not public. One query."""
    rows = [Report._make((*row[:-3], Publisher(*row[-3:]))) for row in _reports(story=story, now=now or timezone.now())]
    if len(rows) < 2 or not rows[0].published:
        return None
    return StoryPage(rows[0], sorted(rows, key=attrgetter("published_at", "pk")))


def story_at(slug: str) -> StoryPage | None:
    """The page of the story of the visible article with this slug. Two queries."""
    now = timezone.now()
    found = _story_of(slug=slug, now=now)
    return story_page(found[0][0], now) if found else None


@prepared
def _reports(story: Any, now: Moment) -> QuerySet:
    return reports_of(story, now).values_list(*COLUMNS)


@prepared
def _story_of(slug: Any, now: Moment) -> QuerySet:
    told = Article.objects.visible(now).order_by().filter(story_member__isnull=False, slug=slug)
    return told.values_list("story_member__story")
