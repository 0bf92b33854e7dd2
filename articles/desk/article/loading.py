"""Loads the article of a page of the desk."""

from django.db.models import Exists, OuterRef, Prefetch, Subquery

from articles.models import Article, ArticleImage, ArticleTopic, KeyWords


def find_article(pk: int) -> Article | None:
    """Returns the article with all that its page shows, without `secured`."""
    people = ("provider", "reviewed_by", "ruled_by", "claimed_by", "assigned_to", "duplicate_of")
    return (
        Article.objects.select_related(*people)
        .annotate(
            is_visible=Exists(Article.objects.visible().filter(pk=OuterRef("pk"))),
            words_of_key=Subquery(KeyWords.objects.filter(pk=OuterRef("pk")).values("words")),
        )
        .prefetch_related(
            Prefetch("topic_links", ArticleTopic.objects.select_related("topic")),
            Prefetch("image_links", ArticleImage.objects.select_related("image")),
        )
        .defer("secured", "extra", *(f"duplicate_of__{n}" for n in ("body", "secured", "source", "extra", "excerpt")))
        .filter(pk=pk)
        .first()
    )
