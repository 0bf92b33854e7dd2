"""What may be seen, in which order, and with what beside it: every list of articles chains these names."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone


class ArticleQuerySet(models.QuerySet):
    def visible(self, now: datetime | None = None) -> ArticleQuerySet:
        """What readers may see, now: published, started, not expired."""
        now = now or timezone.now()
        return self.filter(
            Q(publish_at=None) | Q(publish_at__lte=now),
            Q(expires_at=None) | Q(expires_at__gt=now),
            published=True,
        )

    def ranked(self) -> ArticleQuerySet:
        """The front page's order: hot and young first."""
        return self.order_by("-rank", "-pk")

    def latest_first(self) -> ArticleQuerySet:
        """By the date of the original, newest first."""
        return self.order_by("-published_at", "-pk")

    def without_payload(self) -> ArticleQuerySet:
        """Without the columns that no page shows."""
        return self.defer("body", "secured", "source", "source_digest", "extra")

    def for_cards(self) -> ArticleQuerySet:
        """All that a list of cards shows, in three queries whatever its length."""
        return self.select_related("provider").prefetch_related(*self._topics_and_images()).without_payload()

    def for_page(self) -> ArticleQuerySet:
        """All that one article's own page shows, in six queries whatever its links."""
        from articles.models import RelatedImage, RelatedLink

        related = (
            RelatedLink.objects.filter(hidden=False)
            .select_related("provider", "target")
            .prefetch_related(Prefetch("image_links", RelatedImage.objects.select_related("image")))
        )
        return (
            self.select_related("provider")
            .prefetch_related(*self._topics_and_images(), Prefetch("related", related))
            .defer("secured", "source", "source_digest")
        )

    @staticmethod
    def _topics_and_images() -> tuple[Prefetch, Prefetch]:
        from articles.models import ArticleImage, ArticleTopic

        return (
            Prefetch("topic_links", ArticleTopic.objects.select_related("topic")),
            Prefetch("image_links", ArticleImage.objects.select_related("image")),
        )


def _visible_articles() -> ArticleQuerySet:
    from articles.models import Article

    return Article.objects.visible()


class TopicQuerySet(models.QuerySet):
    def with_visible_articles(self) -> TopicQuerySet:
        """Topics that readers may know of: those with an article that they may see."""
        return self.filter(Exists(_visible_articles().filter(topic_links__topic=OuterRef("pk"))))


class ProviderQuerySet(models.QuerySet):
    def with_visible_articles(self) -> ProviderQuerySet:
        """Providers that readers may know of: those with an article that they may see."""
        return self.filter(Exists(_visible_articles().filter(provider=OuterRef("pk"))))
