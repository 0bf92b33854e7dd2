"""Finds articles by half-remembered titles: words in any order, beginnings, other forms, slips, words too many.

Asks for all words first, and only where that finds little for less. What was found is ordered by how much of it fits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import combinations, islice
from math import log
from typing import NamedTuple

from articles.desk.search.spellings import forms, meant, slips
from articles.models import Article
from articles.models.titles import Word, find, tokens_of, words_of

MOST_WORDS = 8
MOST_READ = 200  # of each question
OF_PROVIDERS = 2_000
ENOUGH = 5
MOST_LEFT_OUT = 3
MOST_WAYS = 40
EMPTY_WORDS = frozenset(
    "a about an and are as at be by do for from how i in into is it its of on or our so that the this to was we what"
    " with you your".split()
)

EXACT, BEGUN, OTHER_FORM, OF_PROVIDER, MISTYPED = 1.0, 0.85, 0.8, 0.8, 0.6


@dataclass
class TypedWord:
    """A word that was typed, what it may stand for in a title, and the providers that it may name."""

    text: str
    forms: list[Word]
    providers: frozenset[int] = frozenset()
    slips: set[str] = field(default_factory=set)
    is_common: bool = False

    @property
    def group(self) -> set[Word]:
        return {*self.forms, *(Word(slip, begins=True) for slip in self.slips)}

    @property
    def cheap_group(self) -> set[Word]:
        """Without the words that begin like a common one: to gather them takes as long as all the rest."""
        return {Word(self.text)} if self.is_common else self.group

    def fit(self, tokens: Iterable[str], provider: int) -> tuple[float, str]:
        """How well the best of the words of a title fits, from 0 to 1, and which it is."""
        best = max(((self._fit(token), token) for token in tokens), default=(0.0, ""))
        return max(best, (OF_PROVIDER, "")) if provider in self.providers else best

    def _fit(self, token: str) -> float:
        if token == self.text:
            return EXACT
        if self.forms[0].fits(token):
            return BEGUN + (EXACT - BEGUN) * len(self.text) / len(token) / 2
        if any(form.fits(token) for form in self.forms[1:]):
            return OTHER_FORM
        return MISTYPED if any(token.startswith(slip) for slip in self.slips) else 0.0


class Hit(NamedTuple):
    """An article, and what of the typed words its title has otherwise, or not at all."""

    key: int
    instead: list[tuple[str, str]]
    missing: list[str]


def typed(text: str) -> list[TypedWord]:
    """The words of what was typed, without those that every other title has, unless there are no others."""
    parts = [part for parts in words_of(text) for part in parts]
    words = [TypedWord(part.text, list(dict.fromkeys(forms(part.text))) if part.begins else [part]) for part in parts]
    return ([word for word in words if word.text not in EMPTY_WORDS] or words)[:MOST_WORDS]


def remembered(words: list[TypedWord], most: int) -> list[Hit]:
    """The articles whose titles fit best, the best first."""
    if not words:
        return []
    found = dict.fromkeys(find([[word.group for word in words]], MOST_READ))
    found |= dict.fromkeys(_of_providers(words))
    if len(found) < ENOUGH:
        found |= dict.fromkeys(_with_slips(words))
    if len(found) < ENOUGH:
        found |= dict.fromkeys(_with_words_left_out(words, ENOUGH - len(found)))
    return _best(words, list(found), most)


def _of_providers(words: list[TypedWord]) -> list[int]:
    """The keys of articles that are of a provider that some words name, and have the others in their titles."""
    providers = frozenset[int]().union(*(word.providers for word in words))
    if not providers:
        return []
    articles = Article.objects.filter(provider__in=providers)
    others = [word.group for word in words if not word.providers]
    if others:
        articles = articles.filter(pk__in=find([others], OF_PROVIDERS))
    return list(articles.latest_first().values_list("pk", flat=True)[:MOST_READ])


def _with_slips(words: list[TypedWord]) -> list[int]:
    """Takes what no title has as mistyped, and only where that does not help, any word."""
    every = {word.text: slips(word.text) for word in words}
    for word in words:
        word.is_common = len(find([[{Word(word.text)}]], MOST_READ)) == MOST_READ
    missing = [word for word in words if not word.is_common and not find([[word.group]], 1)]
    for word in missing:
        made = {Word(slip, begins=True) for slip in every[word.text]}
        word.slips = meant(word.text, every[word.text], _tokens(find([[made]], MOST_READ)))
    found = find([[word.cheap_group for word in words]], MOST_READ) if missing else []
    if len(found) < ENOUGH:
        loose = [{*word.cheap_group, *map(Word, every[word.text])} for word in words]
        found += find([loose], MOST_READ)
        tokens = _tokens(found)
        for word in words:
            word.slips |= every[word.text] & tokens
    return found


def _with_words_left_out(words: list[TypedWord], enough: int) -> list[int]:
    found: list[int] = []
    groups = [word.cheap_group for word in words if word.is_common or find([[word.group]], 1)]
    for many in range(len(groups) if len(groups) < len(words) else len(groups) - 1, 0, -1):
        if len(words) - many > MOST_LEFT_OUT:
            break
        ways = [list(way) for way in islice(combinations(groups, many), MOST_WAYS)]
        found += find(ways, MOST_READ)
        if len(found) >= enough:
            break
    return found


def _tokens(keys: list[int]) -> set[str]:
    titles = Article.objects.filter(pk__in=keys).order_by().values_list("title", flat=True)
    return {token for title in titles for token in tokens_of(title)}


def _best(words: list[TypedWord], keys: Collection[int], most: int) -> list[Hit]:
    """A rare word says more than one that many of them have; a title that says nothing else fits better."""
    rows = Article.objects.filter(pk__in=keys).order_by().values_list("pk", "title", "provider")
    tokens = {key: (tokens_of(title), provider) for key, title, provider in rows}
    fits = {key: [word.fit(of_title, provider) for word in words] for key, (of_title, provider) in tokens.items()}
    having = [sum(fit[place][0] > 0 for fit in fits.values()) for place in range(len(words))]
    weights = [1 + log((1 + len(fits)) / (1 + number)) for number in having]

    def score(key: int) -> tuple[float, int]:
        matched = sum(weight * fit for weight, (fit, _) in zip(weights, fits[key], strict=True)) / sum(weights)
        said = sum(fit > 0 for fit, _ in fits[key]) / max(len(tokens[key][0]), 1)
        return -(matched + 0.2 * said), -key

    return [_hit(key, words, fits[key]) for key in sorted(tokens, key=score)[:most]]


def _hit(key: int, words: list[TypedWord], fits: list[tuple[float, str]]) -> Hit:
    pairs = list(zip(words, fits, strict=True))
    instead = [(word.text, token) for word, (fit, token) in pairs if token and fit in (OTHER_FORM, MISTYPED)]
    return Hit(key, instead, [word.text for word, (fit, _) in pairs if not fit])
