"""What stories are made of: articles, as far as texts, places and times go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of one article.

    `key` is its primary key and depends on the order of arrival, so nothing is decided by it. `name` is its canonical
    URL: unique, and the same whatever came first. `host` is the domain of its provider, '' if it is not known: then
    it is taken for a provider of its own. `page` is equal for two addresses of one page (`links.twin_key`). A report
    without a `date` (UTC) is like no other, and stands alone unless people say otherwise.
    """

    key: int
    name: str
    title: str
    excerpt: str
    host: str
    page: str
    date: datetime | None


def in_order(reports: Iterable[Report]) -> list[Report]:
    """The reports that have a date, first to last; those of one moment by name."""
    return sorted((report for report in reports if report.date), key=_place)


def by_day(reports: Iterable[Report]) -> Iterator[tuple[int, list[Report]]]:
    """The days of reports that come day after day, each with its reports in order; those without a date are none."""
    dated = ((report.date.toordinal(), report) for report in reports if report.date)
    for day, members in groupby(dated, key=itemgetter(0)):
        yield day, sorted((report for _, report in members), key=_place)


def _place(report: Report) -> tuple[datetime | None, str]:
    return report.date, report.name
