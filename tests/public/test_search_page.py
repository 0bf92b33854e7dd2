"""The page of the search: what it shows, keeps, refuses, and how it goes on."""

import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db
DAY = datetime(2021, 1, 8, tzinfo=UTC)


def titles(page: str) -> list[str]:
    return re.findall(r'<h3 class="card-title" dir="auto"><a href="[^"]*">(.*?)</a>', page)


def link(page: str, rel: str) -> str:
    found = re.search(rf'<a class="[^"]*" rel="{rel}" href="([^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def options(page: str, name: str) -> list[str]:
    select = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.DOTALL)
    return (
        [" ".join(text.split()) for text in re.findall(r"<option[^>]*>([^<]*)</option>", select[0])] if select else []
    )


def test_matches_are_marked_in_title_and_excerpt(client):
    make_article(published=True, title="Trams & boats", excerpt="A tram <b>runs</b> again.")

    page = client.get("/search/?q=tram").text

    assert titles(page) == ["<mark>Trams</mark> &amp; boats"]
    assert "A <mark>tram</mark> &lt;b&gt;runs&lt;/b&gt; again." in page


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Search titles, excerpts, texts, providers and topics."),
        ("?q=", "Search titles, excerpts, texts, providers and topics."),
        ("?q=%22+-%3A%00", "There is no word to look for in"),
        ("?q=zebra", "Nothing that is published matches"),
        ("?type=video", "Nothing that is published matches these filters"),
    ],
)
def test_a_page_without_results_helps(client, query, says):
    make_article(title="zebra, hidden")

    answer = client.get(f"/search/{query}")

    assert (answer.status_code, says in answer.text, "Ways to ask" in answer.text) == (200, True, True)
    assert '<a href="/latest/">latest</a>' in answer.text


def test_the_filters_offer_what_was_found_and_say_how_often(client):
    ai, city = make_topic("AI"), make_topic("City")
    post = make_provider(domain="post.example", name="The Post")
    make_article(published=True, title="tram one", topics=[ai, city], provider=post)
    make_article(published=True, title="tram two", topics=[ai], type="video")
    make_article(title="tram hidden", topics=[make_topic("Secret")], provider=make_provider(name="Secret"))
    make_article(published=True, title="boat", topics=[make_topic("Boats")])

    page = client.get("/search/?q=tram").text

    assert options(page, "topic") == ["All topics", "AI (2)", "City (1)"]
    assert options(page, "provider") == ["All providers", "News (1)", "The Post (1)"]
    assert "Secret" not in page


def test_the_filters_narrow_exactly(client):
    ai, other = make_topic("AI"), make_topic("AI in the city", slug="ai-city")
    post, sub = make_provider(domain="post.example"), make_provider(domain="blog.post.example")
    make_article(published=True, title="tram one", topics=[ai], provider=post, type="video", published_at=DAY)
    make_article(published=True, title="tram two", topics=[other], provider=sub, published_at=DAY + timedelta(1))

    shown = {
        query: [re.sub("<[^>]*>", "", title) for title in titles(client.get(f"/search/?q=tram&{query}").text)]
        for query in (
            "topic=ai",
            "provider=post.example",
            "type=video",
            "after=2021-01-09",
            "before=2021-01-09",
            "type=",
        )
    }

    assert shown == {
        "topic=ai": ["tram one"],
        "provider=post.example": ["tram one"],
        "type=video": ["tram one"],
        "after=2021-01-09": ["tram two"],
        "before=2021-01-09": ["tram one"],
        "type=": ["tram two", "tram one"],
    }


@pytest.mark.parametrize(
    "query", ["type=novel", "topic=none", "provider=%00", "after=yesterday", "before=2021-02-30", "topic=hidden"]
)
def test_a_wrong_filter_shows_an_error_and_no_article(client, query):
    make_article(published=True, title="tram")
    make_article(title="tram", topics=[make_topic("Hidden")])

    answer = client.get(f"/search/?q=tram&{query}")

    assert (answer.status_code, titles(answer.text)) == (400, [])
    assert answer.text.count('<p class="error"') == 1


def test_a_known_topic_without_a_match_is_no_error(client):
    make_article(published=True, title="boat", topics=[make_topic("AI")])

    answer = client.get("/search/?q=tram&topic=ai")

    assert answer.status_code == 200
    assert '<a href="/search/?q=tram">Search without the filters</a>' in answer.text


def test_pages_go_on_and_back_and_keep_what_was_asked(client):
    for n in range(60):
        make_article(published=True, title=f"tram {n:02}", type="video", published_at=DAY + timedelta(n))

    first = client.get('/search/?q="tram"&type=video&topic=&utm_source=x').text
    second = client.get("/search/" + link(first, "next")).text
    third = client.get("/search/" + link(second, "next")).text

    assert link(first, "next") == "?q=%22tram%22&type=video&page=2"
    assert [len(titles(page)) for page in (first, second, third)] == [25, 25, 10]
    assert titles(first)[0].endswith("59")
    assert titles(third)[-1].endswith("00")
    assert (link(third, "next"), link(second, "prev")) == ("", "?q=%22tram%22&type=video")
    assert "60 results" in first


@pytest.mark.parametrize("page", ["0", "3", "x", "-1", "٣", "1e3", "99999999999", "%00", ""])
def test_a_page_that_cannot_be_answers_404(client, page):
    for _ in range(26):
        make_article(published=True, title="tram")

    assert client.get(f"/search/?q=tram&page={page}").status_code == 404


@pytest.mark.parametrize("number", [1, 50])
def test_a_page_needs_six_queries_whatever_its_length(client, django_assert_num_queries, number):
    topic = make_topic("Power")
    for _ in range(number):
        make_article(
            published=True, title="tram", topics=[topic, make_topic()], images=[make_image()], provider=make_provider()
        )

    with django_assert_num_queries(6):
        client.get("/search/?q=tram&topic=power&type=article&after=2001-01-01")


@pytest.mark.parametrize(
    "query", ["", "?q=tram", "?q=zebra", "?q=tram&type=novel", "?q=tram&topic=none", "?q=%22%3E%3Cb"]
)
def test_the_page_is_valid_html_without_cookies(client, query):
    make_article(published=True, title="tram <b>", excerpt='"tram">', topics=[make_topic("T")], images=[make_image()])

    answer = client.get(f"/search/{query}")

    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert (dict(answer.cookies), "csrfmiddlewaretoken" in answer.text) == ({}, False)


@pytest.mark.parametrize("path", ["/search/", "/search/feed.rss"])
@pytest.mark.parametrize("name", ["topic", "provider"])
def test_a_filter_of_thousands_of_letters_is_refused(client, path, name):
    # PostgreSQL takes no word of more than 2,046 bytes.
    assert client.get(path, {"q": "tram", name: "x" * 3000}).status_code == 400


class AnyText(TestCase):
    @hypothesis_settings(max_examples=50)
    @given(st.text(max_size=300))
    @example("\U0010ffff \ufdd0 \ufffe")
    @example("</mark>&lt;\x00\ud800\u202e")
    def test_no_text_breaks_the_page_or_comes_back_unescaped(self, text):
        answer = self.client.get("/search/", {"q": text.encode(errors="surrogatepass")})

        assert answer.status_code == 200
        html5lib.HTMLParser(strict=True).parse(answer.text)

    @hypothesis_settings(max_examples=50)
    @given(st.sampled_from(["topic", "provider", "type", "after", "before", "page"]), st.text(max_size=300))
    @example("after", "\0")
    @example("before", "\U0010ffff")
    @example("after", '"><script>alert(1)</script>')
    @example("after", "0001-01-01")
    @example("before", "9999-12-31")
    @example("provider", "\ud800")
    @example("topic", "'\\' | '")
    def test_no_filter_breaks_the_page_or_the_feed(self, name, text):
        for path in ("/search/", "/search/feed.rss", "/search/feed.atom", "/search/feed.json"):
            answer = self.client.get(path, {"q": "tram", name: text.encode(errors="surrogatepass")})

            assert answer.status_code in (200, 400, 404)
            if "html" in answer["Content-Type"]:
                html5lib.HTMLParser(strict=True).parse(answer.text)

    @hypothesis_settings(max_examples=50)
    @given(st.text(max_size=300))
    @example("\U0010ffff \ufdd0 \ufffe")
    @example("]]>&#11;<x>\x00\ud800\u202e")
    def test_no_text_breaks_the_feed(self, text):
        make_article(published=True, title="tram")
        for form, read in (("rss", ElementTree.fromstring), ("atom", ElementTree.fromstring), ("json", json.loads)):
            answer = self.client.get(f"/search/feed.{form}", {"q": text.encode(errors="surrogatepass")})

            assert answer.status_code == 200
            read(answer.text)
