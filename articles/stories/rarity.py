"""Reads reports into words, and weighs each word of a report by its rarity in the days around it."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import chain, count
from math import log, sqrt, sumprod

from articles.relevance.terms import terms
from articles.stories.reports import Report, by_day

# Whatever the day, the weekdays before and after it are counted: press releases do not come at weekends. 5 to 28 days
# give the same stories; more days know more, but make more to be worked out anew when one report comes. The weights of
# a day are kept for as long, so APART_DAYS may not be more.
RARITY_DAYS = 7
# As many reports without any of these words are counted beside the real ones: else of five documents every second word
# would be common. 100 to 400 give the same stories.
PRIOR = 200
# A title says what it is about, and an excerpt how it begins. 1.5 to 2.5 give the same stories.
TITLE = 2.0

NONE: array[int] = array("I")
WEIGHTLESS: array[float] = array("f")


class Texts:
    """The words of reports, as numbers, with their weights; those of the days around only.

    The reports come day after day, and are numbered in their order. The weights of a report are a vector of the length
    1. Its words stand in the order of its text, the title first, whatever report came first: so sums of them are the
    same to the last bit.
    """

    def __init__(self, reports: Iterable[Report]):
        self.coming = by_day(reports)
        self.reports: list[Report | None] = []
        self.numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.words: list[array[int]] = []
        self.held: list[array[int]] = []  # how many reports of the days around a report hold each of its words
        self.weights: list[array[float]] = []
        self.titles: list[str] = []
        self.in_title = array("H")  # how many of the words the title has
        self.counts: Counter[int] = Counter()  # how many reports of the days around this day hold a word
        self.size = 0  # how many these are

    def days(self) -> Iterator[tuple[int, range]]:
        """Each day that has reports, and the numbers of its reports; their weights are known then."""
        counted: deque[tuple[int, range]] = deque()
        waiting: deque[tuple[int, range]] = deque()
        ahead = next(self.coming, None)
        while ahead or waiting:
            day = waiting[0][0] if waiting else ahead[0] if ahead else 0
            while ahead and ahead[0] <= day + RARITY_DAYS:
                members = ahead[0], self._come(ahead[1])
                counted.append(members)
                waiting.append(members)
                ahead = next(self.coming, None)
            while counted[0][0] < day - RARITY_DAYS:
                self._go(counted.popleft()[1])
            rarity = [0.0, *(log((self.size + PRIOR) / held) for held in range(1, self.size + 1))]
            _, numbers = waiting.popleft()
            for number in numbers:
                self._weigh(number, rarity)
            yield day, numbers

    def _come(self, reports: list[Report]) -> range:
        first = len(self.reports)
        for report in reports:
            self._read(report)
        self.counts.update(chain.from_iterable(self.words[first:]))
        self.size += len(reports)
        return range(first, len(self.reports))

    def _go(self, members: range) -> None:
        counts = self.counts
        for member in members:
            for word in self.words[member]:
                counts[word] -= 1
            self.words[member], self.held[member], self.weights[member] = NONE, NONE, WEIGHTLESS
        self.size -= len(members)

    def _read(self, report: Report) -> None:
        title = terms(report.title)
        found = dict.fromkeys(title)
        self.reports.append(report)
        self.in_title.append(len(found))
        found.update(dict.fromkeys(terms(report.excerpt)))
        self.titles.append(" ".join(title))
        self.words.append(array("I", map(self.numbers.__getitem__, found)))
        self.held.append(NONE)
        self.weights.append(WEIGHTLESS)

    def _weigh(self, number: int, rarity: list[float]) -> None:
        split = self.in_title[number]
        counts = array("I", map(self.counts.__getitem__, self.words[number]))
        weights = list(map(rarity.__getitem__, counts))
        weights[:split] = [weight * TITLE for weight in weights[:split]]
        length = sqrt(sumprod(weights, weights)) or 1.0
        self.weights[number] = array("f", [weight / length for weight in weights])
        self.held[number] = counts
