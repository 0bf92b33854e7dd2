"""The words of a report by which earlier ones about the same are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from math import log

from articles.relevance.terms import spellings, terms
from articles.stories.rarity import PRIOR, TITLE
from articles.stories.reports import Report

KEY_WORDS = 6


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
    written = _written(report)
    # Of one weight, those that come first: `sorted` keeps their order.
    return tuple(written[word] for word in sorted(weights, key=lambda word: -weights[word])[:KEY_WORDS])


def _written(report: Report) -> dict[str, str]:
    """How the text writes each of its words first."""
    written: dict[str, str] = {}
    for part in (report.title, report.excerpt):
        for term, word in spellings(part):
            written.setdefault(term, word)
    return written
