"""Front and latest: what is in them, in which order, and how they go on."""

import re
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise

import pytest
from django.utils import timezone

from articles.models import Article
from articles.paging import BY_RANK, page_of
from tests.factories import make_article, make_provider, make_topic
from tests.public.lists import DAY, link, make_articles, titles, walk

pytestmark = pytest.mark.django_db


def test_front_is_ordered_by_rank(client):
    for title, rank in [("low", 1.5), ("high", 3.5), ("middle", 2.5)]:
        make_article(published=True, title=title, rank=rank)

    assert titles(client.get("/").text) == ["high", "middle", "low"]


def test_latest_is_exactly_newest_first_and_the_later_row_first_at_the_same_moment(client):
    rows = [make_article(published=True, title=f"T{n}", published_at=DAY + timedelta(minutes=n % 3)) for n in range(9)]

    shown = titles(client.get("/latest/").text)

    assert shown == [row.title for row in sorted(rows, key=lambda row: (row.published_at, row.pk), reverse=True)]


def test_latest_groups_by_day(client):
    for day in (7, 8, 8):
        make_article(published=True, published_at=datetime(2021, 1, day, 9, tzinfo=UTC))

    days = re.findall(r'<h2[^>]*><time datetime="([^"]*)">', client.get("/latest/").text)

    assert days == ["2021-01-08", "2021-01-07"]


def test_no_list_shows_what_readers_may_not_see(client, moderator):
    topic, provider = make_topic("Power"), make_provider(domain="p.example")
    hour, now = timedelta(hours=1), timezone.now()
    for fields in (
        {"title": "shown", "published": True},
        {"title": "pending"},
        {"title": "rejected", "reviewed_by": moderator},
        {"title": "withdrawn", "reviewed_by": moderator, "first_published_at": now},
        {"title": "scheduled", "published": True, "publish_at": now + hour},
        {"title": "expired", "published": True, "expires_at": now - hour},
    ):
        make_article(topics=[topic], provider=provider, **fields)

    for path in ("/", "/latest/", "/topics/power/", "/providers/p.example/"):
        assert (path, titles(client.get(path).text)) == (path, ["shown"])


@pytest.mark.parametrize("path", ["/", "/latest/", "/topics/power/", "/providers/p.example/"])
def test_pages_go_through_the_whole_list_and_back(client, path):
    make_articles(64, topics=[make_topic("Power")], provider=make_provider(domain="p.example"))

    forth = walk(client, path)
    last = link(client.get(path).text, "next")
    last = path + link(client.get(path + last).text, "next")
    back = walk(client, last, rel="prev")

    assert list(chain(*forth)) == [f"T{n:02}" for n in reversed(range(64))]
    assert back[::-1] == forth


def test_pages_stay_the_same_when_new_articles_arrive(client):
    make_articles(40)
    older = "/latest/" + link(client.get("/latest/").text, "next")
    before = titles(client.get(older).text)

    for n in range(5):
        make_article(published=True, published_at=DAY + timedelta(days=1, minutes=n))

    assert titles(client.get(older).text) == before


def test_the_way_back_ends_at_the_first_page_itself(client):
    make_articles(30)
    second = client.get("/latest/" + link(client.get("/latest/").text, "next")).text

    answer = client.get("/latest/" + link(second, "prev"))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/latest/")


def test_the_way_back_keeps_the_filter(client):
    make_articles(30, type="video")
    second = client.get("/latest/" + link(client.get("/latest/?type=video").text, "next")).text

    answer = client.get("/latest/" + link(second, "prev"))

    assert answer.headers["Location"] == "/latest/?type=video"


def test_rank_in_an_address_reads_back_exactly():
    ranks = [18634.1 + 0.2, 18634.3, 1 / 3, -0.0, 5e-324, 1.7e308]
    rows = [make_article(published=True, rank=rank) for rank in ranks]

    assert [BY_RANK.place(BY_RANK.cursor(row)) for row in rows] == [(row.rank, row.pk) for row in rows]


def test_ranks_that_differ_in_the_last_bit_are_each_shown_once():
    values = [18634.3, 18634.300000000003, 18634.300000000007]
    expected = [make_article(published=True, rank=rank).pk for rank in values for _ in range(3)][::-1]
    articles, seen, page = (
        Article.objects.visible().ranked(),
        [],
        page_of(Article.objects.ranked(), BY_RANK, {}, size=2),
    )

    while True:
        seen += [row.pk for row in page.articles]
        if not page.older:
            break
        page = page_of(articles, BY_RANK, {"after": BY_RANK.cursor(page.articles[-1])}, size=2)

    assert seen == expected


@pytest.mark.parametrize(
    "query",
    [
        "after=",
        "after=x",
        "after=1_2_3",
        "after=2021-01-08T00:00:00Z",
        "after=2021-13-08T00:00:00Z_1",
        "after=0000-01-01T00:00:00Z_1",
        "after=2021-01-08T00:00:00%2B02:00_1",
        "after=2021-01-08T00:00:00Z_99999999999999999999",
        "after=2021-01-08T00:00:00Z_-1",
        "after=%00_1",
        "after=nan_1",
        "after=1e999_1",
        "after=٣_1",
        "before=x",
        "after=2021-01-08T00:00:00Z_1&before=2021-01-08T00:00:00Z_1",
        "after=0001-01-01T00:00:00Z_1",
    ],
)
def test_a_place_that_cannot_be_answers_404(client, query):
    make_article(published=True)
    never = client.get("/articles/never-was/").content

    answers = [client.get(f"{path}?{query}") for path in ("/", "/latest/")]

    assert [(answer.status_code, answer.content) for answer in answers] == [(404, never)] * 2


def test_ranks_and_dates_are_strictly_ordered_in_the_database():
    make_articles(10)

    for articles, field in (
        (Article.objects.visible().ranked(), "rank"),
        (Article.objects.visible().latest_first(), "published_at"),
    ):
        keys = [(getattr(row, field), row.pk) for row in articles]
        assert all(one > two for one, two in pairwise(keys))
