"""One decision on many articles: looked at first, then carried out in one batch of events, and undone in one.

The rules are those of the single verbs, and so are the rows and the events; the number of queries does not grow with
the articles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects

from articles.models import Article, Channel, Reason
from articles.models.querysets import ArticleQuerySet
from articles.moderation import rules
from articles.moderation.decision import Context, Rule, Why
from articles.moderation.refusals import Impossible
from articles.moderation.undo import Outcome
from articles.moderation.writer import PEOPLE, TOPICS, permit, refusal_of, write_all

__all__ = ["MOST_AT_ONCE", "VERBS", "Action", "Outcome", "Preview", "carry_out", "preview"]

# Beyond this a request would outlast the server's patience, and a person's: narrow the list first.
MOST_AT_ONCE = 5_000
IN_BULK = Context(Channel.BULK)

VERBS: dict[str, Callable[..., Rule]] = {
    "publish": lambda by, why: rules.publishing(by),
    "reject": lambda by, why: rules.rejecting(by, why),
    "withdraw": lambda by, why: rules.withdrawing(by, why),
    "reopen": lambda by, why: rules.reopening(),
    "score": lambda by, why, **scores: rules.scoring(**scores),
    "add_topics": lambda by, why, topics: rules.adding_topics(topics),
    "remove_topics": lambda by, why, topics: rules.removing_topics(topics),
    "assign": lambda by, why, to: rules.assigning(by, to),
}


class Action:
    """What is to be done: a verb of VERBS, and its options.

    `score` takes quality, heat (set), quality_by, heat_by (shifted); the two of topics take `topics`; `assign` takes
    `to`, a person or None.
    """

    def __init__(self, verb: str, **options: Any):
        self.verb, self.options = verb, options
        self._make = VERBS[verb]

    @property
    def asks_why(self) -> bool:
        return self.verb in ("reject", "withdraw")

    def rule(self, by: User, why: Why | None) -> Rule:
        return self._make(by, why, **self.options)


@dataclass(frozen=True)
class Preview:
    """What a decision would do: on which of `count` articles, and which are the exceptions, and why."""

    count: int
    pairs: list[tuple[int, int]]  # primary key and version of those that it can be carried out on
    exceptions: list[tuple[Article, str]]

    @property
    def doable(self) -> int:
        return len(self.pairs)


def preview(articles: ArticleQuerySet, action: Action, *, by: User) -> Preview:
    """What the action would do to the articles as they are now; nothing is written. Reasons are asked for later."""
    rule = action.rule(by, Why(Reason()))
    permit(by, rule.needs)
    rows = list(articles.select_related("provider", *PEOPLE).without_payload()[: MOST_AT_ONCE + 1])
    _limit(len(rows))
    if rule.reads_topics:
        prefetch_related_objects(rows, TOPICS)
    pairs, exceptions = [], []
    for row in rows:
        if why := refusal_of(row, rule, by=by):
            exceptions.append((row, why))
        else:
            pairs.append((row.pk, row.version))
    return Preview(len(rows), pairs, exceptions)


def carry_out(
    articles: ArticleQuerySet | Iterable[tuple[int, int]],
    action: Action,
    *,
    by: User,
    why: Why | None = None,
    at: Context = IN_BULK,
) -> Outcome:
    """Carry the action out on (primary key, version) pairs, in one batch; what has changed since is refused, by itself.

    Of a queryset the versions are those of this moment. Raises what is wrong with the action itself, such as a missing
    reason, before any write.
    """
    if isinstance(articles, ArticleQuerySet):
        articles = articles.values_list("pk", "version")[: MOST_AT_ONCE + 1]
    seen: dict[int, int | None] = dict(articles)
    _limit(len(seen))
    batch = at.batch or uuid4()
    events, refused = write_all(seen, action.rule(by, why), by=by, at=Context(at.channel, batch))
    whys = {pk: str(refusal) for pk, refusal in refused.items()}
    left = seen.keys() - {event.article_id for event in events}
    titles = dict(Article.objects.filter(pk__in=left).values_list("pk", "title")) if left else {}
    return Outcome(
        batch,
        len(events),
        [(pk, titles.get(pk, ""), whys.get(pk, "It is like that already.")) for pk in seen if pk in left],
    )


def _limit(count: int) -> None:
    if count > MOST_AT_ONCE:
        raise Impossible(f"These are more than {MOST_AT_ONCE:,} articles: narrow the list first.")
