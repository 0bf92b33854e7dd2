"""Claims: who is working on what, for some minutes.

A claim is no fact of the article: it has no event and no version. It ends by itself, by hand, at logout, or when its
holder decides; while it lasts, `writer` refuses the decisions of others.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Article
from articles.models.querysets import ArticleQuerySet
from articles.moderation.access import DECIDE, permit
from articles.moderation.refusals import Claimed, Stale

CLAIM_MINUTES = 10
# How many `next_for` looks at before it asks again: as many colleagues may be a step ahead.
AHEAD = 20


def claim(article: Article, *, by: User) -> None:
    """Hold the article for CLAIM_MINUTES from now; one's own claim is extended, another's refused with `Claimed`."""
    permit(by, DECIDE)
    if not _take(article.pk, by):
        row = Article.objects.select_related("claimed_by").without_payload().filter(pk=article.pk).first()
        if row is None or row.claimed_by is None or row.claimed_until is None:
            raise Stale(row, article.version)
        raise Claimed(row.claimed_by, row.claimed_until)
    article.refresh_from_db(fields=["claimed_by", "claimed_until"])


def release(article: Article, *, by: User) -> None:
    """End one's own claim; without one, nothing happens."""
    _free(Article.objects.filter(pk=article.pk), by)
    article.refresh_from_db(fields=["claimed_by", "claimed_until"])


def release_all(*, by: User) -> None:
    """End all the claims of a person, as at logout."""
    _free(Article.objects.all(), by)


def next_for(queryset: ArticleQuerySet, *, by: User) -> Article | None:
    """Claim and return the first article of the ordered queryset that no colleague holds; None if there is none.

    Never one article to two people: whoever writes the claim first has it, and the other looks further. One's own
    claims count as free, so leave out what the person wants to leave behind.
    """
    permit(by, DECIDE)
    while ahead := list(queryset.unclaimed(by, timezone.now()).values_list("pk", "version")[:AHEAD]):
        for pk, version in ahead:
            if _take(pk, by, version=version):
                # Of what is claimed, the queryset may want to know nothing any more.
                return queryset.filter(pk=pk).first() or Article.objects.get(pk=pk)
    return None


def _take(pk: int, by: User, **seen: int) -> bool:
    """One conditional UPDATE, on both databases: what was read a moment ago may be another's by now."""
    now = timezone.now()
    free = Article.objects.filter(pk=pk, **seen).unclaimed(by, now)
    return bool(free.update(claimed_by=by, claimed_until=now + timedelta(minutes=CLAIM_MINUTES)))


def _free(articles: ArticleQuerySet, by: User) -> None:
    articles.filter(claimed_by=by).update(claimed_by=None, claimed_until=None)
