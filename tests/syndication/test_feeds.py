"""RSS, Atom and JSON Feed: that they are valid, and say the same truth as the pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason, TopicOldSlug
from articles.syndication import feeds
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.schemas import problems
from tests.syndication.feed_readers import FORMS, read

pytestmark = pytest.mark.django_db

PLACES = ["/", "/latest/", "/topics/power/", "/providers/p.example/"]
DAY = datetime(2021, 1, 8, 9, 30, tzinfo=UTC)


@pytest.fixture
def place():
    """What an article needs to be in all feeds."""
    return {"topics": [make_topic("Power")], "provider": make_provider(domain="p.example", name="P & Co")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("below", PLACES)
def test_a_feed_says_what_its_page_shows(client, place, below, form):
    article = make_article(
        published=True,
        title="A <b>bold</b> claim &#8217;",
        excerpt="One & two",
        web_url="https://p.example/1?a=1&b=2",
        published_at=DAY,
        images=[make_image(url="https://p.example/1.png")],
        **place,
    )

    found = read(client, f"{below}feed.{form}")

    assert found == [
        {
            "id": f"tag:testserver,{article.created_at:%Y-%m-%d}:article/{article.pk}",
            "title": "A <b>bold</b> claim ’",
            "url": f"http://testserver{article.get_absolute_url()}",
            "html": '<p>One &amp; two</p><p>From <a href="https://p.example/1?a=1&amp;b=2">P &amp; Co</a></p>',
            "source": "P & Co",
            "at": DAY,
            "topics": ["Power"],
            "picture": "https://p.example/1.png",
        }
    ]


@pytest.mark.parametrize("form", FORMS)
def test_the_feeds_of_the_corpus_are_valid(client, corpus, form):
    import_documents([corpus / "2021-01-08"])

    for below in ("/", "/latest/", "/topics/power-apps/", "/providers/microsoft.com/"):
        found = read(client, f"{below}feed.{form}")
        assert len(found) == 30
        assert all(item["title"] and item["source"] and item["html"] for item in found)


@pytest.mark.parametrize("form", FORMS)
def test_the_order_is_that_of_the_page(client, place, form):
    for n in range(3):
        make_article(published=True, title=f"T{n}", rank=[1, 3, 2][n], published_at=DAY + timedelta(days=n), **place)

    assert [item["title"] for item in read(client, f"/feed.{form}")] == ["T1", "T2", "T0"]
    for below in PLACES[1:]:
        assert [item["title"] for item in read(client, f"{below}feed.{form}")] == ["T2", "T1", "T0"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("below", PLACES)
def test_no_feed_holds_what_readers_may_not_see(client, moderator, place, below, form):
    now, hour = timezone.now(), timedelta(hours=1)
    for fields in (
        {"title": "shown", "published": True},
        {"title": "pending"},
        {"title": "rejected", "reviewed_by": moderator},
        {"title": "withdrawn", "reviewed_by": moderator, "first_published_at": now},
        {"title": "scheduled", "published": True, "publish_at": now + hour},
        {"title": "expired", "published": True, "expires_at": now - hour},
    ):
        make_article(**place, **fields)

    assert [item["title"] for item in read(client, f"{below}feed.{form}")] == ["shown"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "odd",
    [
        "a\x0bb",
        "a&#11;b",
        "a&#xD800;b",
        "]]>",
        "<![CDATA[",
        "a\u202eb",
        "عنوان خبر",
        "a\u2028b",
        "😀",
        "a\ufffeb",
        "&amp;lt;b&gt;",
        "%s{}",
        "x" * 150,
    ],
)
def test_one_odd_text_breaks_no_feed(client, form, odd):
    make_article(
        published=True,
        title=f"odd {odd}",
        excerpt=odd,
        slug="odd",
        provider=make_provider(name=f"P {odd}", description=odd, domain="p.example"),
        topics=[make_topic(f"T {odd}", slug="t", description=odd)],
    )
    make_article(published=True, title="next")

    assert len(read(client, f"/feed.{form}")) == 2
    for below in ("/topics/t/", "/providers/p.example/"):
        (found,) = read(client, f"{below}feed.{form}")
        assert found["title"].startswith("odd")


def test_text_that_no_database_can_hold_would_break_none_either():
    article = make_article(published=True, title="T")
    row = Article.objects.for_cards().get(pk=article.pk)
    row.title = row.excerpt = "a\ud800b\x00c" + "]]>" * 10_000
    feed = feeds.Feed("T", "D", "http://h.example/", "http://h.example/feed.rss", [row])

    for form, schema in (("rss", "rss.rng"), ("atom", "atom.rng"), ("json", "feed.json")):
        written = feeds.FEED_FORMATS[form].write(feed).encode()
        assert b"abc]]" in written
        assert problems(written, schema) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_id_stays_when_title_and_address_change(client, editor, form):
    article = make_article(published=True, title="Before")
    before = read(client, f"/feed.{form}")
    moderation.edit(article, by=editor, version=1, title="After")
    Article.objects.filter(pk=article.pk).update(slug="after")

    after = read(client, f"/feed.{form}")

    assert [item["id"] for item in after] == [item["id"] for item in before]
    assert [(item["title"], item["url"]) for item in after] == [("After", "http://testserver/articles/after/")]


def test_what_the_desk_keeps_to_itself_changes_no_feed(client, editor):
    article = make_article(published=True)
    moderation.edit(article, by=editor, version=1, title="After")
    before = client.get("/feed.atom")

    moderation.score(article, by=editor, version=2, quality=9)

    assert client.get("/feed.atom").content == before.content


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_valid_and_always_the_same(client, form):
    assert read(client, f"/feed.{form}") == []
    assert client.get(f"/feed.{form}").content == client.get(f"/feed.{form}").content


@pytest.mark.parametrize("form", FORMS)
def test_who_has_it_gets_304_until_something_changes(client, editor, form):
    article = make_article(published=True)
    address = f"/feed.{form}"
    answer = client.get(address)
    by_etag, by_date = {"If-None-Match": answer["ETag"]}, {"If-Modified-Since": answer["Last-Modified"]}

    for headers in (by_etag, by_date):
        again = client.get(address, headers=headers)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    moderation.withdraw(article, by=editor, version=1, why=moderation.Why(Reason.objects.first()))

    for headers in (by_etag, by_date):
        assert client.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("below", PLACES)
def test_a_feed_costs_the_same_for_one_and_for_thirty(client, below, form, django_assert_num_queries):
    provider, topic = make_provider(domain="p.example"), make_topic("Power")
    count = 6 if below == "/" or "topics" in below else 4 + (below.count("/") > 2)
    make_article(published=True, provider=provider, topics=[topic], images=[make_image()])
    with django_assert_num_queries(count):
        client.get(f"{below}feed.{form}")
    for _ in range(40):
        make_article(published=True, provider=provider, topics=[topic, make_topic()], images=[make_image()])

    with django_assert_num_queries(count):
        assert len(read(client, f"{below}feed.{form}")) == 30


@pytest.mark.parametrize("below", PLACES)
def test_the_page_names_its_feeds(client, place, below):
    make_article(published=True, **place)

    head = client.get(below).text.partition("</head>")[0]

    named = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', head)
    assert named == [
        ("application/rss+xml", f"{below}feed.rss"),
        ("application/atom+xml", f"{below}feed.atom"),
        ("application/feed+json", f"{below}feed.json"),
    ]
    for media_type, address in named:
        assert client.get(address)["Content-Type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize("form", FORMS)
def test_a_list_that_readers_do_not_know_has_no_feed(client, form):
    make_article(topics=[make_topic("Hidden")], provider=make_provider(domain="hidden.example"))

    for hidden, never in (("/topics/hidden/", "/topics/x/"), ("/providers/hidden.example/", "/providers/x.example/")):
        one, other = client.get(f"{hidden}feed.{form}"), client.get(f"{never}feed.{form}")
        assert (one.status_code, one.content) == (404, other.content)


def test_the_old_address_of_a_topic_leads_to_the_new_one(client):
    topic = make_topic("Power")
    make_article(published=True, topics=[topic])
    TopicOldSlug.objects.create(topic=topic, slug="old")

    answer = client.get("/topics/old/feed.atom")

    assert (answer.status_code, answer["Location"]) == (301, "/topics/power/feed.atom")


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_is_for_reading_and_the_same_for_everyone(client, admin_client, form):
    make_article(published=True)
    stranger, staff = client.get(f"/feed.{form}"), admin_client.get(f"/feed.{form}")

    head = client.head(f"/feed.{form}")

    assert client.post(f"/feed.{form}").status_code == 405
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", stranger["ETag"])
    assert stranger.content == staff.content
    assert (stranger.cookies, "Cookie" in stranger.headers.get("Vary", "")) == ({}, False)


def test_a_strange_query_changes_nothing(client):
    assert client.get("/feed.rss?<script>&a=1").content == client.get("/feed.rss").content


def test_feed_of_a_topic_has_what_its_page_has_and_is_there_when_the_page_is(client):
    root = make_topic("Root")
    make_article(published=True, title="Below", topics=[make_topic("Child", parent=root)])

    items = client.get("/topics/root/feed.json").json()["items"]

    assert [item["title"] for item in items] == ["Below"]
    assert client.get("/topics/root/").status_code == 200
