"""Finds articles whose documents have left their folder, and withdraws them if a person confirms it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.contrib.auth.models import User

from articles import moderation
from articles.importing.sources.roots import Sources
from articles.models import Article, Channel, Reason


def missing_articles(roots: Sequence[Path]) -> Iterator[Article]:
    """Yields the articles that earlier runs of the same roots imported, and whose documents no longer exist."""
    sources = Sources(roots)
    # Not by the files of runs: these are cut by age.
    imported = Article.objects.filter(run__roots=[str(root.resolve()) for root in roots], path__isnull=False)
    rows = imported.without_payload()
    for article in rows.order_by("path").iterator():
        if article.path not in sources:
            yield article


def withdraw_missing(article: Article, by: User) -> None:
    """Withdraws the article in the name of the person who confirmed it. Raises `Refused`."""
    why = moderation.Why(Reason.objects.get(slug=Reason.SOURCE_GONE))
    at = moderation.Context(Channel.COMMAND)
    moderation.withdraw(article, by=by, version=article.version, why=why, at=at)
