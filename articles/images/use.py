"""Queries for the images that are used by articles."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from articles.models import Article, ArticleImage, Image, TopicImage
from providers.models import ProviderImage


def visible_images(images: QuerySet[Image]) -> QuerySet[Image]:
    """Images of visible articles, and of their providers and topics. Nobody sees those of related links."""
    articles = Article.objects.visible()
    return _used_by(lambda path: Q(**{f"{path}__in": articles}), images)


def coming_images(images: QuerySet[Image]) -> QuerySet[Image]:
    """The same for articles that are visible now or may be later, such as pending and scheduled ones.

    The condition names no `state`: SQLite without statistics would follow the index of states from each image, and so
    read all articles for each. As it stands, each image is followed to its own articles (docs/decisions/0002).
    """
    now = timezone.now()

    def coming(path: str) -> Q:
        article = f"{path}__"
        return (
            # Else a topic without articles would count as one of an article without a review.
            Q(**{f"{article}pk__isnull": False})
            & (Q(**{f"{article}published": True}) | Q(**{f"{article}reviewed_at": None}))
            & (Q(**{f"{article}expires_at": None}) | Q(**{f"{article}expires_at__gt": now}))
        )

    return _used_by(coming, images)


def _used_by(condition: Callable[[str], Q], images: QuerySet[Image]) -> QuerySet[Image]:
    """Images of articles that fulfil the condition, which is given the lookup that leads to the article."""
    here = {"image": OuterRef("pk")}
    return images.filter(
        Exists(ArticleImage.objects.filter(condition("article"), **here))
        | Exists(TopicImage.objects.filter(condition("topic__article_links__article"), **here))
        | Exists(ProviderImage.objects.filter(condition("provider__articles"), **here))
    )
