"""Front, latest and topics: what is in them, in which order, and how they go on."""

import re
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, TopicOldSlug
from articles.paging import BY_RANK, page_of
from articles.public.queries import of_topics
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db
DAY = datetime(2021, 1, 8, tzinfo=UTC)


def titles(page: str) -> list[str]:
    return re.findall(r'<h\d class="card-title" dir="auto"><a href="[^"]*">([^<]*)</a>', page)


def link(page: str, rel: str) -> str:
    found = re.search(rf'<a class="[^"]*" rel="{rel}" href="([^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def walk(client, path: str, rel: str = "next") -> list[list[str]]:
    pages, base = [], path.partition("?")[0]
    while path:
        answer = client.get(path, follow=True)
        assert answer.status_code == 200
        pages.append(titles(answer.text))
        path = (step := link(answer.text, rel)) and base + step
    return pages


def make_articles(number, **fields):
    return [
        make_article(published=True, title=f"T{n:02}", published_at=DAY + timedelta(minutes=n), **fields)
        for n in range(number)
    ]


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


def test_latest_is_narrowed_by_topic_provider_type_and_category(client):
    topic, provider = make_topic("AI"), make_provider(domain="p.example")
    make_article(published=True, title="all", topics=[topic], provider=provider, type="video", category="learning")
    make_article(published=True, title="topic", topics=[topic])
    make_article(published=True, title="provider", provider=provider)
    make_article(published=True, title="type", type="video")
    make_article(published=True, title="category", category="learning")

    shown = {
        query: set(titles(client.get(f"/latest/?{query}").text))
        for query in (
            "topic=ai",
            "provider=p.example",
            "type=video",
            "category=learning",
            "topic=ai&type=video",
            "type=",
        )
    }

    assert shown == {
        "topic=ai": {"all", "topic"},
        "provider=p.example": {"all", "provider"},
        "type=video": {"all", "type"},
        "category=learning": {"all", "category"},
        "topic=ai&type=video": {"all"},
        "type=": {"all", "topic", "provider", "type", "category"},
    }


def test_a_filter_survives_paging_and_unknown_parameters_do_not(client):
    make_articles(30, type="video")

    older = link(client.get("/latest/?type=video&topic=&utm_source=x").text, "next")

    assert re.fullmatch(r"\?type=video&after=2021-01-08T00:05:00Z_\d+", older)
    assert titles(client.get("/latest/" + older).text) == ["T04", "T03", "T02", "T01", "T00"]


@pytest.mark.parametrize("query", ["type=novel", "topic=nothing", "provider=%00", "category=x", "type=video&topic=x"])
def test_a_wrong_filter_shows_an_error_and_no_article(client, query):
    make_articles(3, type="video")

    answer = client.get(f"/latest/?{query}")

    assert (answer.status_code, titles(answer.text)) == (400, [])
    assert answer.text.count('<p class="error"') == 1


def test_a_filter_tells_hidden_topics_and_providers_from_nothing(client):
    make_article(topics=[make_topic("Hidden")], provider=make_provider(domain="hidden.example", name="Hidden"))

    for name, value in (("topic", "hidden"), ("provider", "hidden.example")):
        hidden, never = (client.get("/latest/", {name: text}).text for text in (value, "never.was"))
        assert hidden == never
        assert "Hidden" not in hidden


def test_one_picture_is_shown_once_on_a_page(client):
    stock = make_image(url="https://p.example/stock.png")
    make_articles(3, images=[stock])

    assert client.get("/latest/").text.count("stock.png") == 1


@pytest.mark.parametrize("path", ["/", "/latest/", "/search/?q=power"])
def test_a_picture_of_two_addresses_is_shown_once_where_we_hold_one_copy(client, path):
    for _ in range(2):
        image = make_image(copy="c" * 32, copy_width=320, copy_height=200)
        make_article(published=True, title="Power", images=[image])

    assert client.get(path).text.count(f'src="{image.src}"') == 1


def test_a_card_without_picture_is_set_in_type_alone(client):
    make_article(published=True, images=[make_image(url="/relative.png")])

    page = client.get("/").text

    assert '<article class="card lead unframed">' in page
    assert "<img" not in page


def test_only_the_lead_picture_is_fetched_at_once(client):
    for _ in range(3):
        make_article(published=True, images=[make_image()])

    page = client.get("/").text

    preload, lead, *others = re.findall(r'<(?:img|link rel="preload")[^>]*>', page)
    assert preload.startswith('<link rel="preload" as="image"')
    assert [('fetchpriority="high"' in tag, 'loading="lazy"' in tag) for tag in (preload, lead, *others)] == [
        (True, False),
        (True, False),
        (False, True),
        (False, True),
    ]


def test_topics_are_a_tree_with_the_number_of_visible_articles(client):
    root = make_topic("Root")
    child = make_topic("Child", parent=root)
    make_topic("Empty", parent=root)
    make_article(published=True, topics=[child])
    make_article(topics=[child, root])

    page = client.get("/topics/").text

    assert re.findall(r'<a href="(/topics/[^"]+)">', page) == ["/topics/root/", "/topics/child/"]
    assert re.findall(r'class="count">(\d+)', page) == ["1"]


def test_topics_that_are_each_others_parent_are_still_shown(client):
    one, two = make_topic("One"), make_topic("Two")
    one.parent, two.parent = two, one
    one.save()
    two.save()
    make_article(published=True, topics=[one])

    page = client.get("/topics/").text

    assert set(re.findall(r'<a href="(/topics/[^"]+)">', page)) == {"/topics/one/", "/topics/two/"}
    assert client.get("/topics/two/").status_code == 200


def test_a_topic_above_one_with_visible_articles_is_there_and_leads_to_it(client):
    root = make_topic("Root")
    child = make_topic("Child", parent=make_topic("Middle", parent=root))
    make_article(published=True, topics=[child])
    make_article(title="kept back", topics=[root])

    page = client.get("/topics/root/")

    assert (page.status_code, len(titles(page.text))) == (200, 1)
    assert '<a href="/topics/middle/">Middle</a>' in page.text


def test_a_topic_lists_what_is_in_it_and_in_those_below_each_once(client):
    root = make_topic("Root")
    middle = make_topic("Middle", parent=root)
    leaf = make_topic("Leaf", parent=middle)
    for n, topics in enumerate([[leaf], [root, leaf], [middle], [root], [make_topic("Other")]]):
        make_article(published=True, title=f"T{n}", topics=topics, published_at=DAY + timedelta(minutes=n))

    pages = {slug: titles(client.get(f"/topics/{slug}/").text) for slug in ("root", "middle", "leaf")}

    assert pages == {"root": ["T3", "T2", "T1", "T0"], "middle": ["T2", "T1", "T0"], "leaf": ["T1", "T0"]}


@pytest.mark.parametrize("many", [3, 5_000])
def test_topics_of_many_and_of_few_articles_are_listed_alike(client, monkeypatch, many):
    monkeypatch.setattr("articles.public.queries.MANY_ARTICLES", many)
    root = make_topic("Root")
    topics = [root, make_topic("Child", parent=root)]
    make_articles(40, topics=topics)
    make_article(published=True, topics=[make_topic("Other")])
    make_article(topics=topics)

    assert list(chain(*walk(client, "/topics/root/"))) == [f"T{n:02}" for n in reversed(range(40))]


def test_a_large_topic_walks_the_index_of_dates_and_a_small_one_looks_its_articles_up():
    topic = make_topic()
    make_articles(5, topics=[topic])
    for _ in range(400):
        make_article(published=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    small = of_topics(Article.objects.visible(), [topic.pk], many=False).latest_first()[:26].explain()
    large = of_topics(Article.objects.visible(), [topic.pk], many=True).latest_first()[:26].explain()

    assert bool(re.search("article_by_date|article_latest", small)) is False
    if connection.vendor == "sqlite":  # PostgreSQL's planner takes both as one question, and knows how many there are
        assert bool(re.search("article_by_date|article_latest", large)) is True
        assert "TEMP B-TREE" not in large


def test_a_topic_of_hidden_articles_only_answers_like_one_that_never_was(client):
    make_article(topics=[make_topic("Hidden")])

    hidden, never = client.get("/topics/hidden/"), client.get("/topics/never-was/")

    assert (hidden.status_code, hidden.content, hidden.headers) == (404, never.content, never.headers)


def test_old_slug_of_a_topic_redirects_only_if_the_topic_is_visible(client):
    shown, hidden = make_topic("Shown"), make_topic("Hidden")
    make_article(published=True, topics=[shown])
    TopicOldSlug.objects.create(topic=shown, slug="old-shown")
    TopicOldSlug.objects.create(topic=hidden, slug="old-hidden")

    answer, no_answer = client.get("/topics/old-shown/"), client.get("/topics/old-hidden/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/topics/shown/")
    assert (no_answer.status_code, no_answer.content) == (404, client.get("/topics/never-was/").content)


def test_ranks_and_dates_are_strictly_ordered_in_the_database():
    make_articles(10)

    for articles, field in (
        (Article.objects.visible().ranked(), "rank"),
        (Article.objects.visible().latest_first(), "published_at"),
    ):
        keys = [(getattr(row, field), row.pk) for row in articles]
        assert all(one > two for one, two in pairwise(keys))
