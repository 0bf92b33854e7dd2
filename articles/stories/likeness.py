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
from collections import deque
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
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
# work for a report is bounded. 100 are as good as all words, also among ten times as many reports.
REACH = 200
# So many of them, those most alike by their rarest words, are compared by all words; 12 to 1,000 give the same stories.
COMPARED = 24
# Of the reports before it, a report keeps the pairs with these. 4 to 40 give the same stories.
CLOSEST = 8
# A line of reasons.
REASONS = 5
# What a title is about is said by its first few words in weight; two of them find an earlier title.
KEY_WORDS = 6
# A word of less weight than so much of the weightiest is on half of the pages of the site: "Azure" on one about Azure.
TELLS_LESS = 0.4
_DAY = 86_400.0

# How many reports hold a word, its place in the text, the word, its weight.
Rare = tuple[int, int, int, float]


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


class Found(NamedTuple):
    """What a walk through reports finds: the pairs that are alike, and the key words of each report by its key."""

    pairs: list[Likeness]
    key_words: dict[int, tuple[str, ...]]


def likenesses(reports: Iterable[Report], around: Collection[date] | None = None) -> list[Likeness]:
    """All pairs of reports that are alike enough to suggest that they are one story: `walk` says more."""
    return walk(in_order(reports), around).pairs


def walk(reports: Iterable[Report], around: Collection[date] | None = None) -> Found:
    """Reads reports that come day after day; none is kept longer than others are compared with it.

    With `around`, the days on which a report came, changed, moved or went: only the pairs to replace, and the key words
    of the reports of these days. The reports must then be all those of the days that `neighbourhood` says to load. Key
    words are the words of the title that say most, in the form that is compared, weightiest first.
    """
    search = _Search(reports)
    if around is None:
        return search.found(None, None)
    replaced = neighbourhood(around).replace
    days = {day for a, b in replaced for day in range(a.toordinal(), b.toordinal() + 1)}
    return search.found(days, {day.toordinal() for day in around})


class _Search:
    """One walk through the reports; each looks back for those that are like it."""

    def __init__(self, reports: Iterable[Report]):
        self.texts = Texts(reports)
        self.times: list[float] = []
        self.holders: dict[int, tuple[array[int], array[float]]] = {}  # of a word: reports, and its weight in each
        self.same_title: dict[str, list[int]] = {}
        self.same_page: dict[str, int] = {}
        self.spellings: dict[str, str] = {}

    def found(self, days: set[int] | None, changed: set[int] | None) -> Found:
        pairs: list[Likeness] = []
        weightiest: dict[int, list[int]] = {}
        held: deque[tuple[int, range]] = deque()
        for day, members in self.texts.days():
            while held and held[0][0] < day - LATE_DAYS - 1:
                self._forget(held.popleft()[1])
            held.append((day, members))
            self.times += [self._date(number).timestamp() for number in members]
            for later in members:
                rare = self._rare(later)
                if days is None or day in days:
                    pairs += self._likenesses(later, rare)
                if changed is None or day in changed:
                    weightiest[self._report(later).key] = self._weightiest(later)
                self._hold(later, rare)
        terms_by_number = list(self.texts.numbers)
        return Found(pairs, {key: tuple(map(terms_by_number.__getitem__, found)) for key, found in weightiest.items()})

    def _report(self, number: int) -> Report:
        report = self.texts.reports[number]
        assert report is not None  # noqa: S101 - those that are compared are still there
        return report

    def _date(self, number: int) -> datetime:
        when = self._report(number).date
        assert when is not None  # noqa: S101 - `by_day` gives no others
        return when

    def _forget(self, members: range) -> None:
        for number in members:
            self.texts.reports[number], self.texts.titles[number] = None, ""

    def _weightiest(self, number: int) -> list[int]:
        split, weights = self.texts.in_title[number], self.texts.weights[number]
        best = heapq.nlargest(KEY_WORDS, range(split), key=weights.__getitem__)
        return [self.texts.words[number][place] for place in best if weights[place] >= weights[best[0]] * TELLS_LESS]

    def _hold(self, number: int, rare: list[Rare]) -> None:
        for _, _, word, weight in rare:
            if word not in self.holders:
                self.holders[word] = array("I"), array("f")
            numbers, weights = self.holders[word]
            numbers.append(number)
            weights.append(weight)
        if self.texts.in_title[number] >= TELLING:
            self.same_title.setdefault(self.texts.titles[number], []).append(number)
        if page := self._report(number).page:
            self.same_page[page] = number

    def _likenesses(self, later: int, rare: list[Rare]) -> list[Likeness]:
        copies = self._copies(later)
        found = [(COPY, earlier) for earlier in copies]
        found += heapq.nsmallest(CLOSEST, self._others(later, rare, copies), key=lambda pair: (-pair[0], pair[1]))
        if not found:
            return []
        written, key = self._written(later), self._report(later).key
        return [
            Likeness(self._report(earlier).key, key, score, self._shared(later, earlier, written))
            for score, earlier in found
        ]

    def _others(self, later: int, rare: list[Rare], copies: list[int]) -> list[tuple[float, int]]:
        texts = self.texts
        if not (candidates := self._candidates(later, rare)):
            return []
        host, title = self._report(later).host, texts.titles[later]
        telling = texts.in_title[later] >= TELLING
        own = dict(zip(texts.words[later], texts.weights[later], strict=True))
        found = []
        for earlier in candidates:
            weights = zip(texts.words[earlier], texts.weights[earlier], strict=True)
            shared = [own[word] * weight for word, weight in weights if word in own]
            score = min(sum(shared), NO_COPY)
            if host and self._report(earlier).host == host:
                # Never enough for one story, however alike: a provider tells of many things in one form.
                score *= ONE_STORY
            elif telling and texts.titles[earlier] == title:
                continue  # Hangs together with the copies, which may be more than all that is kept.
            if (score := round(score, 6)) >= SUGGESTED and len(shared) >= EVIDENCE and earlier not in copies:
                found.append((score, earlier))
        return found

    def _candidates(self, later: int, rare: list[Rare]) -> list[int]:
        """The reports before that may be alike: by the rarest words alone, they are half as much at least."""
        since, left = bisect_left(self.times, self.times[later] - APART_DAYS * _DAY), REACH
        alike: dict[int, float] = {}
        get = alike.get
        for count, _, word, weight in sorted(rare):
            left -= count
            if left < 0:
                break
            if holders := self.holders.get(word):
                numbers, others = holders
                if gone := bisect_left(numbers, since):
                    del numbers[:gone], others[:gone]
                for earlier, other in zip(numbers, others, strict=True):
                    alike[earlier] = get(earlier, 0.0) + weight * other
        found = [(-likeness, earlier) for earlier, likeness in alike.items() if likeness >= SUGGESTED / 2]
        return [earlier for _, earlier in (heapq.nsmallest(COMPARED, found) if len(found) > COMPARED else found)]

    def _rare(self, number: int) -> list[Rare]:
        """The words that other reports hold, too, but not too many."""
        texts = self.texts
        held = texts.held[number]
        words = zip(held, range(len(held)), texts.words[number], texts.weights[number], strict=True)
        return [word for word in words if 1 < word[0] <= REACH]

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
        page = self.same_page.get(self._report(later).page, -1)
        if page >= 0 and self.times[page] >= since and page not in found:
            found.append(page)
        return found

    def _is_copy(self, earlier: int, later: int) -> bool:
        """Of two reports under one title: whether they are one text, and not two parts of a series."""
        one, other = self._report(earlier), self._report(later)
        near = self.times[later] - self.times[earlier] <= APART_DAYS * _DAY
        one_host = one.host == other.host != ""
        if near != one_host:
            return near
        words, others = set(terms(one.excerpt)), set(terms(other.excerpt))
        return 2 * len(words & others) >= min(len(words), len(others)) > 0

    def _written(self, number: int) -> dict[int, str]:
        """How the report writes each of its words first."""
        report, numbers, known = self._report(number), self.texts.numbers, self.spellings
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
