"""The archive: the number of articles in each month and day, in the site's time zone.

It is the complete record: all articles of a story are in it, each on its own day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from itertools import batched
from typing import Any, NamedTuple

from django.db.models import F, Func, IntegerField, Min, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Substr
from django.http import Http404
from django.utils import timezone

from articles.models import Article
from articles.models.moments import is_possible
from articles.models.querysets import ArticleQuerySet

MAX_SPANS = 500  # in one query: SQLite allows 2,000 columns


class Span(NamedTuple):
    """The days from `first` up to, but not including, `end`."""

    first: date
    end: date

    @classmethod
    def of_day(cls, day: date) -> Span:
        return cls(day, day + timedelta(days=1))

    @classmethod
    def of_month(cls, year: int, month: int) -> Span:
        first = date(year, month, 1)
        return cls(first, first + timedelta(days=monthrange(year, month)[1]))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.end - self.first).days)]

    @property
    def moments(self) -> tuple[datetime, datetime]:
        return _midnight(self.first), _midnight(self.end)


def span_of(year: str, month: str, day: str = "") -> Span:
    """The day or month that an address names; raises Http404 if the calendar has no such day or month."""
    try:
        span = Span.of_day(date(int(year), int(month), int(day))) if day else Span.of_month(int(year), int(month))
        possible = all(map(is_possible, span.moments))
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if not possible:
        raise Http404
    return span


def in_span(span: Span) -> ArticleQuerySet:
    start, end = span.moments
    return Article.objects.visible().filter(published_at__gte=start, published_at__lt=end)


def months() -> list[tuple[Span, int]]:
    """The months that have articles, newest first, each with the number of articles. Two queries for forty years."""
    # Groups by the text of the date, which is in UTC on both databases. On SQLite, Django's functions for time zones
    # are Python callbacks, called once for each of possibly a million rows.
    text = Substr(Cast("published_at", TextField()), 1, 7)
    # An index alone answers for published articles; `counts` leaves out those that are not visible.
    found = Article.objects.filter(published=True).order_by().values(month=text).annotate(first=Min("published_at"))
    near = {
        number
        for moment in found.values_list("first", flat=True)
        # In the site's time zone the first or last hours of a month belong to a month beside it.
        for number in range(_number_of(moment) - 1, _number_of(moment) + 2)
        if 12 < number < 9999 * 12
    }
    spans = [Span.of_month(number // 12, number % 12 + 1) for number in sorted(near, reverse=True)]
    return [
        (span, count)
        for part in batched(spans, MAX_SPANS)
        for span, count in zip(part, counts(part), strict=True)
        if count
    ]


def counts(spans: Collection[Span]) -> list[int]:
    """The number of visible articles in each span, in one query."""
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    row = _single_values(**{f"n{n}": in_span(span).order_by().values(n=count) for n, span in enumerate(spans)})
    return list(row.values()) or [0] * len(spans)


def days_beside(span: Span) -> tuple[date | None, date | None]:
    """The nearest days before and after the span that have a visible article, or None. One query."""
    start, end = span.moments
    visible = Article.objects.visible()
    row = _single_values(
        older=visible.filter(published_at__lt=start).latest_first().values("published_at")[:1],
        newer=visible.filter(published_at__gte=end).order_by("published_at", "pk").values("published_at")[:1],
    )
    older, newer = (row.get(name) for name in ("older", "newer"))
    return older and timezone.localdate(older), newer and timezone.localdate(newer)


def _single_values(**queries: QuerySet[Article, Any]) -> dict[str, Any]:
    """The value of each query by name, in one query; each must give at most one. {} if there is no article at all."""
    values = {name: Subquery(query) for name, query in queries.items()}
    row = Article.objects.values(**values).order_by("pk").first() if values else None
    return dict(row) if row else {}


def _number_of(moment: datetime) -> int:
    """The number of months from year 0 to the month of this moment."""
    return moment.year * 12 + moment.month - 1


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
