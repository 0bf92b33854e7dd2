"""What the database holds of an article and its events."""

from articles.history.snapshot import snapshot
from articles.models import Article, Event
from articles.models.fields import LOGGED


def facts(article: Article) -> tuple:
    """The row as the database holds it, and its events: what a refused verb leaves as it was."""
    row = Article.objects.get(pk=article.pk)
    return snapshot(row, LOGGED), row.version, list(Event.objects.filter(article=row).values())
