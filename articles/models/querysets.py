"""What may be seen, in which order, and with what beside it: every list of articles chains these names."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Expression, Prefetch, Q
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User


# A clock's, or a place for one in a prepared query.
Moment = datetime | Expression


class ArticleQuerySet(models.QuerySet):
    def visible(self, now: Moment | None = None) -> ArticleQuerySet:
        """What readers may see, now: published, started, not expired."""
        now = now or timezone.now()
        return self.filter(
            Q(publish_at=None) | Q(publish_at__lte=now),
            Q(expires_at=None) | Q(expires_at__gt=now),
            published=True,
        )

    def out_of_schedule(self, now: Moment | None = None) -> ArticleQuerySet:
        """Published, and not visible: what has not begun, or is over."""
        now = now or timezone.now()
        return self.filter(Q(publish_at__gt=now) | Q(expires_at__lte=now), published=True)

    def withdrawn(self, now: datetime | None = None) -> ArticleQuerySet:
        """What readers could see once, until a person took it away."""
        return self.filter(state="withdrawn", first_published_at__lte=now or timezone.now())

    def ranked(self) -> ArticleQuerySet:
        """The front page's order: hot and young first."""
        return self.order_by("-rank", "-pk")

    def latest_first(self) -> ArticleQuerySet:
        """By the date of the original, newest first."""
        return self.order_by("-published_at", "-pk")

    def without_payload(self) -> ArticleQuerySet:
        """Without the columns that no page shows."""
        return self.defer("body", "secured", "source", "source_digest", "extra")

    def in_queue(self) -> ArticleQuerySet:
        """What wants a decision of a person: `queue` says why."""
        return self.exclude(queue="")

    def by_priority(self) -> ArticleQuerySet:
        """The queue's order: what is worth a look first."""
        return self.order_by("-priority", "-pk")

    def unclaimed(self, by: User, now: datetime) -> ArticleQuerySet:
        """What no colleague is working on at this moment: one's own claims count as free."""
        return self.filter(Q(claimed_by=None) | Q(claimed_by=by) | Q(claimed_until__lte=now))

    def for_cards(self) -> ArticleQuerySet:
        """All that a list of cards shows, in three queries whatever its length."""
        topics, images = self._joined("topic_links", "topic"), self._joined("image_links", "image")
        return self.select_related("provider").prefetch_related(topics, images).without_payload()

    def _joined(self, links: str, row: str) -> Prefetch:
        """The rows of a through table, each with the row it leads to: one query instead of two."""
        through: type[models.Model] = getattr(self.model, links).rel.related_model
        return Prefetch(links, through._default_manager.select_related(row))


class EventQuerySet(models.QuerySet):
    def in_force(self) -> EventQuerySet:
        """Events that still say something of their article: without what was undone, and without the undoing."""
        return self.filter(undone_by=None).exclude(verb="undo")
