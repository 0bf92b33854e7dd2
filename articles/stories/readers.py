"""What readers see of stories: one place for each in a list, and the reports that are public.

Whether an article is visible depends on the clock, so nothing of this is stored: each query decides it when it runs.
Most articles tell no story: for them each of these costs one look into the index of members.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, TypedDict

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Expression,
    ExpressionWrapper,
    F,
    Max,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from articles.models import Article, State, StoryMember
from articles.models.querysets import ArticleQuerySet, Moment

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Beside(TypedDict):
        beside: int

    Report = WithAnnotations[Article, _Beside]

# Which of several articles stands for their story: the one that an editor chose last, else the best, else the first.
LEAD_FIRST: tuple[OrderBy | str, ...] = (
    F("lead_at").desc(nulls_last=True),
    F("quality").desc(),
    F("provider__trust").desc(),
    "published_at",
    "pk",
)
# What stands above that at the front page: a pinned article has its place, and its story takes no other.
PINNED_FIRST = Q(pinned_at=None)


def one_place(
    articles: ArticleQuerySet, *, rivals: ArticleQuerySet | None = None, first: Q | None = None
) -> ArticleQuerySet:
    """The articles of a list of which each story takes one place: that of the lead among those of its articles in it.

    So a story is in the list of a topic even if the lead of all its articles has another topic. Articles for which
    `first` is false stand above the lead. `rivals` are the same articles, by a query that finds one of them fast.
    """
    above = [ExpressionWrapper(first, BooleanField())] if first else []
    lead = _of_the_same_story((articles if rivals is None else rivals).order_by()).order_by(*above, *LEAD_FIRST)
    stands = lead.values(stands=ExpressionWrapper(Q(pk=OuterRef("pk")), BooleanField()))[:1]
    # Not `pk = lead`: PostgreSQL would expect one such row, and sort a million of them instead of walking the index.
    return articles.filter(Coalesce(Subquery(stands), Value(True)))


def lead_of(now: Moment | None = None, *, value: str = "pk") -> Subquery:
    """A column of articles: a value of the lead of the article's story; NULL where it tells none that is visible."""
    return Subquery(_of_the_same_story(Article.objects.visible(now)).order_by(*LEAD_FIRST).values(value)[:1])


def public_reports(now: Moment | None = None) -> ArticleQuerySet:
    """What may be listed as a report of a story: visible articles, and those that were cleared as covered by one.

    A story is public only with a visible article in it, and with two such reports. What is pending, rejected,
    withdrawn, scheduled, expired or taken back by its source is none.
    """
    covered = Article.objects.in_time(now).filter(state=State.COVERED, removed=False)
    return Article.objects.visible(now) | covered


def reports_of(story: int | Expression, now: Moment | None = None) -> ArticleQuerySet:
    """The public reports of a story: the visible ones before the covered ones, and of these the lead first."""
    return public_reports(now).filter(story_member__story=story).order_by("-published", *LEAD_FIRST)


def reports_beside(articles: Collection[int] | Expression, now: Moment | None = None) -> QuerySet[Report]:
    """The public reports of the stories of these articles, in that order, with `beside`: which of these it was."""
    beside = F("story_member__story__members__article")
    found = public_reports(now).filter(story_member__story__members__article__in=articles)
    return found.annotate(beside=beside).order_by("-published", *LEAD_FIRST)


def story_changed_at(now: Moment | None = None) -> Subquery:
    """A column of articles: when readers last saw something else of the article's story; NULL where it has no page."""
    reports = _of_the_same_story(public_reports(now)).order_by()
    # A covered article stands there since it was decided on.
    changed_at = Case(When(published=True, then="changed_for_readers_at"), default="reviewed_at")
    stories = reports.values("story_member__story").annotate(number=Count("pk"), at=Max(changed_at))
    return Subquery(stories.filter(number__gt=1).values("at"))


def _of_the_same_story(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Of these articles those of the story of the article outside of this subquery, which is one of them or not."""
    story = StoryMember.objects.filter(article=OuterRef(OuterRef("pk"))).values("story")[:1]
    return articles.filter(story_member__story=Subquery(story))
