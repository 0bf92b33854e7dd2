"""Keyset pagination: a page is "the 25 rows after this one".

Page 10,000 costs as much as page 1, and new rows do not shift the pages.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Protocol
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404

SIZE = 25


class BadCursor(Http404):
    """The cursor in the address is malformed, or no row is beyond it."""


@dataclass(frozen=True)
class Order:
    """A total order by `field` and then by pk, both descending, or both `ascending`.

    `write` turns a value of the field into a text for an address, `read` turns it back; these texts match `pattern`.
    """

    field: str
    pattern: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    ascending: bool = False

    @property
    def ordering(self) -> tuple[str, str]:
        sign = "" if self.ascending else "-"
        return f"{sign}{self.field}", f"{sign}pk"

    def cursor(self, row: Any) -> str:
        return f"{self.write(getattr(row, self.field))}_{row.pk}"

    def place(self, cursor: str) -> tuple[Any, int]:
        # 18 digits: the databases refuse a pk that does not fit into 64 bits.
        match = re.fullmatch(rf"({self.pattern})_([0-9]{{1,18}})", cursor)
        if not match:
            raise BadCursor
        try:
            return self.read(match[1]), int(match[2])
        except ValueError as error:
            raise BadCursor from error

    def beyond(self, place: tuple[Any, Any], direction: str) -> Q:
        """The condition for rows strictly after a place (direction "lt") or before it ("gt").

        A place is a value of `field` and a pk.
        """
        value, pk = place
        if self.ascending:
            direction = {"lt": "gt", "gt": "lt"}[direction]
        # The first condition is implied by the second; it lets the database start in the middle of the index.
        return Q(**{f"{self.field}__{direction}e": value}) & (
            Q(**{f"{self.field}__{direction}": value}) | Q(**{f"pk__{direction}": pk})
        )


def _finite(text: str) -> float:
    if not isfinite(number := float(text)):
        raise ValueError(text)
    return number


BY_DATE = Order(
    "published_at",
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z",
    write=lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    read=datetime.fromisoformat,
)
OLDEST_FIRST = replace(BY_DATE, ascending=True)
# `repr` of a float is the shortest text that reads back as the same float.
BY_RANK = Order("rank", r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?", write=repr, read=_finite)
BY_PRIORITY = replace(BY_RANK, field="priority")


@dataclass(frozen=True)
class Page[Row]:
    """The rows of a page, and the query strings of the pages beside it, '' if there is none."""

    articles: list[Row]
    newer: str = ""
    older: str = ""
    is_first: bool = True
    # Paging back has reached the beginning: the view redirects to the first page.
    starts_over: bool = False


class Cut[Row](Protocol):
    """Reads the first `count` rows of a list, or the nearest `count` rows beyond a place (see Order.beyond)."""

    def __call__(self, count: int, direction: str = "", place: tuple[Any, Any] | None = None) -> list[Row]: ...


def cut_of(articles: QuerySet[Any, Any], order: Order) -> Cut[Any]:
    """The Cut of a queryset, which must be in this order."""

    def cut(count: int, direction: str = "", place: tuple[Any, Any] | None = None) -> list[Any]:
        found = articles.filter(order.beyond(place, direction)) if place else articles
        return list((found.reverse() if direction == "gt" else found)[:count])

    return cut


def page_of[Row](
    articles: QuerySet[Any, Row] | Cut[Row],
    order: Order,
    params: Mapping[str, str],
    *,
    size: int = SIZE,
    keep: Mapping[str, str] = {},
    continues: bool = False,
) -> Page[Row]:
    """The page that `params` asks for: `after` or `before` a cursor, otherwise the first. Raises BadCursor.

    One query, or those of the cut. `keep` are parameters that the addresses of the other pages repeat. If the list
    `continues` a first page of another kind, its own first rows are not the first page.
    """
    cut = cut_of(articles, order) if isinstance(articles, QuerySet) else articles
    if "after" in params and "before" in params:
        raise BadCursor
    if "before" in params:
        rows = cut(size + 1, "gt", order.place(params["before"]))
        rows, more_newer, more_older = rows[:size][::-1], len(rows) > size, True
        if not more_newer and not (continues and rows):
            return Page([], starts_over=True)
        more_newer = True
    elif "after" in params:
        rows = cut(size + 1, "lt", order.place(params["after"]))
        if not rows:
            raise BadCursor
        rows, more_newer, more_older = rows[:size], True, len(rows) > size
    else:
        rows = cut(size + 1)
        rows, more_newer, more_older = rows[:size], False, len(rows) > size

    def address(direction: str, row: Row) -> str:
        return "?" + urlencode({**keep, direction: order.cursor(row)}, safe=":")

    return Page(
        rows,
        newer=address("before", rows[0]) if more_newer else "",
        older=address("after", rows[-1]) if more_older else "",
        is_first=not more_newer,
    )
