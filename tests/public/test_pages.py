"""What holds for every public page: valid HTML, few queries, no cookies, the same bytes for everyone."""

import re

import html5lib
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.models import Article, Reason, Topic
from articles.paging import BY_DATE, BY_RANK
from articles.public import front
from providers.models import Provider
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db

LISTS = {
    "/": 6,
    "/latest/": 6,
    "/topics/": 3,
    "/topics/power/": 6,
    "/providers/": 1,
    "/providers/p.example/": 6,
    "/archive/": 2,
    "/archive/2020/06/": 2,
    "/archive/2020/06/11/": 5,
    "/about/": 0,
}
PAGES = [
    *LISTS,
    "/latest/?type=wrong",
    "/latest/?type=podcast",
    "/articles/shown/",
    "/articles/gone/",
    "/articles/never-was/",
    "/articles/film/",
    "/corrections/",
    "/search/?q=shown",
    "/search/?q=never-was",
    "/health/",
]


def fill(number):
    """So many articles of one topic and one provider, and as many of others."""
    topic = Topic.objects.filter(slug="power").first() or make_topic("Power", parent=make_topic("Root"))
    provider = Provider.objects.filter(domain="p.example").first() or make_provider(domain="p.example")
    for _ in range(number):
        child = make_topic(parent=topic)
        make_article(
            published=True, title="A & <b>B</b>", provider=provider, topics=[topic, child], images=[make_image()]
        )
        make_article(published=True, provider=make_provider(), type="video", category="learning")


@pytest.fixture
def site(moderator):
    fill(3)
    make_article(
        published=True,
        slug="shown",
        amp_url="https://amp.example/",
        images=[make_image(attribution="Jane"), make_image(title="A quay")],
        topics=[make_topic("T")],
        related=[{"type": "video"}, {"target": Article.objects.visible().first(), "provider": make_provider()}],
    )
    film = "https://www.youtube.com/embed/2EXSdJw1TEY"
    make_article(
        published=True,
        slug="film",
        body="# Heading\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```",
        extra={"featuredContent": film},
        related=[{"target": Article.objects.get(slug="shown")}],
    )
    gone = make_article(published=True, slug="gone")
    why = moderation.Why(Reason.objects.first(), "Because")
    moderation.withdraw(gone, by=moderator, version=gone.version, why=why)


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/health/"])
def test_page_is_valid_html_with_one_h1_and_nothing_inline(client, site, path):
    page = client.get(path).text

    html5lib.HTMLParser(strict=True).parse(page)
    assert page.count("<h1") == 1
    inline = r'<script(?! type="application/ld\+json">| src="/static/staff\.js" )|<style|\sstyle=|\son\w+='
    assert re.findall(inline, page) == []
    assert len(re.findall(r'\sid="([^"]*)"', page)) == len(set(re.findall(r'\sid="([^"]*)"', page)))


@pytest.mark.parametrize("path", ["/", "/latest/", "/topics/", "/providers/", "/archive/", "/corrections/"])
def test_page_of_an_empty_site_says_so(client, path):
    answer = client.get(path)

    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert (answer.status_code, answer.text.count('class="nothing"')) == (200, 1)


@pytest.mark.parametrize(("path", "number"), LISTS.items())
def test_list_page_takes_the_same_few_queries_for_1_and_50_articles(client, path, number, django_assert_num_queries):
    fill(1)
    with django_assert_num_queries(number):
        client.get(path)
    fill(49)

    with django_assert_num_queries(number):
        client.get(path)


@pytest.mark.parametrize("path", ["/latest/?topic=power&provider=p.example", "/latest/?type=wrong"])
def test_filtered_list_takes_no_more_queries_than_the_whole_one(client, path, django_assert_max_num_queries):
    fill(30)

    with django_assert_max_num_queries(6):
        client.get(path)


@pytest.mark.parametrize("path", PAGES)
def test_public_page_sets_no_cookie_and_does_not_depend_on_one(client, site, path):
    answer = client.get(path)

    assert answer.cookies == {}
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("path", PAGES)
def test_staff_and_readers_get_the_same_bytes(client, make_user, site, path):
    anonymous = client.get(path)
    client.force_login(make_user("superuser"))

    staff = client.get(path)

    assert (staff.status_code, staff.content) == (anonymous.status_code, anonymous.content)
    assert "private" in staff.headers["Cache-Control"]
    assert ("ETag" in staff.headers, "Vary" in staff.headers) == (False, False)


@pytest.mark.parametrize("path", PAGES)
def test_public_page_asks_neither_sessions_nor_users(client, make_user, site, path):
    client.force_login(make_user("superuser"))

    with CaptureQueriesContext(connection) as queries:
        client.get(path)

    assert [query["sql"] for query in queries if re.search("django_session|auth_user", query["sql"])] == []


@pytest.mark.parametrize(
    "path", ["/articles/never-was/", "/no/such/page", "/topics/x/", "/providers/x.example/", "/é/"]
)
def test_not_found_is_the_same_page_everywhere(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.content) == (404, client.get("/articles/another/").content)


@pytest.mark.parametrize("path", ["/providers/%00/", "/articles/%00/", "/topics/%00/", "/media/%00.png", "/%0a/"])
def test_odd_bytes_in_an_address_are_just_not_found(client, path):
    assert client.get(path).status_code == 404


def test_unknown_host_answers_400_in_the_sites_design(client):
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "<h1>Your request cannot be understood</h1>" in answer.text


def test_a_failure_answers_500_in_the_sites_design_without_asking_the_database(client, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(front, "page", fail)
    client.raise_request_exception = False

    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/")

    assert (answer.status_code, len(queries)) == (500, 0)
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "<h1>Something is broken</h1>" in answer.text


def test_a_form_without_its_token_answers_403_in_the_sites_design():
    answer = Client(enforce_csrf_checks=True).post("/latest/")

    assert answer.status_code == 403
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "<h1>You may not do this</h1>" in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_reading_changes_nothing_so_other_methods_are_refused(client, site, path):
    answers = {method: getattr(client, method)(path).status_code for method in ("post", "put", "patch", "delete")}

    assert answers == dict.fromkeys(answers, 405)


def test_health_says_ok_and_nothing_else(client):
    answer = client.get("/health/")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_health_says_not_ok_where_the_database_does_not_answer(client):
    def refuse(*args):
        raise OperationalError

    with connection.execute_wrapper(refuse):
        answer = client.get("/health/")

    assert (answer.status_code, answer.content) == (503, b"not ok")


@pytest.mark.parametrize(
    ("index", "order", "articles"),
    [
        ("article_front", BY_RANK, lambda: Article.objects.visible().ranked()),
        ("article_latest", BY_DATE, lambda: Article.objects.visible().latest_first()),
    ],
)
def test_list_walks_its_index_and_sorts_nothing(index, order, articles):
    fill(50)
    for _ in range(300):
        make_article()
    middle = order.cursor(articles()[25])
    if connection.vendor == "postgresql":
        # Its planner would rather read so small a table whole.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_article")
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")

    first = articles()[:26].explain()
    beyond = articles().filter(order.beyond(order.place(middle), "lt"))[:26].explain()
    back = articles().filter(order.beyond(order.place(middle), "gt")).reverse()[:26].explain()

    plans = (first, beyond, back)
    assert [index in plan for plan in plans] == [True, True, True]
    assert [re.findall("TEMP B-TREE|Sort", plan) for plan in plans] == [[], [], []]
    # Where the page begins is looked up in the index, not counted off.
    assert [bool(re.search(r"Index Cond|USING INDEX \w+ \(", plan)) for plan in plans] == [False, True, True]
