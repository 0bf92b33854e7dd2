"""Claims: who is working on which article, for some minutes.

Whoever opens an article that waits for a decision claims it. One that waits for nothing is claimed by hand only: a
colleague may want to take the own decision on it back. A claim is not part of the snapshot: it has no event and no
version. It ends by itself, by hand, at logout, or when its holder decides; while it lasts, `writer` refuses the
decisions of others.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Article
from articles.models.querysets import ArticleQuerySet
from articles.moderation.access import DECIDE, permit
from articles.moderation.refusals import Claimed, Stale

CLAIM_MINUTES = 10
# How many articles `next_for` tries before it reads more: others may claim them first.
AHEAD = 20


def claim(article: Article, *, by: User, if_waiting: bool = False) -> None:
    """Claims the article for CLAIM_MINUTES, or extends the person's own claim. Raises Claimed for another's.

    `if_waiting`: for a person who only looks. An article that waits for no decision then stays as it is.
    """
    permit(by, DECIDE)
    conditions = {"queue__gt": ""} if if_waiting else {}
    if not _take(article.pk, by, **conditions):
        row = Article.objects.select_related("claimed_by").without_payload().filter(pk=article.pk).first()
        if row is not None and if_waiting and not row.queue:
            return
        if row is None or row.claimed_by is None or row.claimed_until is None:
            raise Stale(row, article.version)
        raise Claimed(row.claimed_by, row.claimed_until)
    article.refresh_from_db(fields=["claimed_by", "claimed_until"])


def release(article: Article, *, by: User) -> None:
    """Ends the person's own claim, if there is one."""
    _free(Article.objects.filter(pk=article.pk), by)
    article.refresh_from_db(fields=["claimed_by", "claimed_until"])


def release_all(*, by: User) -> None:
    """Ends all claims of a person, as at logout."""
    _free(Article.objects.all(), by)


def next_for(queryset: ArticleQuerySet, *, by: User) -> Article | None:
    """Claims and returns the first article of the ordered queryset that no colleague has claimed; None without one.

    Two people never get the same article: who writes the claim first has it, and the other gets the next. A person's
    own claims count as free: exclude the articles that the person skips. Of a list of decided articles, which wait for
    nothing, the first one is returned without a claim.
    """
    permit(by, DECIDE)
    # Nearly always the first one is still free: it is read at once with all that the queryset adds.
    while first := queryset.unclaimed(by, timezone.now()).first():
        if not first.queue:
            return first
        if until := _take(first.pk, by, version=first.version):
            first.claimed_by, first.claimed_until = by, until
            return first
        for pk, version in queryset.unclaimed(by, timezone.now()).values_list("pk", "version")[:AHEAD]:
            if _take(pk, by, version=version):
                # Without the order, by which PostgreSQL would look for it. The queryset may exclude claimed articles.
                return queryset.order_by().filter(pk=pk).first() or Article.objects.get(pk=pk)
    return None


def _take(pk: int, by: User, **conditions: int | str) -> datetime | None:
    """Claims by one conditional UPDATE, since a colleague may have claimed the article a moment ago. Until when."""
    now = timezone.now()
    until = now + timedelta(minutes=CLAIM_MINUTES)
    free = Article.objects.filter(pk=pk, **conditions).unclaimed(by, now)
    return until if free.update(claimed_by=by, claimed_until=until) else None


def _free(articles: ArticleQuerySet, by: User) -> None:
    articles.filter(claimed_by=by).update(claimed_by=None, claimed_until=None)
