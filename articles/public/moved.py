"""Where readers are led from the address of an article that is not there for them any more.

An address that they never saw leads nowhere: what it belongs to is answered as what never was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.models import Article, ArticleOldSlug, State
from articles.models.querysets import ArticleQuerySet

CLEARED = (State.COVERED, State.DUPLICATE)
LONGEST_CHAIN = 10  # of duplicates of duplicates


class Place(NamedTuple):
    """The slug of a visible article, for good; or else the key of a story, for now, which may be public or not."""

    article: str = ""
    story: int = 0


class _Step(NamedTuple):
    pk: int
    slug: str
    state: str
    removed: bool
    duplicate_of: int | None
    story: int | None
    is_visible: bool


def articles_of(slug: str) -> list[int]:
    """The keys of the article with this slug, and of the one that had it earlier."""
    named = Article.objects.order_by().filter(slug=slug).values_list("pk", flat=True)
    return list(named.union(ArticleOldSlug.objects.filter(slug=slug).values_list("article")).order_by())


def place_of(keys: list[int]) -> Place | None:
    """Where these articles are now, if one of them is elsewhere.

    One that was renamed has another slug; the readers of a duplicate are led to the article whose duplicate it is, and
    those of a covered one to its story. One query, and one for each step from duplicate to duplicate.
    """
    now = timezone.now()
    cleared = Article.objects.filter(state__in=CLEARED, first_published_at__lte=now)
    step = _first((Article.objects.visible(now) | cleared).filter(pk__in=keys), now)
    been: set[int] = set()
    while step and step.state == State.DUPLICATE:
        been.add(step.pk)
        if step.duplicate_of is None or step.duplicate_of in been or len(been) > LONGEST_CHAIN:
            return None
        step = _first(Article.objects.filter(pk=step.duplicate_of), now)
    if step and step.is_visible:
        return Place(article=step.slug)
    # What its source has taken back stands in no story.
    if step and step.state == State.COVERED and step.story and not step.removed:
        return Place(story=step.story)
    return None


def gone_among(keys: Iterable[int]) -> ArticleQuerySet:
    """Those of these articles that readers could see, and that have left the site.

    So has a cleared one for whose readers `place_of` finds no other place.
    """
    now = timezone.now()
    cleared = Article.objects.filter(state__in=CLEARED, first_published_at__lte=now)
    return (Article.objects.withdrawn(now) | cleared).filter(pk__in=keys)


def _first(articles: ArticleQuerySet, now: datetime) -> _Step | None:
    """The first of these articles, which are two at most: a visible one, if there is one."""
    visible = Exists(Article.objects.visible(now).filter(pk=OuterRef("pk")))
    rows = articles.order_by().annotate(is_visible=visible)
    columns = ("pk", "slug", "state", "removed", "duplicate_of", "story_member__story", "is_visible")
    steps = [_Step(*row) for row in rows.values_list(*columns)]
    return max(steps, key=lambda step: step.is_visible, default=None)
