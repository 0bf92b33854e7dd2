"""Which images are used by what readers may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from articles.models import Article, ArticleImage, Image, RelatedImage, TopicImage
from articles.models.querysets import ArticleQuerySet
from providers.models import ProviderImage


def visible_images(images: QuerySet[Image]) -> QuerySet[Image]:
    """Images that readers may see: of an article they may see, or of its provider, topics or related links."""
    return _used_by(Article.objects.visible(), images)


def coming_images(images: QuerySet[Image]) -> QuerySet[Image]:
    """The same of articles that readers may see, now or later: pending and scheduled ones too."""
    coming = Article.objects.filter(state__in=["pending", "live", "published"])
    return _used_by(coming.exclude(expires_at__lte=timezone.now()), images)


def _used_by(articles: ArticleQuerySet, images: QuerySet[Image]) -> QuerySet[Image]:
    here = {"image": OuterRef("pk")}
    return images.filter(
        Exists(ArticleImage.objects.filter(article__in=articles, **here))
        | Exists(RelatedImage.objects.filter(related_link__article__in=articles, related_link__hidden=False, **here))
        | Exists(TopicImage.objects.filter(topic__article_links__article__in=articles, **here))
        | Exists(ProviderImage.objects.filter(provider__articles__in=articles, **here))
    )
