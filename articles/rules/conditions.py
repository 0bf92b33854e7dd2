"""What a rule asks of an article: conditions as JSON and as values, and the one predicate that decides.

An import, a trial and a carrying-out call `matches`; no query repeats a condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from articles.models import Category, Type
from articles.moderation.keywords import folded

MOST_NUMBER = 2**31 - 1
MOST_VALUES = 500  # of one condition
TRUSTS = (-1, 0, 1)
TITLE, TEXT = "title", "text"  # where words are looked for: in the title, or in title and excerpt
SCORES = ("quality_min", "quality_max", "heat_min", "heat_max", "days_min", "days_max")


class BadRule(ValueError):
    """What a rule says cannot be read or carried out; `field` is the condition or the part of the action."""

    def __init__(self, field: str, problem: str):
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


class Facts(NamedTuple):
    """What rules know of an article."""

    provider: str = ""  # the domain, of one that was merged that of the other
    trust: int = 0
    topics: frozenset[str] = frozenset()  # slugs
    category: str = Category.NEWS
    type: str = Type.ARTICLE
    title: str = ""
    excerpt: str = ""
    quality: int = 0
    heat: int = -1
    days: float = 0.0  # how old the original was when it came
    has_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that are given must hold; of those that name several values, one. None and () ask nothing."""

    providers: tuple[str, ...] = ()  # domains
    trust: tuple[int, ...] = ()
    topics: tuple[str, ...] = ()  # slugs
    categories: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # words or phrases, of which one stands there as whole words
    words_in: str = TITLE
    quality_min: int | None = None
    quality_max: int | None = None
    heat_min: int | None = None
    heat_max: int | None = None
    days_min: int | None = None
    days_max: int | None = None
    duplicate: bool | None = None

    @property
    def ask_nothing(self) -> bool:
        return all(getattr(self, f.name) in ((), None) for f in fields(self) if f.name != "words_in")

    def as_json(self) -> dict[str, Any]:
        """Returns what is asked; `from_json` reads it."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        said = {name: value for name, value in values.items() if value not in ((), None)}
        if not self.words:
            said.pop("words_in")
        return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}

    @classmethod
    def from_json(cls, stored: Any) -> Conditions:
        """Returns the conditions. Raises BadRule where one cannot be read, two exclude each other, or none is given."""
        if not isinstance(stored, Mapping):
            raise BadRule("conditions", "they are no object.")
        if unknown := sorted({*stored} - {f.name for f in fields(cls)}):
            raise BadRule(unknown[0], "there is no such condition.")
        found = cls(**{name: _read(name, value) for name, value in stored.items()})
        for name in ("quality", "heat", "days"):
            low, high = getattr(found, f"{name}_min"), getattr(found, f"{name}_max")
            if low is not None and high is not None and low > high:
                raise BadRule(f"{name}_max", f"no number is {low} or more and {high} or less.")
        if found.ask_nothing:
            raise BadRule("conditions", "a rule needs a condition: without one it would match everything.")
        return found

    def with_current_names(self, providers: Mapping[str, str], topics: Mapping[str, str]) -> Conditions:
        """Returns the conditions with the names of today: what a domain was merged into, what a topic is called now."""
        return replace(
            self,
            providers=tuple(providers.get(domain, domain) for domain in self.providers),
            topics=tuple(topics.get(slug, slug) for slug in self.topics),
        )


def matches(conditions: Conditions, facts: Facts) -> bool:
    """Returns whether all conditions hold."""
    asked = conditions
    return (
        _within(facts.quality, asked.quality_min, asked.quality_max)
        and _within(facts.heat, asked.heat_min, asked.heat_max)
        and (not asked.categories or facts.category in asked.categories)
        and (not asked.types or facts.type in asked.types)
        and (not asked.trust or facts.trust in asked.trust)
        and (not asked.providers or facts.provider in asked.providers)
        and (asked.duplicate is None or facts.has_duplicate == asked.duplicate)
        and _within(facts.days, asked.days_min, asked.days_max)
        and (not asked.topics or not facts.topics.isdisjoint(asked.topics))
        and (not asked.words or _says(asked.words, facts, asked.words_in))
    )


def has_words(words: tuple[str, ...], text: str) -> bool:
    """Returns whether one of the words or phrases stands in the text, as whole words, in any case."""
    said = folded(text)
    needles, pattern = _needles(words)
    # Looking for a text is much faster than for a pattern, and most texts have none of the words.
    return any(needle in said for needle in needles) and pattern.search(said) is not None


def _says(words: tuple[str, ...], facts: Facts, where: str) -> bool:
    return has_words(words, facts.title) or (where == TEXT and has_words(words, facts.excerpt))


@lru_cache(maxsize=1_000)
def _needles(words: tuple[str, ...]) -> tuple[list[str], re.Pattern[str]]:
    needles = [found for word in words if (found := folded(word))]
    # Not \b: `C#` and `.NET` begin or end with no letter.
    return needles, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, needles))})(?!\w)")


def _within(number: float, low: int | None, high: int | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


# Reading


def _read(name: str, value: Any) -> Any:
    if name in SCORES:
        return _number(name, value)
    match name:
        case "duplicate":
            if value is not None and not isinstance(value, bool):
                raise BadRule(name, "it is neither true nor false.")
            return value
        case "words_in":
            return _one_of(name, value, (TITLE, TEXT))
        case "trust":
            return tuple(_one_of(name, item, TRUSTS) for item in _list(name, value))
        case "categories":
            return tuple(_one_of(name, item, Category.values) for item in _list(name, value))
        case "types":
            return tuple(_one_of(name, item, Type.values) for item in _list(name, value))
    return tuple(_text(name, item) for item in _list(name, value))


def _number(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRule(name, f"{value!r} is no whole number.")
    if not -1 <= value <= MOST_NUMBER:
        raise BadRule(name, f"{value} is out of the range of such numbers.")
    return value


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadRule(name, "it is no list.")
    if len(value) > MOST_VALUES:
        raise BadRule(name, f"these are more than {MOST_VALUES}.")
    return value


def _one_of(name: str, value: Any, known: Iterable[Any]) -> Any:
    # True is 1 in Python, and no trust.
    if isinstance(value, bool) or value not in known:
        raise BadRule(name, f"{value!r} is none of {', '.join(map(str, known))}.")
    return value


def _text(name: str, value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > 200 or not text.isprintable():
        raise BadRule(name, f"{value!r} is no text of 1 to 200 characters.")
    return text.lower() if name == "providers" else text
