"""Queries for the images that are used by articles."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from articles.models import Article, ArticleImage, Image, TopicImage
from articles.models.querysets import ArticleQuerySet
from providers.models import ProviderImage


def visible_images(images: QuerySet[Image]) -> QuerySet[Image]:
    """Images of visible articles, and of their providers and topics. Nobody sees those of related links."""
    return _used_by(Article.objects.visible(), images)


def coming_images(images: QuerySet[Image]) -> QuerySet[Image]:
    """The same for articles that are visible now or may be later, such as pending and scheduled ones."""
    coming = Article.objects.filter(state__in=["pending", "live", "published"])
    return _used_by(coming.exclude(expires_at__lte=timezone.now()), images)


def _used_by(articles: ArticleQuerySet, images: QuerySet[Image]) -> QuerySet[Image]:
    here = {"image": OuterRef("pk")}
    return images.filter(
        Exists(ArticleImage.objects.filter(article__in=articles, **here))
        | Exists(TopicImage.objects.filter(topic__article_links__article__in=articles, **here))
        | Exists(ProviderImage.objects.filter(provider__articles__in=articles, **here))
    )
