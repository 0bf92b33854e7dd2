"""What the rules make of one arrival: its final values, and the events that tell how they came about. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from articles.history.labels import SILENT_FIELDS
from articles.history.snapshot import logged_change
from articles.models import Verb
from articles.rules.actions import Action, AddTopics, Assign, Flag, Publish, Reject, Score
from articles.rules.conditions import Facts, matches
from articles.rules.in_force import Ready, RulesInForce


class Arrival(NamedTuple):
    """An article that an import is about to create."""

    path: str
    facts: Facts
    published: bool  # as its document and the settings say
    removed: bool  # its document takes it back
    topics: tuple[int, ...]  # primary keys


class RuleStep(NamedTuple):
    """One action of a rule, as its event tells it."""

    rule: Ready
    verb: Verb
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(slots=True)
class Ruled:
    """What becomes of an arrival. The columns are those of the article."""

    published: bool
    topics: list[int]
    quality: int
    heat: int
    first_published_at: datetime | None = None
    reviewed_at: datetime | None = None
    ruled_by: int | None = None
    second_look: bool = False
    flag: str = ""
    assigned_to: int | None = None
    steps: list[RuleStep] = field(default_factory=list)
    shadows: list[int] = field(default_factory=list)  # versions of rules that would have acted

    @property
    def version(self) -> int:
        return 1 + len(self.steps)

    @property
    def changes(self) -> dict[str, list[Any]]:
        """What the rules changed, as a preview shows it: field → before and after; the rule that decided by its name.

        Without moments, which differ at every preview.
        """
        found: dict[str, list[Any]] = {}
        for step in self.steps:
            for name, after in step.after.items():
                if name == "ruled_by":
                    found[name] = [None, step.rule.version.name]
                elif name not in SILENT_FIELDS:
                    found.setdefault(name, [step.before[name], after])[1] = after
        return found


# Of rules that match, the first one with each of these acts; all that add topics do.
KINDS: tuple[tuple[type[Action], ...], ...] = ((Publish, Reject), (Score,), (AddTopics,), (Flag,), (Assign,))


def rule_on(arrival: Arrival, rules: RulesInForce, now: datetime) -> Ruled:
    """Asks the rules in their order. A decision comes first in the log, so that it settles no flag of a rule."""
    facts = arrival.facts
    ruled = Ruled(
        arrival.published, list(arrival.topics), facts.quality, facts.heat, now if arrival.published else None
    )  # fmt: skip
    acting = []
    for rule in rules.rules:
        if matches(rule.conditions, facts) and _is_possible(rule.action, arrival):
            if rule.in_shadow:
                ruled.shadows.append(rule.version.pk)
            else:
                acting.append(rule)
    for kinds in KINDS:
        of_kind = [rule for rule in acting if isinstance(rule.action, kinds)]
        for rule in of_kind if kinds == (AddTopics,) else of_kind[:1]:
            _act(rule, arrival, ruled, rules, now)
    return ruled


def _is_possible(action: Action, arrival: Arrival) -> bool:
    match action:
        case Publish():
            return not arrival.removed
        case Reject():
            return not arrival.published and not arrival.removed
    return True


def _act(rule: Ready, arrival: Arrival, ruled: Ruled, rules: RulesInForce, now: datetime) -> None:
    match rule.action:
        case Publish():
            first = ruled.first_published_at or now
            new = {"published": True, "first_published_at": first, **_review(rule, arrival, now)}
            _step(rule, Verb.PUBLISH, ruled, new)
        case Reject():
            _step(rule, Verb.REJECT, ruled, _review(rule, arrival, now))
        case Score(quality=quality, heat=heat):
            new = {name: to for name, to in (("quality", quality), ("heat", heat)) if to is not None}
            _step(rule, Verb.SCORE, ruled, new)
        case Flag(text=text):
            _step(rule, Verb.FLAG, ruled, {"flag": text.strip()})
        case Assign() if rule.to:
            _log(rule, Verb.ASSIGN, ruled, {"assigned_to": None}, {"assigned_to": rule.to.get_username()})
            ruled.assigned_to = rule.to.pk
        case AddTopics(by_keywords=by_keywords):
            named = rules.keywords.topics_in(arrival.facts.title) if by_keywords else []
            _add_topics(rule, ruled, [*rule.topics, *named], rules)


def _review(rule: Ready, arrival: Arrival, now: datetime) -> dict[str, Any]:
    looks = rule.wants_second_look(arrival.path)
    return {"reviewed_at": now, "ruled_by": rule.version.pk, "second_look": looks}


def _step(rule: Ready, verb: Verb, ruled: Ruled, new: dict[str, Any]) -> None:
    """Sets columns whose values the log keeps as they are, and logs those that differ."""
    old = {name: getattr(ruled, name) for name in new}
    changed = {name: value for name, value in new.items() if value != old[name]}
    before, after = logged_change(old, changed)
    for name, value in changed.items():
        setattr(ruled, name, value)
    _log(rule, verb, ruled, before, after)


def _add_topics(rule: Ready, ruled: Ruled, topics: list[int], rules: RulesInForce) -> None:
    wanted = list(dict.fromkeys([*ruled.topics, *topics]))
    before, after = ([rules.names.slugs[topic] for topic in some] for some in (ruled.topics, wanted))
    ruled.topics = wanted
    _log(rule, Verb.EDIT, ruled, {"topics": before}, {"topics": after})


def _log(rule: Ready, verb: Verb, ruled: Ruled, before: dict[str, Any], after: dict[str, Any]) -> None:
    if before != after:
        ruled.steps.append(RuleStep(rule, verb, before, after))
