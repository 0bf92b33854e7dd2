"""Querysets of articles and events: visibility, orders, and related rows. Lists of articles chain these methods."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, Expression, OuterRef, Prefetch, Q
from django.utils import timezone

from articles.models.queue_order import QueueOrder

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models import Article, Event, Reason  # noqa: F401 - named in strings below


# A datetime, or a placeholder in a prepared query.
Moment = datetime | Expression


# The dates by which readers will see an article, or no longer see it.
TO_COME = {"scheduled": "publish_at", "expiring": "expires_at"}


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible(self, now: Moment | None = None) -> ArticleQuerySet:
        """Articles that readers may see: published, started, not expired."""
        return self.in_time(now).filter(published=True)

    def in_time(self, now: Moment | None = None) -> ArticleQuerySet:
        """Articles that have started and not expired, as far as they have such moments."""
        now = now or timezone.now()
        return self.filter(Q(publish_at=None) | Q(publish_at__lte=now), Q(expires_at=None) | Q(expires_at__gt=now))

    def out_of_schedule(self, now: Moment | None = None) -> ArticleQuerySet:
        """Published articles that are not visible: not started yet, or expired."""
        now = now or timezone.now()
        return self.filter(Q(publish_at__gt=now) | Q(expires_at__lte=now), published=True)

    def withdrawn(self, now: datetime | None = None) -> ArticleQuerySet:
        """Articles that readers could see, until a person withdrew them, or the source took them back unreviewed."""
        # `removed` stands alone: the database knows its partial index by it.
        taken_back = Q(removed=True) & Q(state="pending")
        return self.filter(Q(state="withdrawn") | taken_back, first_published_at__lte=now or timezone.now())

    def ranked(self) -> ArticleQuerySet:
        """In the order of the front page: hot and recent articles first."""
        return self.order_by("-rank", "-pk")

    def latest_first(self) -> ArticleQuerySet:
        """In the order of the date of the original, newest first."""
        return self.order_by("-published_at", "-pk")

    def without_payload(self) -> ArticleQuerySet:
        """Defers the large columns that lists do not show."""
        return self.defer("body", "secured", "source", "source_digest", "extra")

    def in_queue(self) -> ArticleQuerySet:
        """Articles that need a decision; `queue` is the reason."""
        return self.exclude(queue="")

    def waiting(self) -> ArticleQuerySet:
        """Articles in the queue but those that their source took back after a person had published them.

        These have a list of their own: nobody decides on them by the points that they would have as new ones.
        """
        return self.in_queue().exclude(queue="removed")

    def to_come(self, what: str, now: datetime) -> ArticleQuerySet:
        """Published articles whose start (`scheduled`) or end (`expiring`) is to come, the next one first."""
        date = TO_COME[what]
        # That order makes the databases walk the index of the date, even to count.
        return self.filter(**{f"{date}__gt": now}, published=True).order_by(date, "pk")

    def by_priority(self) -> ArticleQuerySet:
        """In the order of the queue: the most important first."""
        return self.order_by("-priority", "-pk")

    def with_queue_order(self) -> ArticleQuerySet:
        """Adds `queue_order`, the points that make up a priority: see `queue_order_of`."""
        return self.annotate(queue_order=QueueOrder.as_column())

    def unclaimed(self, by: User, now: datetime) -> ArticleQuerySet:
        """Articles that no colleague has claimed; those that the person claimed are included."""
        return self.filter(Q(claimed_by=None) | Q(claimed_by=by) | Q(claimed_until__lte=now))

    def for_cards(self) -> ArticleQuerySet:
        """Articles with provider, topics and images, in three queries for any number of articles."""
        topics, images = self._joined("topic_links", "topic"), self._joined("image_links", "image")
        return self.select_related("provider").prefetch_related(topics, images).without_payload()

    def _joined(self, links: str, row: str) -> Prefetch:
        """Prefetches the rows of a through table joined with their targets, in one query instead of two."""
        through: type[models.Model] = getattr(self.model, links).rel.related_model
        return Prefetch(links, through._default_manager.select_related(row))


class ReasonQuerySet(models.QuerySet["Reason"]):
    def offered(self) -> ReasonQuerySet:
        """Reasons that can be chosen, in the one order that they have everywhere: their digits go by it."""
        return self.filter(active=True).order_by("position", "pk")


class EventQuerySet(models.QuerySet["Event"]):
    def in_force(self) -> EventQuerySet:
        """Events that still have an effect: without undone events, and without the events that undid them.

        An event that only says where the document and a person disagree has none: what stands there stays.
        """
        return self.not_undone().exclude(verb__in=["undo", "conflict"])

    def not_undone(self) -> EventQuerySet:
        """Events that no other event has undone."""
        # Not a join: most events undo nothing, and SQLite would index all of them anew for each query.
        return self.filter(~Exists(self.model._default_manager.filter(undoes=OuterRef("pk"))))
