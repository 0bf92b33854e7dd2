"""Makes stories of pairs that are alike, of what people said, and of nothing else.

Groups grow from the closest pair on, as long as they are alike on average (average link): so a roundup, which is like
one report of each of many stories, joins none of them. A story is worked out from the reports that hang together by
likenesses of ONE_STORY or more and by verdicts; what is suggested, from the groups at both ends of a likeness.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from articles.stories.likeness import CLOSEST, COPY, LATE_DAYS, ONE_STORY, SUGGESTED, Likeness
from articles.stories.reports import Report, in_order

Pairs = Iterable[tuple[int, int]]
_LONGEST = timedelta(days=LATE_DAYS)


class Suggestion(NamedTuple):
    """Two groups that may be one story."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    score: float


class Grouping(NamedTuple):
    """All reports, each in one group, those alone too; and which groups may be one, likeliest first."""

    groups: list[tuple[int, ...]]
    suggested: list[Suggestion]


def groups(
    reports: Iterable[Report],
    likenesses: Iterable[Likeness],
    together: Pairs = (),
    apart: Pairs = (),
    enough: float = ONE_STORY,
) -> Grouping:
    """The stories that these reports tell: groups of keys, by date and name, each in the same order.

    What people keep `together` is merged before anything else, and no group ever holds two that they keep `apart`.
    Where the two contradict each other, what comes later by date and name gives way.
    """
    reports = list(reports)
    undated = sorted((report for report in reports if not report.date), key=lambda report: report.name)
    growing = _Growing([*in_order(reports), *undated])
    alike = growing.by_rank(likenesses)
    growing.part(apart)
    growing.keep_together(together)
    growing.join_copies(alike)
    growing.link(alike)
    growing.join(enough)
    return Grouping(growing.groups(), growing.suggestions())


class _Growing:
    """Groups that grow. A report is known by its rank: its place by date and name; a group by that of one report."""

    def __init__(self, reports: list[Report]):
        self.reports = reports
        self.rank = {report.key: rank for rank, report in enumerate(reports)}
        self.parent = list(range(len(reports)))  # of a report: another one of its group, or itself
        self.text = list(range(len(reports)))  # the same of copies of one text
        self.members = {rank: [rank] for rank in self.parent}
        self.texts = [1] * len(reports)  # how many different texts a group holds
        self.links: dict[int, dict[int, float]] = {}  # between groups: the sum of the likenesses of their texts
        self.parted: dict[int, set[int]] = {}

    def by_rank(self, likenesses: Iterable[Likeness]) -> list[tuple[int, int, float]]:
        rank = self.rank
        pairs = [(rank[a], rank[b], score) for a, b, score, _ in likenesses if a in rank and b in rank]
        return sorted((min(a, b), max(a, b), score) for a, b, score in pairs)

    def part(self, apart: Pairs) -> None:
        for one, other in self._ranked(apart):
            self.parted.setdefault(one, set()).add(other)
            self.parted.setdefault(other, set()).add(one)

    def keep_together(self, together: Pairs) -> None:
        for one, other in self._ranked(together):
            a, b = self.group(one), self.group(other)
            if a != b and b not in self.parted.get(a, ()):
                self._unite(a, b)

    def _ranked(self, pairs: Pairs) -> list[tuple[int, int]]:
        rank = self.rank
        ranks = {(rank[a], rank[b]) for a, b in pairs if a in rank and b in rank and a != b}
        return sorted({(min(pair), max(pair)) for pair in ranks})

    def join_copies(self, alike: list[tuple[int, int, float]]) -> None:
        """Those that are nearest in time first: so a column of the same title each day ends up in parts."""
        copies = [(self._gap(a, b), a, b) for a, b, score in alike if score >= COPY]
        for _, one, other in sorted(copies):
            a, b = self.group(one), self.group(other)
            if a == b or self._may_unite(a, b):
                if a != b:
                    a = self._unite(a, b)
                if (text := _root(self.text, one)) != (same := _root(self.text, other)):
                    self.text[max(text, same)] = min(text, same)
                    self.texts[a] -= 1

    def link(self, alike: list[tuple[int, int, float]]) -> None:
        best: dict[tuple[int, int], float] = {}
        for one, other, score in alike:
            a, b = _root(self.text, one), _root(self.text, other)
            if a != b:
                pair = min(a, b), max(a, b)
                best[pair] = max(score, best.get(pair, 0.0))
        for (one, other), score in best.items():
            a, b = self.group(one), self.group(other)
            if a != b:
                self.links.setdefault(a, {})[b] = self.links.setdefault(b, {})[a] = self._sum(a, b) + score

    def join(self, enough: float) -> None:
        """Unites the two groups that are most alike, again and again, until none are alike enough."""
        waiting = [self._entry(a, b) for a, links in self.links.items() for b in links if a < b]
        waiting = [entry for entry in waiting if -entry[0] >= enough]
        heapq.heapify(waiting)
        while waiting:
            entry = heapq.heappop(waiting)
            a, b = self.group(entry[1]), self.group(entry[2])
            if a == b or not self._may_unite(a, b):
                continue
            if (now := self._entry(a, b)) != entry:
                # One of them has grown, and may be less like the other than it was.
                if -now[0] >= enough:
                    heapq.heappush(waiting, now)
                continue
            kept, gone = self._unite(a, b), 0
            gone = b if kept == a else a
            for other in self._move_links(gone, kept):
                if -(grown := self._entry(kept, other))[0] >= enough:
                    heapq.heappush(waiting, grown)

    def groups(self) -> list[tuple[int, ...]]:
        return sorted((self._keys(group) for group in self.members), key=lambda keys: self.rank[keys[0]])

    def suggestions(self) -> list[Suggestion]:
        found = [
            (-round(score, 6), min(self.members[a]), min(self.members[b]), a, b)
            for a, links in self.links.items()
            for b in links
            if self._first(a) < self._first(b)
            and (score := self._average(a, b)) >= SUGGESTED
            and b not in self.parted.get(a, ())
        ]
        return [Suggestion(self._keys(a), self._keys(b), -score) for score, _, _, a, b in sorted(found)]

    def group(self, rank: int) -> int:
        return _root(self.parent, rank)

    def _keys(self, group: int) -> tuple[int, ...]:
        return tuple(self.reports[rank].key for rank in sorted(self.members[group]))

    def _first(self, group: int) -> int:
        return min(self.members[group])

    def _gap(self, a: int, b: int) -> timedelta:
        one, other = self.reports[a].date, self.reports[b].date
        return abs(other - one) if one and other else timedelta(0)

    def _may_unite(self, a: int, b: int) -> bool:
        if b in self.parted.get(a, ()):
            return False
        dates = [date for group in (a, b) for rank in self.members[group] if (date := self.reports[rank].date)]
        return not dates or max(dates) - min(dates) <= _LONGEST

    def _unite(self, a: int, b: int) -> int:
        """One group of two; it is known by the larger one, or the earlier one of the same size."""
        if (-len(self.members[b]), b) < (-len(self.members[a]), a):
            a, b = b, a
        self.parent[b] = a
        self.members[a] += self.members.pop(b)
        self.texts[a] += self.texts[b]
        for enemy in self.parted.pop(b, ()):
            self.parted[enemy].discard(b)
            self.parted[enemy].add(a)
            self.parted.setdefault(a, set()).add(enemy)
        return a

    def _move_links(self, gone: int, kept: int) -> list[int]:
        """Gives the links of one group to the other; the groups that they lead to."""
        links = self.links.pop(gone, {})
        links.pop(kept, None)
        self.links.get(kept, {}).pop(gone, None)
        for other, score in links.items():
            del self.links[other][gone]
            self.links.setdefault(kept, {})[other] = self.links[other][kept] = self._sum(kept, other) + score
        return list(links)

    def _sum(self, a: int, b: int) -> float:
        return self.links.get(a, {}).get(b, 0.0)

    def _average(self, a: int, b: int) -> float:
        # A report is compared with no more than the CLOSEST before it.
        pairs = min(self.texts[a] * self.texts[b], CLOSEST * min(self.texts[a], self.texts[b]))
        return self._sum(a, b) / pairs

    def _entry(self, a: int, b: int) -> tuple[float, int, int]:
        return -round(self._average(a, b), 9), min(a, b), max(a, b)


def _root(parents: list[int], rank: int) -> int:
    while parents[rank] != rank:
        parents[rank] = parents[parents[rank]]
        rank = parents[rank]
    return rank
