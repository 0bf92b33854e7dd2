"""/api/news/ page by page: each article once, narrowed, counted, and with few queries."""

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import editions, moderation
from articles.models import Reason, Topic
from articles.public.queries import with_many
from articles.syndication.upstream.lists import LISTS
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.syndication.upstream_pages import paths

pytestmark = pytest.mark.django_db

DAY = datetime(2021, 1, 8, tzinfo=UTC)


def offsets(queries) -> list[int]:
    return [int(number) for query in queries for number in re.findall(r"OFFSET (\d+)", query["sql"])]


def test_the_pages_hold_each_article_once_and_end_with_404(client):
    topic = make_topic("Power")
    rows = [make_article(published=True, topics=[topic], published_at=DAY - timedelta(days=n)) for n in range(51)]

    for base in ("/api/news", "/api/news/power"):
        found, number = [], 1
        while number:
            page = client.get(f"{base}/page/{number}/index.json").json()
            assert page["page"] == number
            found, number = found + paths(page), page["nextPage"]
        assert found == [row.path for row in rows]
        assert client.get(f"{base}/page/3/index.json").json()["nextPage"] is None
        assert client.get(f"{base}/page/4/index.json").status_code == 404
        assert client.get(f"{base}/page4/index.json").status_code == 404


def test_a_decision_between_two_pages_moves_the_next_as_numbers_do(client, moderator):
    rows = [make_article(published=True, published_at=DAY - timedelta(days=n)) for n in range(60)]
    first = client.get("/api/news/index.json").json()
    moderation.withdraw(rows[0], by=moderator, version=1, why=moderation.Why(Reason.objects.first()))
    editions.new()

    second = client.get("/api/news/page/2/index.json").json()

    assert paths(first) == [row.path for row in rows[:25]]
    assert paths(second) == [row.path for row in rows[26:51]]


def test_who_reads_on_has_nothing_counted(client):
    for n in range(80):
        make_article(published=True, published_at=DAY - timedelta(days=n % 7))
    counted = {n: client.get(f"/api/news/page/{n}/index.json").json() for n in (4, 3, 2, 1)}

    with CaptureQueriesContext(connection) as queries:
        read_on = {n: client.get(f"/api/news/page/{n}/index.json?_=1").json() for n in (2, 3, 4)}

    assert read_on == {n: counted[n] for n in (2, 3, 4)}
    # Only articles of the date at which a page begins are skipped: there are at most 12 of one.
    assert [skipped for skipped in offsets(queries) if skipped >= 12] == []


def test_who_jumps_has_them_counted_once_in_the_index_alone(client):
    for n in range(160):
        make_article(published=True, published_at=DAY - timedelta(days=n % 7))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as queries:
        first = client.get("/api/news/page/5/index.json").json()
        again = client.get("/api/news/page/5/index.json?_=1").json()
        assert client.get("/api/news/page/8/index.json").status_code == 404

    assert first == again
    # Of one date there are at most 23.
    assert [skipped for skipped in offsets(queries) if skipped >= 23] == [99, 174]
    if connection.vendor == "sqlite":
        plan = LISTS["news"].articles().latest_first().values("pk")[99:126].explain()
        assert "COVERING INDEX article_latest" in plan


@pytest.mark.parametrize("many", [2, 5_000])
def test_a_large_topic_has_the_same_pages_as_a_small_one(client, monkeypatch, many):
    monkeypatch.setattr("articles.public.queries.MANY_ARTICLES", many)
    topic = make_topic("Power")
    rows = [make_article(published=True, topics=[topic], published_at=DAY - timedelta(days=n)) for n in range(30)]
    make_article(published=True, topics=[make_topic("Other")], published_at=DAY)
    assert with_many(Topic.objects.all()).get(pk=topic.pk).many == (many == 2)

    pages = [client.get(f"/api/news/power/page/{n}/index.json").json() for n in (2, 1)]

    assert [paths(page) for page in pages] == [[row.path for row in rows[25:]], [row.path for row in rows[:25]]]


@pytest.mark.parametrize("number", ["0", "01", "-1", "9" * 9, "9" * 30, "x", "²"])
def test_a_page_that_cannot_be_is_404(client, number):
    assert client.get(f"/api/news/page/{number}/index.json").status_code == 404
    assert client.get(f"/api/news/page{number}/index.json").status_code == 404


def test_25_articles_are_one_page_and_the_empty_site_has_an_empty_first_page(client):
    empty = client.get("/api/news/index.json").json()
    for _ in range(25):
        make_article(published=True)

    full = client.get("/api/news/index.json").json()

    assert empty == {"page": 1, "value": [], "nextPage": None}
    assert (len(full["value"]), full["nextPage"]) == (25, None)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["new", "old"]),
        ("minimum_heat=", ["new", "old"]),
        ("minimum_heat=50", ["old"]),
        ("minimum_heat=-1", ["new", "old"]),
        ("minimum_heat=2147483647", []),
        ("since=2021-01-08", ["new"]),
        ("since=2021-01-07", ["new", "old"]),
        ("since=2021-01-07T08:00:00Z", ["new", "old"]),
        ("since=2021-01-07T08:00:01", ["new"]),
        ("since=2021-01-07T10:00:00%2B01:00", ["new"]),
        ("since=2021-01-07&minimum_heat=50", ["old"]),
        ("_=123", ["new", "old"]),
    ],
)
def test_the_list_can_be_narrowed(client, query, shown):
    make_article(published=True, path="new", heat=10, published_at=DAY)
    make_article(published=True, path="old", heat=50, published_at=datetime(2021, 1, 7, 8, tzinfo=UTC))

    assert paths(client.get(f"/api/news/index.json?{query}").json()) == shown


def test_a_narrowed_list_goes_on_by_page_and_ends(client):
    for n in range(60):
        make_article(published=True, heat=n)

    second = client.get("/api/news/page/2/index.json?minimum_heat=30").json()

    assert (len(second["value"]), second["nextPage"]) == (5, None)
    assert client.get("/api/news/page/3/index.json?minimum_heat=30").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "minimum_heat=hot",
        "minimum_heat=1.5",
        "minimum_heat=99999999999999999999",
        "minimum_heat=%00",
        "since=yesterday",
        "since=2021-13-01",
        "since=2021-02-30T00:00",
        "since=0001-01-01T00:00%2B14:00",
        "since=9999-12-31T23:59-14:00",
        "since=2021-01-07T10:00:00 01:00",
        "since=%00",
    ],
)
def test_a_bad_value_is_400_with_the_reason_and_no_list(client, query):
    make_article(published=True)

    answer = client.get(f"/api/news/index.json?{query}")

    name = query.partition("=")[0]
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert list(answer.json()) == ["errors"]
    assert list(answer.json()["errors"]) == [name]
    assert answer.json()["errors"][name][0]


@pytest.mark.parametrize("path", ["/api/news/page/2/index.json", "/api/news/power/page/2/index.json"])
def test_the_number_of_queries_does_not_grow(client, path, django_assert_num_queries):
    topic = make_topic("Power")

    def make(day: int) -> None:
        fields = {"topics": [topic, make_topic()], "images": [make_image()], "provider": make_provider()}
        make_article(published=True, published_at=DAY - timedelta(days=day), **fields)

    for day in range(27):
        make(day)
    # One finds where page 2 begins, one has the logos of providers.
    with django_assert_num_queries(6 if "power" in path else 5):
        few = client.get(path).json()
    for day in range(27, 67):
        make(day)
    editions.new()

    with django_assert_num_queries(6 if "power" in path else 5):
        many = client.get(path).json()

    assert (len(few["value"]), len(many["value"])) == (2, 25)


@pytest.mark.parametrize("seed", range(6))
def test_equal_dates_are_in_the_order_of_their_paths_on_every_page(client, settings, seed):
    """By the code points of the paths on every database, whatever page is read first."""
    settings.JSON_SIZES = settings.JSON_SIZES | {"news": 7, "learning": 7}
    chance = Random(seed)  # noqa: S311
    rows = []
    for number in range(60):
        path = chance.choice([None, "".join(chance.choices("aB_-é/ 1", k=3)) + f"{number}.md"])
        date, heat = DAY - timedelta(days=chance.randrange(6)), chance.randrange(4)
        category = chance.choice(["news", "learning"])
        rows.append(make_article(published=True, path=path, published_at=date, heat=heat, category=category))
    orders = {
        "news": lambda row: (-row.published_at.timestamp(), row.path or "", row.pk),
        "learning": lambda row: (-row.heat, row.path or "", row.pk),
    }

    for category, order in orders.items():
        wanted = [row.title for row in sorted((row for row in rows if row.category == category), key=order)]
        numbers = list(range(1, -(-len(wanted) // 7) + 1))
        for _ in range(3):
            chance.shuffle(numbers)
            pages = {number: client.get(f"/api/{category}/page/{number}/index.json?_=1").json() for number in numbers}
            assert [article["title"] for number in sorted(pages) for article in pages[number]["value"]] == wanted
