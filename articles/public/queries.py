"""Queries of the public pages that join several models."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Case, Count, Exists, Expression, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from articles.models import Article, Event, Reason, RelatedLink, Topic, TopicEntry
from articles.models.querysets import ArticleQuerySet, Moment
from articles.stories.readers import one_place
from providers.models import Provider

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Visibility(TypedDict):
        is_visible: bool

    class _Many(TypedDict):
        many: bool

    TopicWithVisibility = WithAnnotations[Topic, _Visibility]
    TopicWithMany = WithAnnotations[Topic, _Many]

# With so many articles, the list of a topic is read by the index of dates (see of_topics).
MANY_ARTICLES = 5_000


def with_reason(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Withdrawn articles with `reason`, the label that readers may see, and `gone_at`, when they left the site.

    The note of the decision is not for readers. Where nobody decided, the source took the article back, by a run.
    """
    # The decision of the last review: undoing a decision restores the earlier `reviewed_at`.
    decided = Event.objects.filter(
        article=OuterRef("pk"), verb__in=["withdraw", "reject"], at__gte=OuterRef("reviewed_at")
    ).order_by("at", "pk")
    by_source = Event.objects.filter(article=OuterRef("pk"), run__isnull=False, after__published=False)
    taken_back = Reason.objects.filter(slug=Reason.TAKEN_BACK)
    return articles.annotate(
        reason=Case(
            When(reviewed_at=None, then=Subquery(taken_back.values("label")[:1])),
            default=Subquery(decided.values("reason__label")[:1]),
        ),
        gone_at=Coalesce("reviewed_at", Subquery(by_source.order_by("-pk").values("at")[:1]), "changed_at"),
    )


def with_neighbours(articles: ArticleQuerySet, now: Moment | None = None) -> ArticleQuerySet:
    """Articles with `newer` and `older`: slug and title of the nearest visible articles by date."""
    date, pk = OuterRef("published_at"), OuterRef("pk")
    # The first condition is implied by the second; it lets the database start in the middle of the index.
    older = Q(published_at__lte=date) & (Q(published_at__lt=date) | Q(pk__lt=pk))
    newer = Q(published_at__gte=date) & (Q(published_at__gt=date) | Q(pk__gt=pk))
    visible, fields = Article.objects.visible(now), {"data": JSONObject(slug="slug", title="title")}
    return articles.annotate(
        older=Subquery(visible.filter(older).latest_first().values(**fields)[:1]),
        newer=Subquery(visible.filter(newer).order_by("published_at", "pk").values(**fields)[:1]),
    )


def linking_to(articles: ArticleQuerySet, article: int | Expression) -> ArticleQuerySet:
    """The articles that have this one among the related links that readers see."""
    links = RelatedLink.objects.filter(page__target=article).for_readers().exclude(article=article)
    return articles.filter(pk__in=links.values("article"))


def of_topics(articles: ArticleQuerySet, topics: Collection[int] | Expression, *, many: bool) -> ArticleQuerySet:
    """The published articles of any of the topics, by a query that finds the newest of them fast.

    `many` (see topic_tree.has_many) chooses between two: if the topics have many articles, walking down the index of
    dates soon meets enough of them; if they have few, it is faster to look up all of them and sort.
    """
    entries = TopicEntry.objects.filter(topic__in=topics)
    if many:
        return articles.filter(Exists(entries.filter(article=OuterRef("pk"), published_at=OuterRef("published_at"))))
    return articles.filter(pk__in=entries.values("article"))


def stories_of_topics(
    articles: ArticleQuerySet, topics: Collection[int] | Expression, *, many: bool
) -> ArticleQuerySet:
    """The same articles, of which each story takes one place: that of the lead among those of the topics."""
    # To look at one article of a story, and not at all of the topics.
    rivals = of_topics(articles, topics, many=True)
    return one_place(of_topics(articles, topics, many=many), rivals=rivals)


def topics_with_visibility(now: Moment | None = None) -> QuerySet[TopicWithVisibility]:
    """Topics with `is_visible`: whether the topic has a visible article."""
    visible = Article.objects.visible(now)
    return Topic.objects.annotate(is_visible=Exists(visible.filter(topic_entries__topic=OuterRef("pk"))))


def visible_topics(now: Moment | None = None) -> QuerySet[Topic]:
    """Topics with a visible article: readers may not learn of others."""
    return topics_with_visibility(now).filter(is_visible=True)


def with_many(topics: QuerySet[Topic]) -> QuerySet[TopicWithMany]:
    """Topics with `many`, whether the topic has MANY_ARTICLES or more, for `of_topics`."""
    entries = TopicEntry.objects.filter(topic=OuterRef("pk"))
    return topics.annotate(many=Exists(entries[MANY_ARTICLES - 1 : MANY_ARTICLES]))


def visible_providers(now: Moment | None = None) -> QuerySet[Provider]:
    """Providers with a visible article: readers may not learn of others."""
    return Provider.objects.filter(Exists(Article.objects.visible(now).filter(provider=OuterRef("pk"))))


def with_visible_count(providers: QuerySet[Provider], now: Moment | None = None) -> QuerySet[Provider]:
    """Providers with `visible_count`, the number of their visible articles."""
    visible = Article.objects.visible(now).filter(provider=OuterRef("pk")).order_by()
    counts = visible.values("provider").annotate(n=Count("pk")).values("n")
    return providers.annotate(visible_count=Coalesce(Subquery(counts), 0))
