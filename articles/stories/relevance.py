"""Says how much links, or earlier reports, have to do with an article, from the texts of these alone.

So it can be worked out while a document is saved, and is the same whatever else the database holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from math import exp, log, sqrt, sumprod
from typing import NamedTuple

from articles.stories.rarity import PRIOR, TITLE
from articles.stories.reports import Report
from articles.stories.terms import spellings, terms

# Title, excerpt, date.
Text = tuple[str, str, datetime | None]

# Links below are shown to editors only. From 0.11 to 0.14 most of what readers see is good, and a fifth of it is lost.
CUT = 0.12
# What was told within a month belongs to the same time; what is a year old counts half as much. 14 to 60 are as good.
NEAR_DAYS = 30
REASONS = 5
KEY_WORDS = 6


class Relevance(NamedTuple):
    """From 0 to 1, and the words that both texts share, weightiest first, as the article writes them."""

    score: float
    shared: tuple[str, ...]


def relevances(article: Text, others: Sequence[Text], near: bool = True) -> list[Relevance]:
    """How much each of the other texts has to do with the article; with `near`, by their distance in time, too.

    A word is rare if few of these texts hold it, beside PRIOR texts that do not: what all links of an article have in
    common does not part them.
    """
    texts = [_words(text) for text in (article, *others)]
    counts = Counter(chain.from_iterable(words for words, _ in texts))
    rarity = {word: log((len(texts) + PRIOR) / count) for word, count in counts.items()}
    own, split = texts[0]
    length = _length(own, split, rarity)
    written = _written(article) if others else {}
    found = []
    for (words, title), other in zip(texts[1:], others, strict=True):
        weights = [
            (
                -(rarity[word] ** 2) * (TITLE if own[word] < split else 1.0) * (TITLE if words[word] < title else 1.0),
                word,
            )
            for word in own.keys() & words.keys()
        ]
        # In one order, whatever order the set has: sums of them are the same to the last bit.
        weights.sort()
        score = -sum([weight for weight, _ in weights]) / (length * _length(words, title, rarity) or 1.0)
        if near:
            score *= _nearness(article[2], other[2])
        reasons = tuple([written[word] for _, word in weights[:REASONS]])
        found.append(Relevance(round(min(score, 1.0), 6), reasons))
    return found


def key_words(report: Report, around: Iterable[Report] = ()) -> tuple[str, ...]:
    """The words to search earlier reports for, the weightiest first; `around` are the reports that say what is rare.

    What both title and excerpt say weighs most: a word that only one headline found is in no other report.
    """
    title, excerpt = dict.fromkeys(terms(report.title)), dict.fromkeys(terms(report.excerpt))
    others = [{*terms(other.title), *terms(other.excerpt)} for other in around if other.key != report.key]
    counts = Counter(chain(title | excerpt, *others))
    weights = {
        word: log((len(others) + 1 + PRIOR) / counts[word]) * (TITLE * (word in title) + (word in excerpt))
        for word in title | excerpt
    }
    written = _written((report.title, report.excerpt, None))
    # Of one weight, those that come first: `sorted` keeps their order.
    return tuple(written[word] for word in sorted(weights, key=lambda word: -weights[word])[:KEY_WORDS])


def _words(text: Text) -> tuple[dict[str, int], int]:
    """The words of a text, each with its place, those of the title first; and how many these are."""
    found = dict.fromkeys(terms(text[0]))
    split = len(found)
    found.update(dict.fromkeys(terms(text[1])))
    return dict(zip(found, range(len(found)), strict=True)), split


def _length(words: dict[str, int], split: int, rarity: dict[str, float]) -> float:
    weights = list(map(rarity.__getitem__, words))
    title, excerpt = weights[:split], weights[split:]
    return sqrt(TITLE**2 * sumprod(title, title) + sumprod(excerpt, excerpt))


def _nearness(one: datetime | None, other: datetime | None) -> float:
    if not one or not other:
        return 0.5
    return 0.5 + 0.5 * exp(-abs((one - other).total_seconds()) / 86_400 / NEAR_DAYS)


def _written(text: Text) -> dict[str, str]:
    """How the text writes each of its words first."""
    written: dict[str, str] = {}
    for part in text[:2]:
        for term, word in spellings(part):
            written.setdefault(term, word)
    return written
