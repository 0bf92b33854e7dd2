"""What the dashboard counts, and of which day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles import moderation
from articles.desk.dashboard import figures
from articles.desk.dashboard import numbers as dashboard
from tests.desk.dashboard.decisions import publish, reject
from tests.factories import make_article, make_provider

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """Set the clock; the log takes no time that is told."""

    def at(moment):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz)

        cache.clear()
        monkeypatch.setattr(timezone, "datetime", Clock)

    at(NOW)
    return at


def test_what_waits_is_counted_by_reason_with_its_oldest(at, editor):
    oldest, old = NOW - timedelta(days=3), NOW - timedelta(days=2)
    make_article(created_at=oldest, priority=1)
    make_article(created_at=old, priority=9)
    make_article(created_at=old, published=True)
    make_article(created_at=oldest, flag="Look again")
    publish(make_article(), editor)

    assert dashboard.numbers()["waiting"] == [
        ("flagged", "flagged by a colleague", 1, oldest),
        ("live", "live, not reviewed", 1, old),
        ("pending", "pending", 2, oldest),
    ]


def test_what_i_did_today_is_mine_and_of_today(at, editor, moderator):
    at(NOW - timedelta(days=1))
    publish(make_article(), editor)
    at(NOW)
    publish(make_article(), editor)
    publish(make_article(), editor)
    reject(make_article(), editor)
    reject(make_article(), moderator)

    assert dashboard.done_today(editor) == [("Publish", 2), ("Reject", 1)]
    assert dashboard.done_today(moderator) == [("Reject", 1)]


def test_decisions_are_counted_per_day_and_verb_for_thirty_days(at, editor):
    for ago in (31, 29, 29, 0):
        at(NOW - timedelta(days=ago))
        publish(make_article(), editor)
    reject(make_article(), editor)
    moderation.score(make_article(), by=editor, version=1, heat=5)

    days = dashboard.numbers()["days"]

    none = {"publish": 0, "reject": 0, "withdraw": 0, "reopen": 0}
    assert (len(days), days[0], days[-1]) == (
        30,
        (date(2026, 2, 9), none | {"publish": 2}),
        (date(2026, 3, 10), none | {"publish": 1, "reject": 1}),
    )
    assert [counts for _, counts in days[1:-1]] == [none] * 28


def test_a_day_begins_at_midnight_where_the_site_is(at, editor, settings):
    settings.TIME_ZONE = "Asia/Kathmandu"
    with timezone.override("Asia/Kathmandu"):
        at(datetime(2026, 3, 9, 18, 20, tzinfo=UTC))
        publish(make_article(), editor)
        at(datetime(2026, 3, 9, 18, 10, tzinfo=UTC))
        publish(make_article(), editor)
        at(NOW)

        days = [(day, counts["publish"]) for day, counts in dashboard.numbers()["days"] if counts["publish"]]

    assert days == [(date(2026, 3, 9), 1), (date(2026, 3, 10), 1)]


def test_the_time_from_arrival_to_decision_has_a_median_and_a_p90(at, editor):
    for hours in (1, 2, 3, 4, 50):
        publish(make_article(created_at=NOW - timedelta(hours=hours)), editor)

    times = dashboard.numbers()["times"]

    # Of five waits nine of ten end six tenths of the way from the fourth to the fifth.
    assert (times["count"], times["median"], times["p90"]) == (5, 3 * 3600, 113_760)
    assert [number for _, number in times["ranges"]] == [0, 3, 1, 1, 0, 0]


def test_articles_are_counted_by_quality_and_by_provider(at, editor):
    good, bad = make_provider(name="Good"), make_provider(name="Bad")
    publish(make_article(provider=good, quality=150), editor)
    publish(make_article(provider=good, quality=20), editor)
    reject(make_article(provider=good, quality=19), editor)
    make_article(provider=good, quality=100, published=True)
    make_article(provider=bad, quality=0)

    numbers = dashboard.numbers()

    none = {"published": 0, "live": 0, "pending": 0, "refused": 0}
    assert numbers["bands"] == [
        ("100 and more", none | {"published": 1, "live": 1}),
        ("20 to 39", none | {"published": 1}),
        ("0 to 19", none | {"pending": 1, "refused": 1}),
    ]
    assert numbers["providers"] == [
        ("Good", none | {"published": 2, "live": 1, "refused": 1}),
        ("Bad", none | {"pending": 1}),
    ]
    assert [text.text for text in figures.providers(numbers["providers"]).chart.texts] == [
        "Good",
        "4 articles, 67% accepted",
        "Bad",
        "1 article",
    ]


def test_only_the_newest_articles_are_looked_at(at, monkeypatch):
    monkeypatch.setattr(dashboard, "NEWEST_ARTICLES", 2)
    for quality in (100, 80, 60):
        make_article(quality=quality)

    assert [band for band, _ in dashboard.numbers()["bands"]] == ["80 to 99", "60 to 79"]


def test_the_numbers_are_read_once_a_minute(at, editor, django_assert_num_queries):
    make_article()
    dashboard.numbers()
    make_article()

    with django_assert_num_queries(0):
        assert dashboard.numbers()["waiting"][0][2] == 1


def test_the_decisions_of_a_deleted_article_are_counted(at, editor):
    article = make_article()
    publish(article, editor)
    moderation.delete(article, by=editor, version=2)

    numbers = dashboard.numbers()

    assert (numbers["days"][-1][1]["publish"], numbers["times"]) == (1, None)


def test_what_was_done_today_ends_with_the_day_although_it_is_cached(at, editor):
    publish(make_article(), editor)
    today = dashboard.done_today(editor)
    kept = cache.get(f"dashboard-{editor.pk}-2026-03-10")

    at(NOW + timedelta(days=1))
    cache.set(f"dashboard-{editor.pk}-2026-03-10", kept)

    assert (today, kept, dashboard.done_today(editor)) == ([("Publish", 1)], today, [])
