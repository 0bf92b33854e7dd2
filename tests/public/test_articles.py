"""The page of one article: its source, its links, its pictures, its body, its neighbours."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.models import LinkedPage, Reason
from articles.moderation import Why
from articles.relevance import CUT
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_article_page_names_and_links_its_source(client):
    provider = make_provider(name="GeekWire", domain="geekwire.com")
    article = make_article(published=True, provider=provider, web_url="https://geekwire.com/story?a=1&b=2")

    page = " ".join(client.get(article.get_absolute_url()).text.split())

    assert (
        '<a class="button strong" href="https://geekwire.com/story?a=1&amp;b=2" rel="noopener external"'
        ' referrerpolicy="no-referrer"> Read at GeekWire </a>'
    ) in page
    assert '<a class="source" href="/providers/geekwire.com/">GeekWire</a>' in page


def test_article_page_tells_the_exact_time_of_the_original(client):
    article = make_article(published=True, published_at=datetime(2021, 1, 8, 14, 5, 30, tzinfo=UTC))

    page = client.get(article.get_absolute_url()).text

    assert '<time datetime="2021-01-08T14:05:30+00:00">8 January 2021, 14:05 UTC</time>' in page


def test_article_page_shows_entities_of_the_document_as_characters_and_markup_as_text(client):
    article = make_article(published=True, title="It&#8217;s <b>bold</b>", excerpt="<script>alert(1)</script> AT&amp;T")

    page = client.get(article.get_absolute_url()).text

    assert '<h1 dir="auto">It’s &lt;b&gt;bold&lt;/b&gt;</h1>' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; AT&amp;T</p>" in page
    assert "<script>" not in page


def test_related_links_keep_their_order_and_leave_hidden_ones_out(client):
    links = [{"title": "Second", "url": "https://a.example/2"}, {"title": "First", "url": "https://a.example/1"}]
    article = make_article(published=True, related=[*links, {"title": "Secret", "hidden": True}])
    article.related.filter(page__title="First").update(position=0)
    article.related.filter(page__title="Second").update(position=1)

    page = client.get(article.get_absolute_url()).text

    assert page.index("First</a>") < page.index("Second</a>")
    assert "Secret" not in page


def test_of_many_related_links_readers_see_eight_and_all_when_they_ask(client):
    article = make_article(published=True, related=[{"title": f"Link {n}"} for n in range(179)])
    few = make_article(published=True, related=[{"title": f"Link {n}"} for n in range(8)])
    address = article.get_absolute_url()

    def shown(page):
        return [n for n in range(179) if f">Link {n}<" in page]

    page = client.get(address).text
    assert shown(page) == list(range(8))
    assert '<a href="?related=all#related">All 179 related links</a>' in page
    assert shown(client.get(f"{address}?related=all").text) == list(range(179))
    assert shown(client.get(f"{address}?related=").text) == list(range(8))
    assert "?related=all" not in client.get(few.get_absolute_url()).text


def test_related_link_to_a_visible_article_leads_to_our_page(client):
    target = make_article(published=True)
    article = make_article(published=True, related=[{"title": "Ours", "url": target.web_url, "target": target}])

    page = client.get(article.get_absolute_url()).text

    assert f'<a href="{target.get_absolute_url()}">Ours</a>' in page
    assert page.count('<span class="here">') == 1


def test_related_link_to_a_hidden_article_reads_as_one_to_a_stranger(client):
    target = make_article(title="Kept back", slug="kept-back")
    article = make_article(published=True, related=[{"url": target.web_url, "target": target}])
    with_target = client.get(article.get_absolute_url()).text
    LinkedPage.objects.update(target=None)

    without_target = client.get(article.get_absolute_url()).text

    assert with_target == without_target
    assert f'href="{target.web_url}"' in with_target
    assert "kept-back" not in with_target


@pytest.mark.parametrize("was_public", [True, False])
def test_what_a_person_rejects_or_withdraws_is_no_related_link_any_more(client, moderator, was_public):
    """It is one again as soon as the article is open again."""
    target = make_article(published=was_public)
    article = make_article(published=True, related=[{"title": "Beside it", "url": target.web_url, "target": target}])
    why = Why(Reason.objects.first())

    def is_linked() -> bool:
        return "Beside it" in client.get(article.get_absolute_url()).text

    shown = [is_linked()]
    take = moderation.withdraw if was_public else moderation.reject
    take(target, by=moderator, version=1, why=why)
    shown.append(is_linked())
    moderation.reopen(target, by=moderator, version=2)
    shown.append(is_linked())

    assert shown == [True, False, True]


def test_related_link_without_provider_names_the_host(client):
    article = make_article(published=True, related=[{"url": "https://www.other.example/x", "type": "video"}])

    page = client.get(article.get_absolute_url()).text

    assert '<span class="source">other.example</span>' in page
    assert '<span class="label">Video</span>' in page


def test_pictures_have_sizes_and_attribution_and_keep_the_reader_to_themselves(client):
    image = make_image(url="https://p.example/a.jpg", width=640, height=480, title="A quay", attribution="Jane Doe")
    article = make_article(published=True, images=[image])

    page = client.get(article.get_absolute_url()).text

    assert '<img src="https://p.example/a.jpg" alt="A quay" width="640" height="480"' in page
    assert 'decoding="async" referrerpolicy="no-referrer"' in page
    assert "Picture: Jane Doe" in page


def test_a_picture_that_repeats_the_title_is_decoration(client):
    article = make_article(published=True, title="A quay", images=[make_image(title="A quay")])

    assert 'alt=""' in client.get(article.get_absolute_url()).text


def test_article_page_never_loads_the_payload(client):
    article = make_article(published=True, secured="c2VjcmV0;aXY=", source=b"source", related=[{}, {}])

    with CaptureQueriesContext(connection) as queries:
        page = client.get(article.get_absolute_url()).text

    columns = [f'"{name}"' for name in ("secured", "source", "source_digest")]
    loaded = [name for query in queries for name in columns if f'"articles_article".{name}' in query["sql"]]
    assert (loaded, "c2VjcmV0" in page) == ([], False)


def test_article_page_takes_five_queries_whatever_its_links(client, django_assert_num_queries):
    target = make_article(published=True)
    few = make_article(published=True)
    many = make_article(
        published=True,
        topics=[make_topic() for _ in range(5)],
        images=[make_image() for _ in range(5)],
        related=[{"target": target, "provider": make_provider()} for _ in range(20)],
    )
    for _ in range(7):
        make_article(published=True, related=[{"target": many}])

    with django_assert_num_queries(5):
        client.get(few.get_absolute_url())
    with django_assert_num_queries(5):
        client.get(many.get_absolute_url())


def beside(page: str) -> dict[str, tuple[str, str]]:
    """Address and title of the articles before and after, by what their links say they are."""
    nav = " ".join(page.partition('class="beside"')[2].split())
    return {
        rel: (href, title)
        for rel, href, title in re.findall(r'rel="(\w+)" href="([^"]*)">.*?<span dir="auto">([^<]*)<', nav)
    }


def test_previous_and_next_article_are_the_nearest_that_readers_may_see(client, moderator):
    day = datetime(2021, 1, 8, tzinfo=UTC)
    one, two, three = (
        make_article(published=True, title=title, slug=title, published_at=day + n * HOUR)
        for n, title in ((0, "one"), (2, "two"), (4, "three"))
    )
    make_article(published_at=day + HOUR, title="pending")
    make_article(published_at=day + 3 * HOUR, title="withdrawn", reviewed_by=moderator, first_published_at=day)

    assert beside(client.get(two.get_absolute_url()).text) == {
        "prev": ("/articles/one/", "one"),
        "next": ("/articles/three/", "three"),
    }
    assert beside(client.get(one.get_absolute_url()).text) == {"next": ("/articles/two/", "two")}
    assert beside(client.get(three.get_absolute_url()).text) == {"prev": ("/articles/two/", "two")}


def test_articles_of_the_same_moment_have_an_order_that_misses_none(client):
    rows = [make_article(published=True, slug=f"s{n}", published_at=datetime(2021, 1, 8, tzinfo=UTC)) for n in range(4)]

    path, seen = rows[0].get_absolute_url(), []
    while path:
        seen.append(path)
        path = beside(client.get(path).text).get("next", ("", ""))[0]

    assert seen == [row.get_absolute_url() for row in rows]


def test_coverage_is_what_readers_may_see_that_links_to_the_article_the_newest_first(client):
    article = make_article(published=True)
    day = datetime(2021, 1, 8, tzinfo=UTC)
    for n in range(7):
        make_article(published=True, title=f"C{n}", published_at=day + n * HOUR, related=[{"target": article}])
    make_article(title="kept back", related=[{"target": article}])
    make_article(published=True, title="took it off", related=[{"target": article, "hidden": True}])

    coverage = client.get(article.get_absolute_url()).text.partition('id="coverage"')[2].partition("</aside>")[0]

    assert re.findall(r"<h3[^>]*><a [^>]*>([^<]*)</a>", coverage) == ["C6", "C5", "C4", "C3", "C2"]


def test_body_is_shown_as_html_that_does_no_harm(client):
    article = make_article(
        published=True, body="## A *heading*\n\nText <script>alert(1)</script>\n\n| a |\n|---|\n| 1 |"
    )

    page = client.get(article.get_absolute_url()).text

    assert "<h3>A <em>heading</em></h3>" in page
    assert "<td>1</td>" in page
    assert "<script>" not in page


def test_a_film_waits_behind_a_link_in_its_own_frame(client):
    film = "<iframe src='https://www.youtube.com/embed/2EXSdJw1TEY' onload='alert(1)'></iframe>"
    article = make_article(published=True, title='A "film" & more', extra={"featuredContent": film})

    page = client.get(article.get_absolute_url()).text

    (frame,) = re.findall(r"<iframe[^>]*>", page)
    inside = unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])
    html5lib.HTMLParser(strict=True).parse(inside)
    assert " src=" not in frame
    assert re.findall(r'<a href="([^"]*)" referrerpolicy="([^"]*)"', inside) == [
        ("https://www.youtube-nocookie.com/embed/2EXSdJw1TEY?autoplay=1", "strict-origin")
    ]
    assert "<title>Film: A &quot;film&quot; &amp; more</title>" in inside
    assert "alert" not in page
    assert 'href="https://www.youtube.com/watch?v=2EXSdJw1TEY"' in page


@pytest.mark.parametrize("featured", ["<iframe src='https://evil.example/embed/2EXSdJw1TEY'>", "text", {"a": 1}, None])
def test_a_film_of_another_host_is_no_part_of_the_page(client, featured):
    article = make_article(published=True, extra={"featuredContent": featured})

    assert "<iframe" not in client.get(article.get_absolute_url()).text


def test_browser_lets_in_the_players_of_two_hosts_only(client):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "frame-src https://www.youtube-nocookie.com https://player.vimeo.com;" in policy


def test_readers_see_what_is_placed_then_what_is_relevant_and_nothing_below_the_cut(client):
    article = make_article(
        published=True,
        related=[
            {"title": "Fits", "relevance": CUT},
            {"title": "Fits best", "relevance": 0.9},
            {"title": "Noise", "relevance": CUT - 0.01},
            {"title": "Chosen noise", "relevance": 0, "placed": True},
            {"title": "Hidden choice", "relevance": 1, "placed": True, "hidden": True},
        ],
    )

    for address in (article.get_absolute_url(), f"{article.get_absolute_url()}?related=all"):
        page = client.get(address).text
        places = [page.find(f">{title}</a>") for title in ("Chosen noise", "Fits best", "Fits")]
        assert sorted(places) == places
        assert places[0] > 0
        assert "Noise<" not in page
        assert "Hidden choice" not in page
        assert "?related=all#related" not in page


def test_an_article_whose_links_are_all_below_the_cut_says_nothing_of_related_ones(client):
    article = make_article(published=True, related=[{"title": "Noise", "relevance": 0}])

    assert 'id="related"' not in client.get(article.get_absolute_url()).text


def test_coverage_is_what_readers_see_as_related_there(client):
    article = make_article(published=True)
    for relevance in (CUT, 0):
        make_article(published=True, title=f"Of {relevance}", related=[{"target": article, "relevance": relevance}])

    page = client.get(article.get_absolute_url()).text

    assert f">Of {CUT}</a></h3>" in page
    assert ">Of 0</a></h3>" not in page
