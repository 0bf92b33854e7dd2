"""Finds the pairs of reports that are like each other, and says by which words.

Likeness is the cosine of two texts, each word weighed by its rarity: among the reports of the days around
(`RARITY_DAYS`), never among all that ever came. So it is a function of the set of reports, not of their order, and what
comes, changes or goes on one day reaches no further than some days:

- the rarity of words, and so the weights of the reports, within RARITY_DAYS of it;
- the pairs whose later report lies within RARITY_DAYS of it, or up to APART_DAYS after such a day: a report keeps the
  CLOSEST of those before it, and one whose weights changed may be among them.

`neighbourhood` says which days that are, and which reports must be at hand to work it out.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from articles.relevance.terms import spellings, terms
from articles.stories.rarity import RARITY_DAYS, Texts
from articles.stories.reports import Report, in_order

# Two reports are one story from here on, if their groups are. 0.18 to 0.24 give the same stories, within a few pairs.
ONE_STORY = 0.2
# From here on a person is asked. 0.09 to 0.2 find 90 % of all pairs and are right in 60 % of what they ask.
SUGGESTED = 0.12
# What is one text under one title, or one page, is as like as can be.
COPY, NO_COPY = 1.0, 0.999
# An event of a Thursday is told until Tuesday. 108 to 168 hours give the same stories; 96 lose what comes on a Monday.
APART_DAYS = 5
# So long after the first a press release still comes out under the same title.
LATE_DAYS = 10
# A title of fewer words that count ("Azure news") is no sign of one text.
TELLING = 4
# What shares fewer words shares a name or a phrase, not an event.
EVIDENCE = 3
# Candidates are found by a report's rarest words, as long as all together stand in no more reports than these: so the
# work for a report is bounded. 200 are as good as all words.
REACH = 400
# Of the reports before it, a report keeps the pairs with these. 4 to 40 give the same stories.
CLOSEST = 8
# A line of reasons.
REASONS = 5
_DAY = 86_400.0


class Likeness(NamedTuple):
    """Two reports, the earlier one first, how alike they are, and the words that they share, weightiest first."""

    a: int
    b: int
    score: float
    shared: tuple[str, ...]


class Neighbourhood(NamedTuple):
    """Days from first to last: `load` the reports of these, and `replace` the pairs whose later report is of those.

    The pairs of a report that went, or has no date any more, go too.
    """

    load: list[tuple[date, date]]
    replace: list[tuple[date, date]]


def neighbourhood(around: Collection[date]) -> Neighbourhood:
    """What reports that came, changed or went on these days may have changed, and what must be at hand to work it out.

    A report that was moved to another day came on the one and went on the other.
    """
    after = max(RARITY_DAYS + APART_DAYS, LATE_DAYS)
    before = max(RARITY_DAYS + APART_DAYS, LATE_DAYS) + RARITY_DAYS
    return Neighbourhood(_spans(around, before, after + RARITY_DAYS), _spans(around, RARITY_DAYS, after))


def _spans(days: Collection[date], before: int, after: int) -> list[tuple[date, date]]:
    spans: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        first = date.fromordinal(max(day.toordinal() - before, date.min.toordinal()))
        last = date.fromordinal(min(day.toordinal() + after, date.max.toordinal()))
        if spans and first - timedelta(days=1) <= spans[-1][1]:
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
    return spans


def likenesses(reports: Iterable[Report], around: Collection[date] | None = None) -> list[Likeness]:
    """All pairs of reports that are alike enough to suggest that they are one story.

    With `around`, the days on which a report came, changed, moved or went: only the pairs to replace. The reports must
    then be all those of the days that `neighbourhood` says to load.
    """
    search = _Search(in_order(reports))
    if around is None:
        return search.pairs(None)
    replaced = neighbourhood(around).replace
    return search.pairs({day for a, b in replaced for day in range(a.toordinal(), b.toordinal() + 1)})


class _Search:
    """One walk through the reports; each looks back for those that are like it."""

    def __init__(self, reports: list[Report]):
        self.reports = reports
        self.times = [report.date.timestamp() for report in reports if report.date]
        self.texts = Texts(reports)
        self.holders: dict[int, tuple[array[int], array[float]]] = {}  # of a word: reports, and its weight in each
        self.same_title: dict[str, list[int]] = {}
        self.same_page: dict[str, int] = {}
        self.spellings: dict[str, str] = {}

    def pairs(self, days: set[int] | None) -> list[Likeness]:
        pairs: list[Likeness] = []
        for day, members in self.texts.days():
            for later in members:
                if days is None or day in days:
                    pairs += self._likenesses(later)
                self._hold(later)
        return pairs

    def _hold(self, number: int) -> None:
        counts, holders = self.texts.counts, self.holders
        for word, weight in zip(self.texts.words[number], self.texts.weights[number], strict=True):
            if counts[word] > 1:
                if word not in holders:
                    holders[word] = array("I"), array("f")
                reports, weights = holders[word]
                reports.append(number)
                weights.append(weight)
        if self.texts.in_title[number] >= TELLING:
            self.same_title.setdefault(self.texts.titles[number], []).append(number)
        if page := self.reports[number].page:
            self.same_page[page] = number

    def _likenesses(self, later: int) -> list[Likeness]:
        copies = self._copies(later)
        found = [(COPY, earlier) for earlier in copies]
        found += heapq.nsmallest(CLOSEST, self._others(later, copies), key=lambda pair: (-pair[0], pair[1]))
        if not found:
            return []
        written, key = self._written(later), self.reports[later].key
        return [
            Likeness(self.reports[earlier].key, key, score, self._shared(later, earlier, written))
            for score, earlier in found
        ]

    def _others(self, later: int, copies: list[int]) -> list[tuple[float, int]]:
        host, title = self.reports[later].host, self.texts.titles[later]
        title = title if self.texts.in_title[later] >= TELLING else ""
        own = set(self.texts.words[later])
        found = []
        for earlier, likeness in self._alike(later).items():
            if likeness < SUGGESTED or earlier in copies:
                continue
            if len(own.intersection(self.texts.words[earlier])) < EVIDENCE:
                continue
            if host and self.reports[earlier].host == host:
                # Never enough for one story, however alike: a provider tells of many things in one form.
                likeness *= ONE_STORY
            elif title and self.texts.titles[earlier] == title:
                continue  # Hangs together with the copies, which may be more than all that is kept.
            if (score := round(min(likeness, NO_COPY), 6)) >= SUGGESTED:
                found.append((score, earlier))
        return found

    def _alike(self, later: int) -> dict[int, float]:
        """How alike each report of the days before is, by the words that are rare enough."""
        texts, holders = self.texts, self.holders
        words = texts.words[later]
        counts = list(map(texts.counts.__getitem__, words))
        rarest, ties, left = 0, 0, REACH
        for count in sorted(counts):
            left -= count
            if left < 0:
                break
            rarest, ties = count, ties + 1 if count == rarest else 1
        since = bisect_left(self.times, self.times[later] - APART_DAYS * _DAY)
        alike: dict[int, float] = {}
        get = alike.get
        for word, weight, count in zip(words, texts.weights[later], counts, strict=True):
            if count == rarest:
                ties -= 1
            if 1 < count <= rarest and (count < rarest or ties >= 0) and word in holders:
                reports, weights = holders[word]
                if gone := bisect_left(reports, since):
                    del reports[:gone], weights[:gone]
                for earlier, other in zip(reports, weights, strict=True):
                    alike[earlier] = get(earlier, 0.0) + weight * other
        return alike

    def _copies(self, later: int) -> list[int]:
        """The reports before that are the same page, or the same text under one title."""
        since = self.times[later] - LATE_DAYS * _DAY
        telling = self.texts.in_title[later] >= TELLING
        same_title = self.same_title.get(self.texts.titles[later], []) if telling else []
        found = [
            earlier
            for earlier in same_title[-CLOSEST:]
            if self.times[earlier] >= since and self._is_copy(earlier, later)
        ]
        page = self.same_page.get(self.reports[later].page, -1)
        if page >= 0 and self.times[page] >= since and page not in found:
            found.append(page)
        return found

    def _is_copy(self, earlier: int, later: int) -> bool:
        """Of two reports under one title: whether they are one text, and not two parts of a series."""
        one, other = self.reports[earlier], self.reports[later]
        near = self.times[later] - self.times[earlier] <= APART_DAYS * _DAY
        one_host = one.host == other.host != ""
        if near != one_host:
            return near
        words, others = set(terms(one.excerpt)), set(terms(other.excerpt))
        return 2 * len(words & others) >= min(len(words), len(others)) > 0

    def _written(self, number: int) -> dict[int, str]:
        """How the report writes each of its words first."""
        report, numbers, known = self.reports[number], self.texts.numbers, self.spellings
        written: dict[int, str] = {}
        for text in (report.title, report.excerpt):
            for term, word in spellings(text):
                written.setdefault(numbers[term], known.setdefault(word, word))
        return written

    def _shared(self, later: int, earlier: int, written: dict[int, str]) -> tuple[str, ...]:
        texts = self.texts
        theirs = dict(zip(texts.words[earlier], texts.weights[earlier], strict=True))
        shared = [
            (-weight * theirs[word], written[word])
            for word, weight in zip(texts.words[later], texts.weights[later], strict=True)
            if word in theirs
        ]
        return tuple(word for _, word in sorted(shared)[:REASONS])
