"""What rules did so far: how much each decided, how often people decided otherwise since, and its batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, Subquery

from articles.models import Event, Rule, ShadowRuling, State, Verb
from articles.rules.actions import Publish, Reject, action_from_json
from articles.rules.conditions import BadRule
from articles.rules.trial import DECISIONS

DECIDING = (Verb.PUBLISH, Verb.REJECT)
# What a person decides on an article afterwards.
BY_PEOPLE = (*DECIDING, Verb.WITHDRAW, Verb.REOPEN, Verb.COVER, Verb.UNDO)
LAST_BATCHES = 50


@dataclass(slots=True)
class Record:
    """Numbers of one rule, of all its versions. `looked` and `overturned` count what it decided by itself."""

    acted: int = 0
    decided: int = 0
    looked: int = 0
    overturned: int = 0
    last: datetime | None = None
    last_run: int | None = None

    @property
    def overturned_percent(self) -> int:
        return round(100 * self.overturned / self.looked) if self.looked else 0


def records_of(rules: Iterable[int]) -> dict[int, Record]:
    """Returns the record of each rule, in two queries."""
    found = {rule: Record() for rule in rules}
    events = Event.objects.filter(rule__rule__in=found, by=None).exclude(verb=Verb.UNDO).order_by()
    counted = events.values_list("rule__rule").annotate(
        acted=Count("pk"), decided=Count("pk", filter=Q(verb__in=DECIDING)), newest=Max("at"), newest_run=Max("run")
    )
    for rule, acted, decided, last, run in counted:
        found[rule] = Record(acted, decided, last=last, last_run=run)
    later = Event.objects.filter(
        article=OuterRef("article"), version__gt=OuterRef("version"), by__isnull=False, verb__in=BY_PEOPLE
    ).order_by("version")
    seen = events.filter(verb__in=DECIDING).annotate(then=Subquery(later.values("verb")[:1])).exclude(then=None)
    for rule, verb, then, number in seen.values_list("rule__rule", "verb", "then").annotate(number=Count("pk")):
        found[rule].looked += number
        found[rule].overturned += number if then != verb else 0
    return found


@dataclass(slots=True)
class Batch:
    """What a rule did in one run, or what a person carried out with it at once."""

    batch: UUID
    run: int | None
    by: str | None
    at: datetime
    articles: int
    left: int  # events that nobody has undone


def batches_of(rule: Rule) -> list[Batch]:
    """Returns the last batches, the newest first."""
    events = Event.objects.filter(rule__rule=rule, batch__isnull=False).exclude(verb=Verb.UNDO)
    rows: Any = events.order_by().values("batch", "run", "by__username").annotate(
        newest=Max("pk"), when=Max("at"), articles=Count("article", distinct=True),
        left=Count("pk", filter=Q(undone_by=None)),
    )  # fmt: skip
    return [
        Batch(row["batch"], row["run"], row["by__username"], row["when"], row["articles"], row["left"])
        for row in rows.order_by("-newest")[:LAST_BATCHES]
    ]


@dataclass(slots=True)
class ShadowRecord:
    """What a rule would have done in the shadow, and what people decided on the same articles since."""

    rulings: int = 0
    agree: int = 0
    disagree: int = 0


def shadow_of(rule: Rule) -> ShadowRecord:
    found = ShadowRecord()
    try:
        says = {Publish: True, Reject: False}.get(type(action_from_json(rule.action)))
    except BadRule:
        says = None
    rulings = ShadowRuling.objects.filter(rule__rule=rule).order_by()
    person = Count("pk", filter=Q(article__reviewed_by__isnull=False))
    for state, number, by_people in rulings.values_list("article__state").annotate(number=Count("pk"), person=person):
        found.rulings += number
        said = DECISIONS.get(State(state).value)
        if says is not None and said is not None:
            found.agree += by_people if said == says else 0
            found.disagree += by_people if said != says else 0
    return found
