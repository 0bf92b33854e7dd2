"""/api/news/ against what upstream's site published from the same documents."""

import json
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editions, moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason, Topic, TopicOldSlug
from articles.public.queries import with_many
from articles.syndication import upstream_json as api
from providers.models import ProviderImage
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db

# Upstream wrote it once and never again, and `test_what_upstream_forgot_to_renew…` shows by what.
LEFT_OVER = "api/news/model-driven-apps/page1/index.json"
DAY = datetime(2021, 1, 8, tzinfo=UTC)


@pytest.fixture
def snapshot(corpus):
    import_documents([corpus / "2021-01-08"])
    return corpus / "2021-01-08"


def as_instants(page: dict) -> dict:
    for article in page["value"]:
        article["publishedDateTime"] = datetime.fromisoformat(article["publishedDateTime"]).timestamp()
    return page


def paths(page: dict) -> list[str]:
    return [article["path"] for article in page["value"]]


def test_every_page_is_upstreams_page_key_by_key(client, snapshot):
    files = {file.relative_to(snapshot).as_posix(): file for file in (snapshot / "api" / "news").rglob("*.json")}
    del files[LEFT_OVER]

    for name, file in files.items():
        answer = client.get(f"/{name}")
        ours, upstreams = as_instants(answer.json()), as_instants(json.loads(file.read_text()))
        assert (name, ours) == (name, upstreams)
        # The order of the keys too.
        assert [list(article) for article in ours["value"]] == [list(article) for article in upstreams["value"]]
        assert list(ours) == list(upstreams)

    assert len(files) == 19


def test_what_upstream_forgot_to_renew_contradicts_upstreams_other_pages(client, snapshot):
    """No rule makes this page too: of the same articles it has no key `content`, and upstream's other pages have it."""
    news = snapshot / "api" / "news"
    old = as_instants(json.loads((snapshot / LEFT_OVER).read_text()))["value"]
    pages = [as_instants(json.loads((news / f"page/{n}/index.json").read_text())) for n in (1, 2, 3)]
    theirs = [article for page in pages for article in page["value"] if "Model-driven apps" in article["topics"]]
    held = [article for article in theirs if article["path"] in [other["path"] for other in old]]
    assert [article["content"] for article in held] == ["\r\n", "\r\n"]
    assert [{name: article[name] for name in article if name != "content"} for article in held] == old

    # Only topics whose document names a news service have pages: this one's names none, as that of Portals.
    documents = {file.stem[3:]: file.read_text() for file in (snapshot / "_data" / "topics").glob("*.yaml")}
    with_service = {slug for slug, text in documents.items() if f"/api/news/{slug}/" in text}
    assert {file.parent.name for file in news.glob("*/index.json") if file.parent.name in documents} == with_service
    assert documents.keys() - with_service == {"power-apps", "model-driven-apps", "portals"}

    # What ours has more is what upstream's own list of everything has.
    ours = as_instants(client.get(f"/{LEFT_OVER}").json())["value"]
    assert ours == theirs
    assert (len(ours), len(old)) == (7, 2)


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
    assert [query["sql"] for query in queries if "OFFSET" in query["sql"]] == []


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
    offsets = [query["sql"] for query in queries if "OFFSET" in query["sql"]]
    assert ["OFFSET 99)" in offsets[0], "OFFSET 174)" in offsets[1], len(offsets)] == [True, True, 2]
    if connection.vendor == "sqlite":
        plan = api.news().values("pk")[99:126].explain()
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


def test_only_visible_news_is_in_it(client, moderator):
    topic, now, hour = make_topic("Power"), timezone.now(), timedelta(hours=1)
    for fields in (
        {"path": "shown", "published": True},
        {"path": "pending"},
        {"path": "rejected", "reviewed_by": moderator},
        {"path": "withdrawn", "reviewed_by": moderator, "first_published_at": now},
        {"path": "scheduled", "published": True, "publish_at": now + hour},
        {"path": "expired", "published": True, "expires_at": now - hour},
        {"path": "of another collection", "published": True, "category": "sample"},
    ):
        make_article(topics=[topic], **fields)

    assert paths(client.get("/api/news/index.json").json()) == ["shown"]
    assert paths(client.get("/api/news/power/index.json").json()) == ["shown"]


def test_a_withdrawn_article_is_gone_at_once_whatever_the_client_has(client, moderator):
    article = make_article(published=True)
    before = client.get("/api/news/index.json")
    moderation.withdraw(article, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    after = client.get("/api/news/index.json", headers={"If-Modified-Since": before["Last-Modified"]})

    assert (after.status_code, after.json()["value"]) == (200, [])


def test_a_topic_with_hidden_articles_only_answers_as_one_that_never_was(client):
    make_article(topics=[make_topic("Hidden")])

    hidden = client.get("/api/news/hidden/index.json")
    never = client.get("/api/news/never/index.json")

    assert (hidden.status_code, hidden.content, hidden.headers) == (404, never.content, never.headers)


def test_the_old_address_of_a_topic_leads_to_the_new_one_with_its_query(client):
    topic = make_topic("Power")
    make_article(published=True, topics=[topic])
    TopicOldSlug.objects.create(topic=topic, slug="old")

    answer = client.get("/api/news/old/page/2/index.json?minimum_heat=3")

    assert (answer.status_code, answer["Location"]) == (301, "/api/news/power/page/2/index.json?minimum_heat=3")


def test_an_article_without_anything_says_null(client):
    make_article(published=True, path=None, title="T", web_url="https://a.example/", provider=make_provider(name="P"))

    said = client.get("/api/news/index.json").json()["value"][0]

    empty = "path excerpt sourceUrl originalUrl featuredContent highlight tags content ampWebUrl cdnAmpWebUrl"
    assert {name: said[name] for name in said if said[name] is None} == dict.fromkeys(
        [*empty.split(), "updatedDateTime"]
    )
    assert (said["images"], said["topics"], said["heat"], said["locale"]) == ([], [], -1, "en-us")
    assert (said["provider"]["images"], said["provider"]["authors"]) == ([], None)


def test_what_people_changed_is_what_it_says(client, editor, seeds):
    import_documents([seeds])
    article = Article.objects.first()
    moderation.publish(article, by=editor, version=article.version)
    moderation.edit(article, by=editor, version=article.version, title="Mended")
    moderation.score(article, by=editor, version=article.version, heat=77)

    said = client.get("/api/news/index.json").json()["value"][0]

    assert (said["path"], said["title"], said["heat"]) == (article.path, "Mended", 77)


def test_logos_are_the_documents_else_those_that_others_can_load(client):
    provider = make_provider(domain="p.example")
    for position, url in enumerate(["/assets/p.png", "https://p.example/logo.png"]):
        ProviderImage.objects.create(provider=provider, image=make_image(url=url), position=position)
    front = (
        "---\ntitle: T\npublishedDateTime: 2021-01-08\nwebUrl: https://p.example/1\n"
        "provider:\n  domain: p.example\n  images:\n  - url: https://p.example/its.png\n---\n"
    )
    make_article(published=True, path="a", provider=provider)
    make_article(published=True, path="b", provider=provider, source=zlib.compress(front.encode()))

    value = client.get("/api/news/index.json").json()["value"]

    logos = {article["path"]: [image["url"] for image in article["provider"]["images"]] for article in value}
    assert logos == {"a": ["https://p.example/logo.png"], "b": ["https://p.example/its.png"]}


def test_the_payload_stays_here(client, snapshot):
    body = b"".join(client.get(f"/api/news/page/{n}/index.json").content for n in (1, 2, 3))
    payload = Article.objects.visible().exclude(secured="").values_list("secured", flat=True)

    assert len(payload) == 65
    assert [text for text in payload if text[:24].encode() in body] == []
    assert b"secured" not in body


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
    for _ in range(27):
        make_article(published=True, topics=[topic, make_topic()], images=[make_image()], provider=make_provider())
    with django_assert_num_queries(5 if "power" in path else 4):
        few = client.get(path).json()
    for _ in range(40):
        make_article(published=True, topics=[topic, make_topic()], images=[make_image()], provider=make_provider())
    editions.new()

    with django_assert_num_queries(5 if "power" in path else 4):
        many = client.get(path).json()

    assert (len(few["value"]), len(many["value"])) == (2, 25)


def test_it_answers_reading_only_and_knows_who_has_it_already(client):
    make_article(published=True)
    answer = client.get("/api/news/index.json")

    head = client.head("/api/news/index.json")
    again = client.get("/api/news/index.json", headers={"If-None-Match": answer["ETag"]})

    assert client.post("/api/news/index.json").status_code == 405
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert answer["Content-Type"] == "application/json"
    assert (answer.cookies, "Cookie" in answer.headers.get("Vary", "")) == ({}, False)
