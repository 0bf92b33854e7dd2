"""What came from a feed, as a figure, and what became of it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format

from articles.desk.dashboard.charts import Figure, columns
from articles.models import Arrival, Article, DocumentFeed, ImportRun, Verdict

PERIODS = (30, 90)  # days
WEEK = 7


class Became(NamedTuple):
    """What became of the documents of a period, and of the articles that the feed wrote last."""

    counts: dict[str, int]
    details: dict[str, dict[str, int]]
    states: list[tuple[str, int]]


def arrivals(feed: DocumentFeed, days: int) -> Figure | None:
    """Returns the arrivals per day; None if nothing came."""
    today = timezone.localdate()
    dates = [today - timedelta(days=days - 1 - place) for place in range(days)]
    moments = Arrival.objects.filter(feed=feed, at__gte=_midnight(dates[0])).values_list("at", flat=True)
    counts = Counter(timezone.localtime(moment).date() for moment in moments)
    if not counts:
        return None
    step = WEEK if days == PERIODS[0] else 2 * WEEK
    names = [_short(day) if (days - 1 - place) % step == 0 else "" for place, day in enumerate(dates)]
    number = sum(counts.values())
    return Figure(
        "arrivals",
        "Arrivals per day",
        f"The last {days} days: {number} arrival{'s' * (number != 1)} on {len(counts)} day{'s' * (len(counts) != 1)}.",
        columns([[("time", counts[day])] for day in dates], names),
        [],
        ["Day", "Arrivals"],
        [(date_format(day, "j F Y"), counts[day]) for day in reversed(dates) if counts[day]],
    )


def became(feed: DocumentFeed, days: int) -> Became:
    since = timezone.now() - timedelta(days=days)
    counts: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    for run in feed.runs.filter(started_at__gte=since).only("counts", "details"):
        counts.update(run.counts)
        unread.update(run.details.get("unread", {}))
    # By the numbers of the runs: articles have no index of theirs.
    runs = list(ImportRun.objects.filter(feed=feed).values_list("pk", flat=True))
    states = Article.objects.filter(run__in=runs).order_by().values_list("state").annotate(number=Count("pk"))
    return Became(
        {verdict: counts[verdict] for verdict in Verdict.values if counts[verdict]},
        {"unread": dict(unread)},
        sorted(states, key=lambda pair: -pair[1]),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _short(day: date) -> str:
    return date_format(day, "j M")
