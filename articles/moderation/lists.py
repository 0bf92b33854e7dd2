"""Writes the topics and the images of articles: rows that lead from an article to each, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from articles.models import Article, ArticleImage, ArticleTopic


def replace_lists(changes: Sequence[tuple[Article, Mapping[str, Any]]]) -> None:
    """Replaces the lists that are among the new values of articles, in a number of queries that does not grow."""
    topics = {row: new["topics"] for row, new in changes if "topics" in new}
    if topics:
        ArticleTopic.objects.filter(article__in=topics).delete()
        ArticleTopic.objects.bulk_create(
            ArticleTopic(article=row, topic=topic, position=position)
            for row, some in topics.items()
            for position, topic in enumerate(some)
        )
    images = {row: new["images"] for row, new in changes if "images" in new}
    if images:
        ArticleImage.objects.filter(article__in=images).delete()
        ArticleImage.objects.bulk_create(place for places in images.values() for place in places)
