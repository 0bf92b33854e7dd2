"""A rule in words: “quality ≥ 70 → publish”."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from articles.models import Category, Rule, RuleVersion, Type
from articles.rules.actions import Action, AddTopics, Assign, Flag, Publish, Reject, Score, action_from_json
from articles.rules.conditions import TITLE, BadRule, Conditions
from providers.models import Provider

MOST_NAMED = 5


def in_words(rule: Rule | RuleVersion, topics: Mapping[str, str], reasons: Mapping[str, str]) -> str:
    """Returns what a rule says. `topics` and `reasons` give the names of slugs."""
    try:
        conditions, action = Conditions.from_json(rule.conditions), action_from_json(rule.action)
    except BadRule as problem:
        return f"cannot be read: {problem}"
    return f"{conditions_in_words(conditions, topics)} → {action_in_words(action, topics, reasons)}"


def conditions_in_words(asked: Conditions, topics: Mapping[str, str]) -> str:
    return " and ".join(_conditions(asked, topics))


def _conditions(asked: Conditions, topics: Mapping[str, str]) -> Iterator[str]:
    for name, unit in (("quality", ""), ("heat", ""), ("days", " days old")):
        low, high = getattr(asked, f"{name}_min"), getattr(asked, f"{name}_max")
        label = "" if unit else f"{name} "
        if low is not None:
            yield f"{label}≥ {low}{unit}"
        if high is not None:
            yield f"{label}≤ {high}{unit}"
    yield from _one_of("category", [Category(name).label.lower() for name in asked.categories])
    yield from _one_of("type", [Type(name).label.lower() for name in asked.types])
    yield from _one_of("trust", [Provider.Trust(trust).label for trust in asked.trust])
    yield from _one_of("provider", asked.providers)
    yield from _one_of("topic", [topics.get(slug, slug) for slug in asked.topics])
    where = "title" if asked.words_in == TITLE else "title or excerpt"
    yield from _one_of(f"{where} says", [f"“{word}”" for word in asked.words])
    if asked.duplicate is not None:
        yield "possible duplicate" if asked.duplicate else "no duplicate"


def action_in_words(action: Action, topics: Mapping[str, str], reasons: Mapping[str, str]) -> str:
    match action:
        case Publish():
            return "publish"
        case Reject(reason=reason):
            return f"reject: {reasons.get(reason, reason)}"
        case Flag(text=text):
            return f"flag: “{text}”"
        case Score(quality=quality, heat=heat):
            scores = {"quality": quality, "heat": heat}
            return "set " + ", ".join(f"{name} {value}" for name, value in scores.items() if value is not None)
        case AddTopics(topics=slugs, by_keywords=by_keywords):
            named = [topics.get(slug, slug) for slug in slugs]
            return "add " + _named([*named, *(["topics that the title names"] if by_keywords else [])], "and")
        case Assign(to=to):
            return f"assign to {to}"
    raise AssertionError(action)


def _one_of(label: str, names: Iterable[str]) -> Iterator[str]:
    if names := list(names):
        yield f"{label} {_named(names)}"


def _named(names: list[str], word: str = "or") -> str:
    shown = names[:MOST_NAMED]
    if more := len(names) - len(shown):
        shown.append(f"{more} more")
    return f" {word} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
