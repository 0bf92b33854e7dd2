"""Finds the pairs of reports that are like each other, and says by which words.

Likeness is the cosine of two texts, each word weighed by its rarity: among the reports of the days around
(`RARITY_DAYS`), never among all that ever came. So it is a function of the set of reports, not of their order, and what
comes, changes or goes on one day reaches no further than some days:

- the rarity of words, and so the weights of the reports, within RARITY_DAYS of it;
- the pairs whose later report lies within RARITY_DAYS of it, or up to APART_DAYS after such a day, since a report keeps
  the `CLOSEST` of the reports before it, and one whose weights changed may have been among them.

`neighbourhood` says which days that are, and which reports must be at hand to work it out.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import groupby
from math import log, sqrt
from typing import NamedTuple

from articles.stories.reports import Report, in_order
from articles.stories.terms import terms

SUGGESTED = 0.12
ONE_STORY = 0.2
COPY = 1.0
RARITY_DAYS = 7
APART_DAYS = 5
LATE_DAYS = 10
PRIOR = 200
TITLE = 2.0
TELLING = 4
REACH = 1000
CLOSEST = 12
REASONS = 5
_DAY = 86_400.0


class Likeness(NamedTuple):
    """Two reports, the earlier one first, how alike they are, and the words that they share, weightiest first."""

    a: int
    b: int
    score: float
    shared: tuple[str, ...]


class Neighbourhood(NamedTuple):
    """Days from first to last: `load` the reports of these, and replace the pairs whose later report is of those."""

    load: list[tuple[date, date]]
    replace: list[tuple[date, date]]


def neighbourhood(around: Collection[date]) -> Neighbourhood:
    """What the reports of these days may have changed, and what must be at hand to work it out."""
    reach = RARITY_DAYS + APART_DAYS
    return Neighbourhood(
        _spans(around, reach + RARITY_DAYS, reach + RARITY_DAYS), _spans(around, RARITY_DAYS, max(reach, LATE_DAYS))
    )


def _spans(days: Collection[date], before: int, after: int) -> list[tuple[date, date]]:
    spans: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        first = date.fromordinal(max(day.toordinal() - before, date.min.toordinal()))
        last = date.fromordinal(min(day.toordinal() + after, date.max.toordinal()))
        if spans and first <= spans[-1][1] + timedelta(days=1):
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
    return spans


def likenesses(reports: Iterable[Report], around: Collection[date] | None = None) -> list[Likeness]:
    """All pairs of reports that are alike enough to suggest that they are one story.

    With `around`, the days on which a report came, changed, moved or went: only the pairs to replace. The reports must
    then be all those of the days that `neighbourhood` says to load.
    """
    wanted = None if around is None else _ordinals(neighbourhood(around).replace)
    return _Search(in_order(reports)).pairs(wanted)


def _ordinals(spans: list[tuple[date, date]]) -> set[int]:
    return {day for first, last in spans for day in range(first.toordinal(), last.toordinal() + 1)}


class _Search:
    """One walk through the reports, day by day; each looks back for those that are like it."""

    def __init__(self, reports: list[Report]):
        self.reports = reports
        self.times = [report.date.timestamp() for report in reports if report.date]
        self.numbers: dict[str, int] = {}  # of terms
        self.titles: dict[tuple[str, ...], int] = {}
        self.title_of = array("l")
        self.telling = bytearray()
        self.terms: list[array[int]] = []  # by the number of a report: its terms in alphabetical order
        self.in_title: list[bytes] = []
        self.weights: list[array[float]] = []
        for report in reports:
            self._read(report)
        self.counts = [0] * len(self.numbers)  # in how many reports of the days around a term is
        self.size = 0  # how many these are
        self.holders: dict[int, tuple[array[int], array[float]]] = {}
        self.same_title: dict[int, list[int]] = {}
        self.same_page: dict[str, int] = {}

    def _read(self, report: Report) -> None:
        title = tuple(term for term, _ in terms(report.title))
        in_title = set(title)
        found = sorted(in_title.union(term for term, _ in terms(report.excerpt)))
        numbers = self.numbers
        self.terms.append(array("l", [numbers.setdefault(term, len(numbers)) for term in found]))
        self.in_title.append(bytes([term in in_title for term in found]))
        self.title_of.append(self.titles.setdefault(title, len(self.titles)))
        self.telling.append(len(in_title) >= TELLING)

    def pairs(self, wanted: set[int] | None) -> list[Likeness]:
        days = [(day, list(members)) for day, members in groupby(range(len(self.reports)), self._day)]
        pairs: list[Likeness] = []
        first = last = 0  # the days that are counted
        for day, members in days:
            while last < len(days) and days[last][0] <= day + RARITY_DAYS:
                self._count(days[last][1], 1)
                last += 1
            while days[first][0] < day - RARITY_DAYS:
                self._count(days[first][1], -1)
                first += 1
            rarity = [0.0, *(log((self.size + PRIOR) / count) for count in range(1, self.size + 1))]
            for later in members:
                self._weigh(later, rarity)
                if wanted is None or day in wanted:
                    pairs += self._likenesses(later)
                self._hold(later)
        return pairs

    def _day(self, number: int) -> int:
        when = self.reports[number].date
        assert when is not None  # noqa: S101 -- `in_order` gives no others
        return when.toordinal()

    def _count(self, members: list[int], step: int) -> None:
        counts = self.counts
        for member in members:
            for term in self.terms[member]:
                counts[term] += step
        self.size += step * len(members)

    def _weigh(self, number: int, rarity: list[float]) -> None:
        counts = self.counts
        weights = [
            rarity[counts[term]] * (TITLE if titled else 1.0)
            for term, titled in zip(self.terms[number], self.in_title[number], strict=True)
        ]
        length = sqrt(sum(weight * weight for weight in weights)) or 1.0
        self.weights.append(array("d", [weight / length for weight in weights]))

    def _hold(self, number: int) -> None:
        for term, weight in zip(self.terms[number], self.weights[number], strict=True):
            if self.counts[term] > 1:
                holders = self.holders.get(term)
                if holders is None:
                    holders = self.holders[term] = array("l"), array("d")
                holders[0].append(number)
                holders[1].append(weight)
        if self.telling[number]:
            self.same_title.setdefault(self.title_of[number], []).append(number)
        if page := self.reports[number].page:
            self.same_page[page] = number

    def _likenesses(self, later: int) -> list[Likeness]:
        copies = self._copies(later)
        found = [(COPY, earlier) for earlier in copies]
        host, title = self.reports[later].host, self.title_of[later] if self.telling[later] else -1
        others = []
        for earlier, likeness in self._candidates(later).items():
            if likeness < SUGGESTED or earlier in copies:
                continue
            one_host = host and self.reports[earlier].host == host
            if self.title_of[earlier] == title and not one_host:
                continue  # reached through the copies
            # Never enough for one story, however alike they are: a provider tells of many things in one form.
            score = round(min(likeness, 0.999) * (ONE_STORY if one_host else 1.0), 6)
            if score >= SUGGESTED:
                others.append((score, earlier))
        found += heapq.nsmallest(CLOSEST, others, key=lambda pair: (-pair[0], pair[1]))
        if not found:
            return []
        written = self._written(later)
        key = self.reports[later].key
        return [
            Likeness(self.reports[earlier].key, key, score, self._shared(later, earlier, written))
            for score, earlier in found
        ]

    def _candidates(self, later: int) -> dict[int, float]:
        """How alike each report of the days before is, by the words that are rare enough."""
        counts, left = self.counts, REACH
        rare = 0
        for count in sorted(counts[term] for term in self.terms[later]):
            left -= count
            if left < 0:
                break
            rare = count
        if left < 0 and rare:
            # No word counts that is as frequent as one that does not.
            rare = min(rare, count - 1)
        since = bisect_left(self.times, self.times[later] - APART_DAYS * _DAY)
        alike: dict[int, float] = {}
        get = alike.get
        for term, weight in zip(self.terms[later], self.weights[later], strict=True):
            if 1 < counts[term] <= rare and term in self.holders:
                earlier, theirs = self.holders[term]
                start = bisect_left(earlier, since)
                for number, other in zip(earlier[start:], theirs[start:], strict=True):
                    alike[number] = get(number, 0.0) + weight * other
        return alike

    def _copies(self, later: int) -> list[int]:
        """The reports before that are the same page, or the same text under one title."""
        since = self.times[later] - LATE_DAYS * _DAY
        report = self.reports[later]
        same_title = self.same_title.get(self.title_of[later], []) if self.telling[later] else []
        found = [
            earlier
            for earlier in same_title[-CLOSEST:]
            if self.times[earlier] >= since and self._is_copy(earlier, later)
        ]
        if report.page:
            page = self.same_page.get(report.page, -1)
            if page >= 0 and self.times[page] >= since and page not in found:
                found.append(page)
        return found

    def _is_copy(self, earlier: int, later: int) -> bool:
        """Of two reports under one title: whether they are one text, and not two parts of a series."""
        one, other = self.reports[earlier], self.reports[later]
        near = self.times[later] - self.times[earlier] <= APART_DAYS * _DAY
        if one.host != other.host or not one.host:
            if near:
                return True
        elif not near:
            return False
        words = {term for term, _ in terms(one.excerpt)}
        others = {term for term, _ in terms(other.excerpt)}
        return 2 * len(words & others) >= min(len(words), len(others)) > 0

    def _written(self, number: int) -> dict[int, str]:
        """How the report writes each of its terms first."""
        report = self.reports[number]
        written: dict[int, str] = {}
        for text in (report.title, report.excerpt):
            for term, word in terms(text):
                written.setdefault(self.numbers[term], word)
        return written

    def _shared(self, later: int, earlier: int, written: dict[int, str]) -> tuple[str, ...]:
        theirs = dict(zip(self.terms[earlier], self.weights[earlier], strict=True))
        shared = [
            (-round(weight * theirs[term], 9), written[term])
            for term, weight in zip(self.terms[later], self.weights[later], strict=True)
            if term in theirs
        ]
        return tuple(word for _, word in sorted(shared)[:REASONS])
