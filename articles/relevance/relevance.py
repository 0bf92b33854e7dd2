"""Rates the related links of an article by the words that they share with it.

The relevance of a link is the cosine of its text and that of the article, each word weighed by its rarity among the
links of the list, times how near in time they are. It depends on nothing else: not on quality, and not on the order in
which links arrived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from math import log, sqrt, sumprod
from operator import mul
from typing import NamedTuple

from articles.relevance.terms import spellings, terms

# Readers see the links that are as relevant as that. Of 359 links judged by hand 97 lie above it, 56 % of them good;
# 18 % of the good ones lie below (docs/decisions/0032).
CUT = 0.16
REASONS = 4  # words that are told
TITLE = 3.0  # the weight of a word in the title, where one in the excerpt has 1
# Documents that hold none of the words: a list of five links knows little of what is rare.
PRIOR = 200
HALF_LIFE = 30  # days, after which half of what nearness gives is left
FAR = 0.5  # what is left of the relevance of a link from another time
UNDATED = 0.75  # and of one whose time is not known


class Text(NamedTuple):
    """What is known of an article or of a page."""

    title: str
    excerpt: str
    date: datetime | None


class Relevance(NamedTuple):
    """0 to 1, in hundredths, and the weightiest words that both texts have, as the article writes them."""

    score: float
    shared: tuple[str, ...]


NONE = Relevance(0.0, ())


def relevances(article: Text, links: Sequence[Text], *, near: bool = True) -> list[Relevance]:
    """Returns the relevance of each link; with `near`, one from another time has less of it."""
    own = _weights(article.title, article.excerpt)
    if not links or not own:
        return [NONE] * len(links)
    bags = [_weights(link.title, link.excerpt) for link in links]
    counts = Counter(chain(own, chain.from_iterable(bags)))
    of_all = len(links) + 1 + PRIOR
    rarity = {count: log(of_all / count) for count in {*counts.values()}}
    rare = {term: rarity[count] for term, count in counts.items()}
    mine = {term: weight * rare[term] ** 2 for term, weight in own.items()}
    length, written = _length(own, rare), _written(article)
    return [
        _relevance(written, mine, length, bag, rare, _nearness(article.date, link.date) if near else 1.0)
        for link, bag in zip(links, bags, strict=True)
    ]


def _relevance(
    written: dict[str, str],
    mine: dict[str, float],
    length: float,
    bag: dict[str, float],
    rare: dict[str, float],
    nearness: float,
) -> Relevance:
    shared = {term: mine[term] * bag[term] for term in mine.keys() & bag.keys()}
    if not shared:
        return NONE
    score = round(nearness * sum(sorted(shared.values())) / (length * _length(bag, rare)), 2)
    first = sorted(shared, key=lambda term: (-shared[term], term))[:REASONS]
    return Relevance(min(score, 1.0), tuple(written[term] for term in first))


def _length(bag: dict[str, float], rare: dict[str, float]) -> float:
    weights = [*map(mul, bag.values(), map(rare.__getitem__, bag))]
    return sqrt(sumprod(weights, weights)) or 1.0


def _nearness(one: datetime | None, other: datetime | None) -> float:
    if one is None or other is None:
        return UNDATED
    days = abs((one - other).total_seconds()) / 86_400
    return FAR + float((1 - FAR) * 2 ** (-days / HALF_LIFE))


# A page is in the lists of dozens of articles.
@lru_cache(maxsize=8_192)
def _weights(title: str, excerpt: str) -> dict[str, float]:
    """The terms of a text with their weights, in the order of the text."""
    return dict.fromkeys(terms(excerpt), 1.0) | dict.fromkeys(terms(title), TITLE)


def _written(text: Text) -> dict[str, str]:
    """How the text writes each of its terms first."""
    written: dict[str, str] = {}
    for part in (text.title, text.excerpt):
        for term, word in spellings(part):
            written.setdefault(term, word)
    return written
