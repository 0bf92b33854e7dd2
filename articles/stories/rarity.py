"""Reads reports into words, and weighs each word of a report by its rarity in the days around it."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, count, groupby
from math import log, sqrt, sumprod

from articles.stories.reports import Report
from articles.stories.terms import terms

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
    """The words of reports that are in order of time, as numbers, with their weights; those of the days around only.

    The weights of a report are a vector of the length 1. Its words stand in the order of its text, the title first,
    whatever report came first: so sums of them are the same to the last bit.
    """

    def __init__(self, reports: list[Report]):
        self.reports = reports
        self.numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.words = [NONE] * len(reports)
        self.held = [NONE] * len(reports)  # how many reports of the days around a report hold each of its words
        self.weights = [WEIGHTLESS] * len(reports)
        self.titles = [""] * len(reports)
        self.in_title = array("H", bytes(2 * len(reports)))  # how many of the words the title has
        self.counts: Counter[int] = Counter()  # how many reports of the days around this day hold a word
        self.size = 0  # how many these are

    def days(self) -> Iterator[tuple[int, list[int]]]:
        """Each day that has reports, and its reports by number; their weights are known then."""
        days = [(day, list(members)) for day, members in groupby(range(len(self.reports)), self._day)]
        first = last = 0
        for day, members in days:
            while last < len(days) and days[last][0] <= day + RARITY_DAYS:
                self._come(days[last][1])
                last += 1
            while days[first][0] < day - RARITY_DAYS:
                self._go(days[first][1])
                first += 1
            rarity = [0.0, *(log((self.size + PRIOR) / held) for held in range(1, self.size + 1))]
            for member in members:
                self._weigh(member, rarity)
            yield day, members

    def _day(self, number: int) -> int:
        date = self.reports[number].date
        return date.toordinal() if date else 0

    def _come(self, members: list[int]) -> None:
        for member in members:
            self._read(member)
        self.counts.update(chain.from_iterable([self.words[member] for member in members]))
        self.size += len(members)

    def _go(self, members: list[int]) -> None:
        counts = self.counts
        for member in members:
            for word in self.words[member]:
                counts[word] -= 1
            self.words[member], self.held[member], self.weights[member] = NONE, NONE, WEIGHTLESS
        self.size -= len(members)

    def _read(self, number: int) -> None:
        report = self.reports[number]
        title = terms(report.title)
        found = dict.fromkeys(title)
        self.in_title[number] = len(found)
        found.update(dict.fromkeys(terms(report.excerpt)))
        self.titles[number] = " ".join(title)
        self.words[number] = array("I", map(self.numbers.__getitem__, found))

    def _weigh(self, number: int, rarity: list[float]) -> None:
        split = self.in_title[number]
        counts = array("I", map(self.counts.__getitem__, self.words[number]))
        weights = list(map(rarity.__getitem__, counts))
        weights[:split] = [weight * TITLE for weight in weights[:split]]
        length = sqrt(sumprod(weights, weights)) or 1.0
        self.weights[number] = array("f", [weight / length for weight in weights])
        self.held[number] = counts
