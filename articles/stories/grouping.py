"""Makes stories of pairs that are alike, of what people said, and of nothing else.

Groups grow from the closest pair on, as long as they are alike on average (average link): so a roundup, which is like
one report of each of many stories, joins none of them. A story is worked out from the reports that hang together by
likenesses of ONE_STORY or more and by verdicts; what is suggested, from the groups at both ends of a likeness. So the
groups of all reports are those of each such part, worked out alone.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from articles.stories.likeness import CLOSEST, COPY, LATE_DAYS, ONE_STORY, SUGGESTED, Likeness
from articles.stories.reports import Report, in_order

Pairs = Iterable[tuple[int, int]]
_LONGEST = LATE_DAYS * 86_400.0
# Likenesses are added up as whole numbers, whose sum does not depend on their order.
_WHOLE = 1_000_000


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
    likenesses: Collection[Likeness],
    together: Pairs = (),
    apart: Pairs = (),
    enough: float = ONE_STORY,
) -> Grouping:
    """The stories that these reports tell: groups of keys, by date and name, each in the same order.

    What people keep `together` is united before anything else, and no group ever holds two that they keep `apart`.
    Where the two contradict each other, the pair whose reports are later, by date and name, gives way.
    """
    reports = list(reports)
    undated = sorted((report for report in reports if not report.date), key=lambda report: report.name)
    growing = _Growing([*in_order(reports), *undated])
    growing.part(apart)
    growing.keep_together(together)
    growing.join_copies(likenesses)
    growing.link(likenesses)
    growing.join(enough)
    return Grouping(*growing.result())


class _Growing:
    """Groups that grow. A report is known by its rank, its place by date and name; a group by that of one report."""

    def __init__(self, reports: list[Report]):
        self.reports = reports
        self.ranks = {report.key: rank for rank, report in enumerate(reports)}
        self.parents = list(range(len(reports)))  # of a report: another one of its group, or itself
        self.sizes = [1] * len(reports)
        self.firsts = list(range(len(reports)))  # of a group: the rank of its first report
        self.begins = [report.date.timestamp() if report.date else float("inf") for report in reports]
        self.ends = [report.date.timestamp() if report.date else float("-inf") for report in reports]
        self.links: dict[int, dict[int, int]] = {}  # between groups: the sum of the likenesses of their reports
        self.parted: defaultdict[int, set[int]] = defaultdict(set)

    def group(self, rank: int) -> int:
        parents = self.parents
        while parents[rank] != rank:
            parents[rank] = parents[parents[rank]]
            rank = parents[rank]
        return rank

    def part(self, apart: Pairs) -> None:
        for one, other in self._ranked(apart):
            self.parted[one].add(other)
            self.parted[other].add(one)

    def keep_together(self, together: Pairs) -> None:
        for one, other in self._ranked(together):
            a, b = self.group(one), self.group(other)
            if a != b and not self._are_apart(a, b):
                self._unite(a, b)

    def join_copies(self, likenesses: Collection[Likeness]) -> None:
        """Those that are nearest in time first: so a column of the same title each day ends up in parts."""
        pairs = self._ranked((pair.a, pair.b) for pair in likenesses if pair.score >= COPY)
        begins = [report.date.timestamp() if report.date else 0.0 for report in self.reports]
        for _, one, other in sorted((begins[b] - begins[a], a, b) for a, b in pairs):
            a, b = self.group(one), self.group(other)
            if a != b and self._may_unite(a, b):
                self._unite(a, b)

    def link(self, likenesses: Collection[Likeness]) -> None:
        ranks, links = self.ranks, self.links
        for one, other, score, _ in likenesses:
            if one in ranks and other in ranks:
                a, b = self.group(ranks[one]), self.group(ranks[other])
                if a != b:
                    total = links.setdefault(a, {}).get(b, 0) + round(score * _WHOLE)
                    links[a][b] = links.setdefault(b, {})[a] = total

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
            kept = self._unite(a, b)
            for other in self._move_links(b if kept == a else a, kept):
                if -(grown := self._entry(kept, other))[0] >= enough:
                    heapq.heappush(waiting, grown)

    def result(self) -> tuple[list[tuple[int, ...]], list[Suggestion]]:
        keys: defaultdict[int, list[int]] = defaultdict(list)
        for rank, report in enumerate(self.reports):
            keys[self.group(rank)].append(report.key)
        found = [
            (-round(average, 6), self.firsts[a], self.firsts[b], a, b)
            for a, links in self.links.items()
            for b in links
            if self.firsts[a] < self.firsts[b]
            and (average := self._average(a, b)) >= SUGGESTED
            and not self._are_apart(a, b)
        ]
        suggested = [Suggestion(tuple(keys[a]), tuple(keys[b]), -score) for score, _, _, a, b in sorted(found)]
        return [tuple(group) for group in keys.values()], suggested

    def _ranked(self, pairs: Pairs) -> list[tuple[int, int]]:
        ranks = self.ranks
        known = {(ranks[a], ranks[b]) for a, b in pairs if a in ranks and b in ranks and a != b}
        return sorted({(min(pair), max(pair)) for pair in known})

    def _are_apart(self, a: int, b: int) -> bool:
        return a in self.parted and b in self.parted[a]

    def _may_unite(self, a: int, b: int) -> bool:
        span = max(self.ends[a], self.ends[b]) - min(self.begins[a], self.begins[b])
        return span <= _LONGEST and not self._are_apart(a, b)

    def _unite(self, a: int, b: int) -> int:
        """One group of two; it is known by the larger one, or the earlier one of the same size."""
        if (-self.sizes[b], self.firsts[b]) < (-self.sizes[a], self.firsts[a]):
            a, b = b, a
        self.parents[b] = a
        self.sizes[a] += self.sizes[b]
        self.firsts[a] = min(self.firsts[a], self.firsts[b])
        self.begins[a] = min(self.begins[a], self.begins[b])
        self.ends[a] = max(self.ends[a], self.ends[b])
        for enemy in self.parted.pop(b, ()):
            self.parted[enemy].discard(b)
            self.parted[enemy].add(a)
            self.parted[a].add(enemy)
        return a

    def _move_links(self, gone: int, kept: int) -> Collection[int]:
        """Gives the links of one group to the other; the groups that they lead to."""
        links, theirs = self.links.pop(gone), self.links[kept]
        del links[kept], theirs[gone]
        for other, total in links.items():
            del self.links[other][gone]
            theirs[other] = self.links[other][kept] = theirs.get(other, 0) + total
        return links

    def _average(self, a: int, b: int) -> float:
        one, other = self.sizes[a], self.sizes[b]
        # A report is compared with no more than the CLOSEST before it.
        return self.links[a][b] / (_WHOLE * min(one * other, CLOSEST * min(one, other)))

    def _entry(self, a: int, b: int) -> tuple[float, int, int]:
        return -self._average(a, b), min(a, b), max(a, b)
