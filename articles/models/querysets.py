"""What may be seen, in which order, and with what beside it: every list of articles chains these names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, Expression, ExpressionWrapper, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User


# A clock's, or a place for one in a prepared query.
Moment = datetime | Expression

# Articles of a topic, from which on its list walks the index of dates.
MANY = 5_000


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

    def with_reason(self) -> ArticleQuerySet:
        """Withdrawn ones with the `reason` that readers are told, never the note beside it."""
        from articles.models import Event

        # What was decided when the article was last reviewed: an undone decision takes the earlier review back.
        decided = Event.objects.filter(
            article=OuterRef("pk"), verb__in=["withdraw", "reject"], at__gte=OuterRef("reviewed_at")
        ).order_by("at", "pk")
        return self.annotate(reason=Subquery(decided.values("reason__label")[:1]))

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
        return self.select_related("provider").prefetch_related(*self._topics_and_images()).without_payload()

    def with_neighbours(self, now: Moment | None = None) -> ArticleQuerySet:
        """With `newer` and `older`, the slug and title of the articles beside each by date that readers may see."""
        from articles.models import Article

        date, pk = OuterRef("published_at"), OuterRef("pk")
        # The first condition says nothing new; it lets the database start in the middle of the index.
        older = Q(published_at__lte=date) & (Q(published_at__lt=date) | Q(pk__lt=pk))
        newer = Q(published_at__gte=date) & (Q(published_at__gt=date) | Q(pk__gt=pk))
        visible, said = Article.objects.visible(now), {"data": JSONObject(slug="slug", title="title")}
        return self.annotate(
            older=Subquery(visible.filter(older).latest_first().values(**said)[:1]),
            newer=Subquery(visible.filter(newer).order_by("published_at", "pk").values(**said)[:1]),
        )

    def linking_to(self, article: int | Expression) -> ArticleQuerySet:
        """Those that show the article as a related link."""
        from articles.models import RelatedLink

        return self.filter(pk__in=RelatedLink.objects.filter(target=article, hidden=False).values("article"))

    def of_topics(self, topics: Collection[int] | Expression, *, many: bool) -> ArticleQuerySet:
        """The published ones of any of the topics, in a form that is fast for the newest of them.

        `many` (topic_tree.has_many) are met soon on the way down the index of dates; few are looked up one by one, and
        sorted.
        """
        from articles.models import TopicEntry

        entries = TopicEntry.objects.filter(topic__in=topics)
        if many:
            return self.filter(Exists(entries.filter(article=OuterRef("pk"), published_at=OuterRef("published_at"))))
        return self.filter(pk__in=entries.values("article"))

    @staticmethod
    def _topics_and_images() -> tuple[Prefetch, Prefetch]:
        from articles.models import ArticleImage, ArticleTopic

        return (
            Prefetch("topic_links", ArticleTopic.objects.select_related("topic")),
            Prefetch("image_links", ArticleImage.objects.select_related("image")),
        )


def _visible_articles(now: Moment | None = None) -> ArticleQuerySet:
    from articles.models import Article

    return Article.objects.visible(now)


class TopicQuerySet(models.QuerySet):
    def with_visible_articles(self, now: Moment | None = None) -> TopicQuerySet:
        """Topics that readers may know of: those with an article that they may see."""
        return self.with_visibility(now).filter(is_visible=True)

    def with_visibility(self, now: Moment | None = None) -> TopicQuerySet:
        """With `is_visible`: whether readers may see an article of the topic."""
        return self.annotate(is_visible=Exists(_visible_articles(now).filter(topic_entries__topic=OuterRef("pk"))))

    def with_many(self) -> TopicQuerySet:
        """With `many`: whether it has so many articles that `of_topics` walks the index of dates for them."""
        from articles.models import TopicEntry

        entries = TopicEntry.objects.filter(topic=OuterRef("pk"))
        return self.annotate(many=Exists(entries[MANY - 1 : MANY]))


class ProviderQuerySet(models.QuerySet):
    def with_visible_articles(self, now: Moment | None = None) -> ProviderQuerySet:
        """Providers that readers may know of: those with an article that they may see."""
        return self.filter(Exists(_visible_articles(now).filter(provider=OuterRef("pk"))))

    def with_visible_count(self, now: Moment | None = None) -> ProviderQuerySet:
        """With `visible_count`, how many articles of each readers may see."""
        visible = _visible_articles(now).filter(provider=OuterRef("pk")).order_by()
        counts = visible.values("provider").annotate(n=Count("pk")).values("n")
        return self.annotate(visible_count=Coalesce(Subquery(counts), 0))


class EventQuerySet(models.QuerySet):
    def with_undoable(self) -> EventQuerySet:
        """With `undoable`: whether an undo finds the article as the event left it.

        Of what came later, only what was undone itself does not count, nor its undoing.
        """
        from articles.models import Article, Event

        later = Event.objects.filter(article=OuterRef("article"), version__gt=OuterRef("version")).in_force()
        there = Article.objects.filter(pk=OuterRef("article"))
        undoable = Q(undone_by=None) & ~Q(verb__in=["import", "delete", "undo"]) & ~Exists(later) & Exists(there)
        return self.annotate(undoable=ExpressionWrapper(undoable, models.BooleanField()))

    def in_force(self) -> EventQuerySet:
        """Events that still say something of their article: without what was undone, and without the undoing."""
        return self.filter(undone_by=None).exclude(verb="undo")


class ImageQuerySet(models.QuerySet):
    def with_visible_use(self) -> ImageQuerySet:
        """Pictures that readers may see: of an article they may see, or of its provider, topics or related links."""
        return self._used_by(_visible_articles())

    def with_coming_use(self) -> ImageQuerySet:
        """The same of articles that readers may see, now or later: pending and scheduled ones too."""
        from articles.models import Article

        coming = Article.objects.filter(state__in=["pending", "live", "published"])
        return self._used_by(coming.exclude(expires_at__lte=timezone.now()))

    def _used_by(self, articles: ArticleQuerySet) -> ImageQuerySet:
        here = {"image": OuterRef("pk")}
        from articles.models import ArticleImage, RelatedImage, TopicImage
        from providers.models import ProviderImage

        return self.filter(
            Exists(ArticleImage.objects.filter(article__in=articles, **here))
            | Exists(
                RelatedImage.objects.filter(related_link__article__in=articles, related_link__hidden=False, **here)
            )
            | Exists(TopicImage.objects.filter(topic__article_links__article__in=articles, **here))
            | Exists(ProviderImage.objects.filter(provider__articles__in=articles, **here))
        )
