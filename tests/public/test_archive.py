"""The archive: every day that has articles, in the site's time zone, and no other."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.public import archive
from tests.factories import make_article
from tests.public.lists import titles, walk

pytestmark = pytest.mark.django_db


def make_at(*moments, **fields):
    return [
        make_article(
            published=True, title=moment, published_at=datetime.fromisoformat(moment).replace(tzinfo=UTC), **fields
        )
        for moment in moments
    ]


def links(page: str) -> list[str]:
    return re.findall(r'href="(/archive/\d[^"#]*)"', page.rpartition("</head>")[2])


def test_archive_lists_the_months_that_have_articles_and_how_many(client):
    make_at("2019-12-31T10:00", "2020-12-14T10:00", "2020-12-15T10:00", "2021-01-08T10:00")
    make_article(published_at=datetime(2020, 5, 1, tzinfo=UTC))

    page = client.get("/archive/").text

    assert links(page) == ["/archive/2021/01/", "/archive/2020/12/", "/archive/2019/12/"]
    assert re.findall(r'class="year-name" id="year-(\d+)">', page) == ["2021", "2020", "2019"]
    assert re.findall(r'class="count">(\d+)', page) == ["1", "1", "2", "2", "1", "1"]


def test_month_is_a_calendar_of_its_days(client):
    make_at("2020-12-14T10:00", "2020-12-14T23:59", "2020-12-31T00:00", "2020-11-30T23:59", "2021-01-01T00:00")

    page = client.get("/archive/2020/12/").text

    table = page.partition("<table")[2].partition("</table>")[0]
    assert links(table) == ["/archive/2020/12/14/", "/archive/2020/12/31/"]
    assert re.findall(r'class="calendar-count">(\d+)', table) == ["2", "1"]
    assert len(re.findall('<time datetime="2020-12-[0-9]{2}">', table)) == 31
    assert "<caption>3 articles in December, by day</caption>" in table
    assert re.findall(r'rel="(\w+)" href="([^"]*)">[A-Z]', page) == [
        ("prev", "/archive/2020/11/"),
        ("next", "/archive/2021/01/"),
    ]


def test_day_lists_its_articles_and_leads_to_the_nearest_days_that_have_any(client):
    make_at("2020-12-01T10:00", "2020-12-14T00:00", "2020-12-14T23:59:59", "2020-12-15T00:00", "2021-02-01T10:00")

    first, last = (client.get(f"/archive/{day}/").text for day in ("2020/12/14", "2021/02/01"))

    assert titles(first) == ["2020-12-14T23:59:59", "2020-12-14T00:00"]
    assert [path for path in links(first) if path.count("/") == 5] == ["/archive/2020/12/01/", "/archive/2020/12/15/"]
    assert [path for path in links(last) if path.count("/") == 5] == ["/archive/2020/12/15/"]


def test_a_full_day_goes_on_by_pages(client):
    start = datetime(2020, 12, 14, tzinfo=UTC)
    for n in range(60):
        make_article(published=True, title=f"T{n:02}", published_at=start + timedelta(minutes=n))

    pages = walk(client, "/archive/2020/12/14/")

    assert [title for page in pages for title in page] == [f"T{n:02}" for n in reversed(range(60))]


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Kathmandu", "2020-12-31T18:14", "2020/12/31"),
        ("Asia/Kathmandu", "2020-12-31T18:15", "2021/01/01"),
        ("America/New_York", "2021-01-01T04:59", "2020/12/31"),
        ("America/New_York", "2021-01-01T05:00", "2021/01/01"),
        ("Europe/Berlin", "2021-03-28T22:00", "2021/03/29"),
        ("Europe/Berlin", "2021-03-28T21:59", "2021/03/28"),
    ],
)
def test_days_and_months_are_those_of_the_sites_time_zone(client, zone, moment, day):
    make_at(moment)

    with timezone.override(zone):
        month = day.rpartition("/")[0]
        assert links(client.get("/archive/").text) == [f"/archive/{month}/"]
        assert links(client.get(f"/archive/{month}/").text) == [f"/archive/{day}/"]
        assert titles(client.get(f"/archive/{day}/").text) == [moment]


def test_the_counts_of_days_add_up_to_those_of_months(client):
    with timezone.override("Pacific/Chatham"):
        start = datetime(2020, 10, 1, tzinfo=UTC)
        for n in range(120):
            make_article(published=True, published_at=start + timedelta(hours=13 * n))

        found = archive.months()

        assert sum(count for _, count in found) == 120
        for span, count in found:
            assert sum(archive.counts([archive.Span.of_day(day) for day in span.days])) == count


@pytest.mark.parametrize(
    "path",
    """2020/13 2020/00 2020/02/30 2021/02/29 0000/01 0000/01/01 9999/12 9999/12/31 2020/1 2020/12/1 2020 20200/01
    2019/01 2020/12/13 ٢٠٢٠/12""".split(),
)
def test_what_cannot_be_and_what_is_empty_answers_like_a_page_that_never_was(client, path):
    make_at("2020-12-14T10:00")

    answer = client.get(f"/archive/{path}/")

    assert (answer.status_code, answer.content) == (404, client.get("/articles/never-was/").content)


def test_hidden_articles_are_in_no_count_on_no_day_and_no_reason_for_a_page(client, moderator):
    hour, day = timedelta(hours=1), datetime(2020, 12, 14, 10, tzinfo=UTC)
    make_at("2020-11-01T10:00", "2021-02-01T10:00")
    before = {path: client.get(path).content for path in ("/archive/", "/archive/2020/11/", "/archive/2020/11/01/")}

    make_article(published_at=day)
    make_article(published_at=day, reviewed_by=moderator, first_published_at=day)
    make_article(published_at=day, published=True, publish_at=timezone.now() + hour)
    make_article(published_at=day, published=True, expires_at=timezone.now() - hour)

    assert {path: client.get(path).content for path in before} == before
    assert [client.get(f"/archive/{path}/").status_code for path in ("2020/12", "2020/12/14")] == [404, 404]


def test_dates_at_the_ends_of_the_calendar_break_nothing(client):
    make_article(published=True, published_at=datetime(1, 1, 2, tzinfo=UTC))
    make_article(published=True, published_at=datetime(9999, 12, 30, tzinfo=UTC))
    make_at("2020-12-14T10:00")

    assert "/archive/2020/12/" in links(client.get("/archive/").text)
    assert client.get("/archive/2020/12/14/").status_code == 200
