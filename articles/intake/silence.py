"""Silence: when a feed or a provider has sent nothing for longer than it ever does, by its own gaps."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.db.models.functions import TruncHour
from django.utils import timezone

from articles.models import Arrival, Article, DocumentFeed, Silence
from providers.models import Provider

logger = logging.getLogger(__name__)

SHORTEST, WEEK = timedelta(hours=24), timedelta(weeks=1)
ONE_ARRIVAL = timedelta(hours=1)
GAPS = 60  # the last ones count
# Below that a rhythm is a guess: whoever sends on some days of the week has been silent for days by then.
FEWEST_GAPS = 5
PERCENTILE, MARGIN = 0.95, 1.5
# What a provider sent before says nothing of its rhythm now; and whoever went silent before is no news.
WINDOW = timedelta(days=180)


def limit_of(gaps: Sequence[timedelta]) -> timedelta:
    """Returns after which silence there is an alert: max(24 h, 1.5 × p95 of the last 60 gaps).

    With fewer than five gaps: a week. A feed that has just begun has no rhythm yet, and one that sends on working days
    only would be called silent on its first weekend.
    """
    if len(gaps) < FEWEST_GAPS:
        return WEEK
    last = sorted(gaps[-GAPS:])
    return max(SHORTEST, MARGIN * last[ceil(PERCENTILE * len(last)) - 1])


def alert_after(gaps: Sequence[timedelta]) -> timedelta:
    """Returns after which silence there is an alert; a week, too, of whoever has not been known for one.

    Who began on a Monday and sends every hour has shown many gaps by Friday, and no weekend.
    """
    return limit_of(gaps) if is_known(gaps) else WEEK


def usual_gap(gaps: Sequence[timedelta]) -> timedelta:
    """Returns the gap that 95 of 100 do not exceed: whoever is later than that is late, which is no alert yet."""
    last = sorted(gaps[-GAPS:])
    return last[ceil(PERCENTILE * len(last)) - 1] if is_known(gaps) else WEEK


def is_known(gaps: Sequence[timedelta]) -> bool:
    """Returns whether the gaps tell a rhythm."""
    return len(gaps) >= FEWEST_GAPS and sum(gaps, timedelta()) >= WEEK


def gaps_of(moments: Iterable[datetime]) -> list[timedelta]:
    """Returns the gaps between arrivals, the oldest first. Arrivals closer than an hour are one.

    Of the gaps that end on one day the longest counts alone. Without that, whoever sends every two hours on working
    days has so many short gaps that no night and no weekend is among the longest 5 %: an alert each Saturday.
    """
    longest: dict[object, timedelta] = {}
    for before, after in _pairs(moments):
        day = after.date()
        longest[day] = max(longest.get(day, timedelta()), after - before)
    return list(longest.values())


def _pairs(moments: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    last = None
    for moment in sorted(moments):
        if last is not None and moment - last >= ONE_ARRIVAL:
            yield last, moment
        last = moment


def check(now: datetime | None = None) -> list[Silence]:
    """Raises the alerts that are due, and closes those of providers that have sent; returns the new ones."""
    now = now or timezone.now()
    return [*_feeds(now), *_providers(now)]


def gaps_of_feed(feed: DocumentFeed, until: datetime | None = None) -> list[timedelta]:
    arrivals = Arrival.objects.filter(feed=feed, at__lte=until or timezone.now())
    # Several a day: of so many the last 60 days are in.
    return gaps_of(arrivals.order_by("-at", "-pk").values_list("at", flat=True)[: GAPS * 24])


def _feeds(now: datetime) -> Iterator[Silence]:
    silent = set(Silence.objects.filter(closed_at=None, feed__isnull=False).values_list("feed", flat=True))
    for feed in DocumentFeed.objects.filter(is_on=True, last_arrival_at__isnull=False).exclude(pk__in=silent):
        last = feed.last_arrival_at
        if last and now - last > SHORTEST and now - last > alert_after(gaps_of_feed(feed, now)):
            yield from _raise(Silence(feed=feed, since=last, raised_at=now), f"Feed {feed}")


def _providers(now: datetime) -> Iterator[Silence]:
    """Of providers with a rhythm only: most of the others have sent an article or two, ever."""
    silent = {one.provider_id: one for one in Silence.objects.filter(closed_at=None, provider__isnull=False)}
    for provider, moments in _moments_of_providers(now).items():
        last = moments[-1]
        if alert := silent.get(provider):
            if last > alert.since:
                Silence.objects.filter(pk=alert.pk, closed_at=None).update(closed_at=last)
        elif now - last > SHORTEST:
            gaps = gaps_of(moments)
            if len(gaps) >= FEWEST_GAPS and now - last > alert_after(gaps):
                yield from _raise(Silence(provider_id=provider, since=last, raised_at=now), "Provider")


def _moments_of_providers(now: datetime) -> dict[int, list[datetime]]:
    """Returns when articles of each provider came in, by the hour: in one query, whatever their number."""
    articles = Article.objects.filter(created_at__gt=now - WINDOW, created_at__lte=now, provider__isnull=False)
    hours = articles.order_by().annotate(hour=TruncHour("created_at")).values("provider", "hour")
    found: dict[int, list[datetime]] = defaultdict(list)
    for provider, moment in hours.annotate(first=Min("created_at")).order_by("first").values_list("provider", "first"):
        found[provider].append(moment)
    return found


def _raise(alert: Silence, what: str) -> Iterator[Silence]:
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
    except IntegrityError:
        # Another worker was faster.
        return
    name = alert.feed or Provider.objects.filter(pk=alert.provider_id or 0).first()
    logger.warning("%s is silent: nothing has come from it since %s (%s)", what, alert.since, name)
    yield alert
