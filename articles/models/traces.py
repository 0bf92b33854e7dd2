"""Traces of earlier articles and slugs: redirects, and tombstones of deleted articles."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.models.article import Article
from articles.models.keys import URL_LENGTH, KeyField


class ArticleOldSlug(models.Model):
    """An earlier slug of an article; its address redirects to the article."""

    slug = models.SlugField(max_length=100, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_slugs")

    def __str__(self):
        return self.slug


class Tombstone(models.Model):
    """Marks the document of an article that a person deleted, so that imports do not create it again."""

    path = models.CharField(max_length=500, null=True, blank=True, unique=True)
    canonical_url = models.CharField(max_length=URL_LENGTH)
    canonical_key = KeyField(of="canonical_url", db_index=True)
    title = models.CharField(max_length=500)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-deleted_at"]

    def __str__(self):
        return self.title
