"""The state of the list of related links on the article page, and the steps that change it without saving.

Rows are named by their numbers: those of the links that the person saw count from 1, new ones follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from articles.models.related import longest_ascending

_NUMBERS = re.compile(r"(?<![0-9])[0-9]{1,4}(?![0-9])", re.ASCII)


def numbers_in(text: str) -> list[int]:
    """Returns the numbers of a text, each once, in their order."""
    return list(dict.fromkeys(map(int, _NUMBERS.findall(text))))


def arranged(order: Sequence[int], placed: Collection[int], ranks: Sequence[int]) -> tuple[list[int], set[int]]:
    """Returns the rows in the order that people see, what is placed first, and which are placed.

    Of the others, one that stands in `order` elsewhere than its rank puts it was moved: it and all above it are placed.
    """
    placed, named = {*placed}, {*order}
    order = [*order, *(number for number in ranks if number not in named)]
    places = {number: place for place, number in enumerate(ranks) if number not in placed}
    staying = longest_ascending([places.get(number) for number in order])
    moved = [index for index, number in enumerate(order) if number in places and index not in staying]
    if moved:
        placed |= {*order[: moved[-1] + 1]}
    return [n for n in order if n in placed] + [n for n in order if n not in placed], placed


@dataclass
class Curation:
    """The rows in their order, and which of them are hidden, taken away, ticked and placed.

    `places` is the number field; `below` are the rows that readers do not see unless a person places them.
    """

    order: list[int]
    hidden: set[int]
    removed: set[int] = field(default_factory=set)
    ticked: set[int] = field(default_factory=set)
    placed: set[int] = field(default_factory=set)
    places: list[int] = field(default_factory=list)
    removable: Collection[int] = ()
    orders: Mapping[str, tuple[list[int], int]] = field(default_factory=dict)
    below: Collection[int] = ()

    def step(self, name: str) -> str:
        """Carries out a step. Returns in words what it did, or what it lacks; '' if there is no such step."""
        step = _STEPS.get(name)
        return step(self) if step else ""

    def sort(self, name: str) -> str:
        if name not in self.orders:
            return "Choose an order."
        old = [*self.order]
        rows, count = self.orders[name]
        new = [number for number in self.order if number not in rows]
        self.placed = {*rows[:count], *new}
        self.order = [*rows[:count], *new, *rows[count:]]
        return "The list is in this order already." if self.order == old else "The list is in this order now."

    @property
    def _chosen(self) -> list[int]:
        return [number for number in self.order if number in self.ticked]

    def _hide(self, rows: Iterable[int]) -> str:
        rows = [number for number in rows if number not in self.hidden]
        self.hidden |= set(rows)
        return f"{len(rows)} hidden."

    def _show(self) -> str:
        below = {number for number in self.below if number not in self.placed}
        rows = [number for number in self._chosen if number in self.hidden | self.removed | below]
        self.hidden -= set(rows)
        self.removed -= set(rows)
        # What a person shows, readers see, however little it has in common with the article.
        self.placed |= set(rows) & below
        return f"{len(rows)} shown."

    def _keep(self, rows: Collection[int]) -> str:
        self.hidden -= set(rows)
        self.placed |= set(rows)
        self._hide(number for number in self.order if number not in rows)
        return f"{len(rows)} kept, {len(self.order) - len(rows)} hidden."

    def _hide_below(self) -> str:
        last = self.order.index(self._chosen[-1])
        return self._hide(self.order[last + 1 :])

    def _remove(self) -> str:
        rows = [number for number in self._chosen if number in self.removable]
        self.removed |= set(rows)
        said = f"{len(rows)} removed."
        return said if len(rows) == len(self._chosen) else f"{said} A link of the document can only be hidden."

    def _move(self) -> str:
        rows = self._chosen
        rest = [number for number in self.order if number not in rows]
        place = min(max(self.places[0], 1), len(rest) + 1)
        self.order = [*rest[: place - 1], *rows, *rest[place - 1 :]]
        self.placed |= {*self.order[: place - 1 + len(rows)]}
        return f"{len(rows)} moved to place {place}."

    def step_by(self, number: int, by: int) -> None:
        """Moves a row by one place: what stands above it is placed with it."""
        index = self.order.index(number)
        place = max(index + by, 0)
        self.order.insert(place, self.order.pop(index))
        self.placed |= {*self.order[: place + 1]}

    def _let_go(self) -> str:
        rows = [number for number in self._chosen if number in self.placed]
        self.placed -= set(rows)
        ranks, _ = self.orders["relevance"]
        kept = [number for number in self.order if number in self.placed]
        self.order = kept + [number for number in ranks if number not in self.placed]
        return f"{len(rows)} stand where their relevance puts them."

    def _first(self) -> str:
        return self._keep(self.order[: self.places[0]])

    def _range(self) -> str:
        first, last = min(self.places), max(self.places)
        return self.tick(self.order[max(first, 1) - 1 : last])

    def tick(self, rows: Iterable[int]) -> str:
        self.ticked |= set(rows)
        return f"{len(self._chosen)} ticked."

    def _none(self) -> str:
        self.ticked = set()
        return "None is ticked."


def _on_ticked(step: Callable[[Curation], str]) -> Callable[[Curation], str]:
    return lambda rows: step(rows) if rows._chosen else "Tick the links first."


def _with_number(step: Callable[[Curation], str]) -> Callable[[Curation], str]:
    return lambda rows: step(rows) if rows.places else "Give the number first."


_STEPS: dict[str, Callable[[Curation], str]] = {
    "hide": _on_ticked(lambda rows: rows._hide(rows._chosen)),
    "show": _on_ticked(Curation._show),
    "keep": _on_ticked(lambda rows: rows._keep(rows._chosen)),
    "below": _on_ticked(Curation._hide_below),
    "remove": _on_ticked(Curation._remove),
    "release": _on_ticked(Curation._let_go),
    "move": _on_ticked(_with_number(Curation._move)),
    "first": _with_number(Curation._first),
    "range": _with_number(Curation._range),
    "none": Curation._none,
}
