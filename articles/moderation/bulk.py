"""Carries one verb out on many articles: previewed, then in one batch of events, which one undo takes back.

The verbs are those of a single article, and so are the rows and the events; the number of queries does not grow with
the articles, but for deletions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import uuid4

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects

from articles.models import Article, Channel
from articles.models.querysets import ArticleQuerySet
from articles.moderation.access import permit
from articles.moderation.decision import Context
from articles.moderation.refusals import Impossible
from articles.moderation.undo import Outcome
from articles.moderation.verbs import VERBS, Verb
from articles.moderation.writer import PEOPLE, TOPICS, refusal_of, write_all

__all__ = ["MOST_AT_ONCE", "Outcome", "Preview", "carry_out", "preview", "verbs_for"]

# Beyond this a request would outlast the server's patience, and a person's: narrow the list first.
MOST_AT_ONCE = 5_000
IN_BULK = Context(Channel.BULK)


@dataclass(frozen=True)
class Preview:
    """On which of `count` articles a decision would be carried out, and which are the exceptions, and why."""

    count: int
    pairs: list[tuple[int, int]]  # primary key and version of those that it can be carried out on
    exceptions: list[tuple[Article, str]]

    @property
    def doable(self) -> int:
        return len(self.pairs)


def verbs_for(by: User) -> list[type[Verb]]:
    """Returns the verbs that the person may carry out on a selection."""
    return [verb for verb in VERBS.values() if verb.in_bulk and by.has_perm(verb.permission)]


def preview(articles: ArticleQuerySet, verb: Verb, *, by: User) -> Preview:
    """Returns what the verb would do to the articles as they are now. Writes nothing, and asks for no reason yet."""
    permit(by, verb.permission)
    if not verb.asks_reason:
        verb.check()
    articles = articles.select_related("provider", *PEOPLE).with_queue_order().without_payload()
    rows = list(articles[: MOST_AT_ONCE + 1])
    _limit(len(rows))
    if verb.reads_topics:
        prefetch_related_objects(rows, TOPICS)
    pairs, exceptions = [], []
    for row in rows:
        if why := refusal_of(row, verb, by=by):
            exceptions.append((row, why))
        else:
            pairs.append((row.pk, row.version))
    return Preview(len(rows), pairs, exceptions)


def carry_out(
    articles: ArticleQuerySet | Iterable[tuple[int, int]], verb: Verb, *, by: User, at: Context = IN_BULK
) -> Outcome:
    """Carries the verb out on (primary key, version) pairs, in one batch. An article that changed since is left alone.

    The versions of a queryset are the current ones. Raises what is wrong with the verb itself, such as a missing
    reason, before any write.
    """
    if isinstance(articles, ArticleQuerySet):
        pairs: Iterable[tuple[int, int]] = articles.values_list("pk", "version")[: MOST_AT_ONCE + 1]
    else:
        pairs = articles
    seen_versions: dict[int, int | None] = dict(pairs)
    _limit(len(seen_versions))
    batch = at.batch or uuid4()
    events, refused = write_all(seen_versions, verb, by=by, at=replace(at, batch=batch))
    whys = {pk: str(refusal) for pk, refusal in refused.items()}
    left = seen_versions.keys() - {event.article_id for event in events}
    titles = dict(Article.objects.filter(pk__in=left).values_list("pk", "title")) if left else {}
    return Outcome(
        batch,
        len(events),
        [(pk, titles.get(pk, ""), whys.get(pk, "It is like that already.")) for pk in seen_versions if pk in left],
    )


def _limit(count: int) -> None:
    if count > MOST_AT_ONCE:
        raise Impossible(f"These are more than {MOST_AT_ONCE:,} articles: narrow the list first.")
