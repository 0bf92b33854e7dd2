"""Silence is measured by a feed's own gaps: one alert in time, and next to none that is false."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from articles.intake import silence
from articles.intake.silence import SHORTEST, WEEK, gaps_of, limit_of
from articles.intake.states import state_of
from articles.intake.taking import arrived
from articles.models import Arrival, DocumentFeed, ImportRun, Silence
from tests.factories import make_article, make_provider

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN = datetime(2021, 1, 4, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("gaps", "limit"),
    [
        ([], WEEK),
        ([HOUR] * 4, WEEK),
        ([HOUR] * 5, SHORTEST),
        ([20 * HOUR] * 60, 30 * HOUR),
        ([DAY] * 57 + [3 * DAY] * 3, 1.5 * DAY),
        ([DAY] * 56 + [3 * DAY] * 4, 4.5 * DAY),
        ([9 * DAY] * 100 + [DAY] * 60, 1.5 * DAY),
    ],
)
def test_the_limit_is_one_and_a_half_of_the_gap_that_95_of_100_do_not_exceed(gaps, limit):
    assert limit_of(gaps) == limit


def test_arrivals_closer_than_an_hour_are_one_and_of_a_day_the_longest_gap_counts():
    noon = BEGIN + 12 * HOUR
    moments = [BEGIN, noon, noon + HOUR / 2, noon + 0.9 * HOUR, noon + 3 * HOUR, noon + DAY]

    assert gaps_of(reversed(moments)) == [12 * HOUR, 21 * HOUR]


def is_holiday(day) -> bool:
    return (day.month, day.day) in {(5, 13), (5, 24), (7, 14), (8, 16)} or (4, 2) <= (day.month, day.day) <= (4, 5)


def history(seed: int, a_day: float, days: int) -> list[datetime]:
    """Moments of arrivals: by day, on working days, more or less often, and now and then none all day."""
    random, moments = Random(seed), []  # noqa: S311 - examples
    for number in range(days):
        day = BEGIN + number * DAY
        if day.weekday() >= 5 or is_holiday(day) or random.random() < 0.04:
            continue
        moments += [day + random.uniform(7, 19) * HOUR for _ in range(max(1, round(random.gauss(a_day, 1))))]
    return sorted(moments)


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "a_day"), [(1, 1), (2, 3), (3, 12)])
def test_in_eight_months_there_are_at_most_two_false_alerts_and_one_in_time_at_the_end(make_feed, seed, a_day):
    feed, run = make_feed(), ImportRun.objects.create()
    moments = history(seed, a_day, 240)
    end, now, left = moments[-1], BEGIN, list(moments)
    raised = []
    while now < end + 10 * DAY:
        now += 6 * HOUR
        while left and left[0] <= now:
            at = left.pop(0)
            run.pk = None
            run.save(force_insert=True)
            arrived(feed, run, now=at)
        raised += silence.check(now)

    false = [alert for alert in raised if alert.since < end]
    true = [alert for alert in raised if alert.since == end]
    assert len(false) <= 2
    assert len(true) == 1
    assert true[0].raised_at - end < 6 * DAY
    assert Silence.objects.filter(closed_at=None).count() == 1

    run.pk = None
    run.save(force_insert=True)
    arrived(feed, run, now=now + HOUR)
    assert not Silence.objects.filter(closed_at=None).exists()
    assert true[0].feed == feed


@pytest.mark.django_db
def test_a_silent_provider_is_told_once_and_its_next_article_ends_it():
    now = timezone.now()
    often, once = make_provider(domain="often.example"), make_provider(domain="once.example")
    for day in range(10, 30):
        make_article(provider=often, created_at=now - day * DAY)
    make_article(provider=once, created_at=now - 40 * DAY)

    raised = [silence.check(now), silence.check(now + HOUR)]

    assert [[alert.provider for alert in alerts] for alerts in raised] == [[often], []]
    make_article(provider=often, created_at=now + 2 * HOUR)
    assert silence.check(now + 3 * HOUR) == []
    assert Silence.objects.get().closed_at == now + 2 * HOUR


@pytest.mark.django_db
def test_the_state_of_a_feed_says_what_is_wrong(make_feed):
    now = timezone.now()
    feed = make_feed(next_look_at=now)

    def state(**values) -> str:
        DocumentFeed.objects.update(**values)
        feed.refresh_from_db()
        return state_of(feed, now).name

    assert state() == "fine"
    assert state(problem="There is no such folder.") == "late"
    assert state(problem="", next_look_at=now - DAY) == "late"
    assert state(next_look_at=now) == "fine"
    for day in range(3, 13):
        Arrival.objects.create(feed=feed, at=now - day * DAY)
    assert state(last_arrival_at=now - 1.2 * DAY) == "late"
    Silence.objects.create(feed=feed, since=now - 3 * DAY)
    assert state() == "silent"
    assert state(is_on=False) == "off"
