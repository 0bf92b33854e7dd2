"""Tries a rule on the articles that are there: which it matches, and where people and documents decided otherwise.

It asks the same predicate as an import, of each article in turn: 100,000 in two seconds (`benchmarks/rules.py`).
Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, TextField, Value

from articles.models import Article, ArticleTopic, State
from articles.models.querysets import ArticleQuerySet
from articles.priority import age_on_arrival
from articles.rules.actions import Action, Publish, Reject
from articles.rules.conditions import TEXT, Conditions, Facts, matches
from articles.rules.names import Names
from providers.models import Provider

CHUNK = 5_000
# Whether readers see it, as people decided. What was cleared for another article says nothing of this one.
DECISIONS = {State.PUBLISHED.value: True, State.REJECTED.value: False, State.WITHDRAWN.value: False}
WAITING = (State.PENDING.value, State.LIVE.value)


@dataclass(slots=True)
class Agreement:
    """Articles, by primary key, on which somebody else said something, too: the same as the rule, or not.

    `left`: of which they said what the rule would say, and which it does not match: it leaves them to people.
    """

    agree: list[int] = field(default_factory=list)
    disagree: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)

    def count(self, pk: int, said: bool | None, *, rule_says: bool, matched: bool) -> None:
        if said is None:
            return
        if matched:
            (self.agree if said == rule_says else self.disagree).append(pk)
        elif said == rule_says:
            self.left.append(pk)


@dataclass(slots=True)
class Trial:
    """What a rule would do: `matched` are primary keys, the newest article first."""

    looked_at: int = 0
    matched: list[int] = field(default_factory=list)
    waiting: int = 0  # of those that match, nobody has decided on so many
    people: Agreement | None = None  # of a rule that decides
    documents: Agreement | None = None  # the same: their own flag, where no person decided


def try_rule(conditions: Conditions, action: Action, names: Names | None = None) -> Trial:
    """Asks the conditions of all articles."""
    names = names or Names.now()
    conditions = conditions.with_current_names(names.merged, names.renamed)
    rule_says = {Publish: True, Reject: False}.get(type(action))
    trial, people, documents = Trial(), Agreement(), Agreement()
    for pk, state, is_reviewed, own_flag, facts in facts_of_all(conditions, names):
        trial.looked_at += 1
        matched = matches(conditions, facts)
        if matched:
            trial.matched.append(pk)
            trial.waiting += state in WAITING
        if rule_says is None:
            continue
        if is_reviewed:
            people.count(pk, DECISIONS.get(state), rule_says=rule_says, matched=matched)
        else:
            documents.count(pk, own_flag, rule_says=rule_says, matched=matched)
    trial.matched.sort(reverse=True)
    if rule_says is not None:
        trial.people, trial.documents = people, documents
    return trial


def waiting_matches(conditions: Conditions, most: int, names: Names | None = None) -> list[int]:
    """Returns the articles that match and that nobody has decided on, by primary key; one more than `most`, if any."""
    names = names or Names.now()
    conditions = conditions.with_current_names(names.merged, names.renamed)
    found: list[int] = []
    waiting = Article.objects.filter(reviewed_at=None, removed=False)
    for pk, *_, facts in facts_of_all(conditions, names, waiting):
        if matches(conditions, facts):
            found.append(pk)
            if len(found) > most:
                break
    return found


def facts_of_all(
    conditions: Conditions, names: Names, articles: ArticleQuerySet | None = None
) -> Iterator[tuple[int, str, bool, bool | None, Facts]]:
    """Yields of articles the key, the state, whether a person decided, the flag of the document, and the facts.

    Excerpt, dates and topics are read where the conditions ask for them.
    """
    providers = _providers(names)
    topics = _topics(conditions, names)
    nothing = frozenset[str]()
    wants_excerpt = bool(conditions.words) and conditions.words_in == TEXT
    wants_days = conditions.days_min is not None or conditions.days_max is not None
    unread = Value("", TextField())
    rows: Any = (Article.objects.all() if articles is None else articles).order_by()
    rows = rows.annotate(
        said=F("excerpt") if wants_excerpt else unread,
        original=F("published_at") if wants_days else unread,
        arrived=F("created_at") if wants_days else unread,
    ).values_list(
        "pk", "state", "reviewed_by_id", "document_publishes", "provider_id", "category", "type", "title", "said",
        "quality", "heat", "original", "arrived", "duplicate_of_id",
    )  # fmt: skip
    for (
        pk, state, by, own_flag, provider, category, kind, title, said, quality, heat, original, arrived, duplicate,
    ) in rows.iterator(chunk_size=CHUNK):  # fmt: skip
        domain, trust = providers[provider]
        days = (age_on_arrival(original, arrived) or 0.0) if wants_days else 0.0
        facts = Facts(
            domain, trust, topics.get(pk, nothing), category, kind, title, said, quality, heat, days,
            duplicate is not None,
        )  # fmt: skip
        yield pk, state, by is not None, own_flag, facts


def _providers(names: Names) -> dict[int, tuple[str, int]]:
    """Returns the domain and the trust of each provider; of one that was merged, those of the other."""
    rows = list(Provider.objects.order_by().values_list("pk", "domain", "trust"))
    trust = {domain: level for _, domain, level in rows}
    current = {pk: names.merged.get(domain, domain) for pk, domain, _ in rows}
    return {pk: (domain, trust[domain]) for pk, domain in current.items()}


def _topics(conditions: Conditions, names: Names) -> dict[int, frozenset[str]]:
    """Returns for each article which of the topics that are asked for it has."""
    wanted = [pk for pk, slug in names.slugs.items() if slug in conditions.topics]
    if not wanted:
        return {}
    found: dict[int, frozenset[str]] = {}
    links = ArticleTopic.objects.filter(topic__in=wanted).order_by().values_list("article_id", "topic_id")
    for article, topic in links.iterator(chunk_size=CHUNK):
        found[article] = found.get(article, frozenset()) | {names.slugs[topic]}
    return found
