"""What a page of ours looks like where it is shared, and to search engines."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from articles import moderation
from articles.models import Reason
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db


class Head(HTMLParser):
    """The meta elements by name or property, and the blocks of data, as a browser reads them."""

    def __init__(self, page: str):
        super().__init__()
        self.metas, self.blocks, self.inside = {}, [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "meta" and (name := said.get("property") or said.get("name")):
            self.metas.setdefault(name, []).append(said["content"])
        self.inside = tag == "script" and said.get("type") == "application/ld+json"
        if self.inside:
            self.blocks.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.blocks[-1] += data

    def shared(self) -> dict[str, list[str]]:
        return {name: said for name, said in self.metas.items() if name.startswith(("og:", "twitter:", "article:"))}


def head(client, path: str) -> Head:
    answer = client.get(path)
    assert answer.status_code == 200
    return Head(answer.text)


@pytest.fixture
def article():
    return make_article(
        published=True,
        title="One &#8217;s “title”",
        excerpt='An "excerpt" & more',
        published_at=datetime(2021, 1, 8, 9, 30, tzinfo=UTC),
        first_published_at=datetime(2021, 1, 9, 8, tzinfo=UTC),
        provider=make_provider(domain="p.example", name="P & Co"),
        web_url="https://p.example/1?a=1&b=2",
        topics=[make_topic("Power"), make_topic("Apps & more")],
        images=[make_image(url="https://p.example/1.png", width=1200, height=630, title="A mill")],
    )


def test_an_article_is_shared_with_its_picture_and_its_source(client, article):
    assert head(client, article.get_absolute_url()).shared() == {
        "og:site_name": ["Newsroom"],
        "og:type": ["article"],
        "og:title": ["One ’s “title”"],
        "og:description": ['An "excerpt" & more'],
        "og:url": [f"http://testserver{article.get_absolute_url()}"],
        "og:image": ["https://p.example/1.png"],
        "og:image:width": ["1200"],
        "og:image:height": ["630"],
        "og:image:alt": ["A mill"],
        "twitter:card": ["summary_large_image"],
        "twitter:label1": ["Source"],
        "twitter:data1": ["P & Co"],
        "article:published_time": ["2021-01-08T09:30:00+00:00"],
        "article:section": ["Power"],
        "article:tag": ["Power", "Apps & more"],
    }


def test_json_ld_names_the_source(client, article):
    (block,) = head(client, article.get_absolute_url()).blocks

    url = f"http://testserver{article.get_absolute_url()}"
    source = {"@type": "Organization", "name": "P & Co", "url": "https://p.example/"}
    assert json.loads(block) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "One ’s “title”",
        "description": 'An "excerpt" & more',
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": "2021-01-08T09:30:00+00:00",
        "dateModified": "2021-01-09T08:00:00+00:00",
        "image": ["https://p.example/1.png"],
        "articleSection": ["Power"],
        "keywords": ["Power", "Apps & more"],
        "isBasedOn": "https://p.example/1?a=1&b=2",
        "author": source,
        "sourceOrganization": source,
        "publisher": {"@type": "Organization", "name": "Newsroom", "url": "http://testserver/"},
    }


def test_an_article_with_nothing_but_a_title_is_shared_too(client):
    article = make_article(published=True, title="T", images=[make_image(url="/on/the/collecting/site.png")])

    found = head(client, article.get_absolute_url())

    assert found.metas["twitter:card"] == ["summary"]
    assert "og:image" not in found.metas
    assert not {"image", "keywords", "description", "articleSection"} & json.loads(found.blocks[0]).keys()


def test_a_small_or_unmeasured_picture_is_no_large_one(client):
    for size in (None, 50):
        article = make_article(published=True, images=[make_image(width=size, height=size)])
        assert head(client, article.get_absolute_url()).metas["twitter:card"] == ["summary"]


def test_our_copy_is_shared_in_its_own_size(client):
    image = make_image(width=4000, height=3000, copy="c" * 32, copy_width=1280, copy_height=960)

    found = head(client, make_article(published=True, images=[image]).get_absolute_url())

    assert found.metas["og:image"] == [f"http://testserver{image.src}"]
    assert (found.metas["og:image:width"], found.metas["og:image:height"]) == (["1280"], ["960"])


def test_our_own_copy_is_named_in_full(client):
    article = make_article(published=True, images=[make_image(file="images/1.png")])

    found = head(client, article.get_absolute_url())

    assert found.metas["og:image"] == ["http://testserver/media/images/1.png"]
    assert json.loads(found.blocks[0])["image"] == ["http://testserver/media/images/1.png"]


def test_a_headline_has_110_characters_at_most(client):
    article = make_article(published=True, title="word " * 99)

    headline = json.loads(head(client, article.get_absolute_url()).blocks[0])["headline"]

    assert (len(headline), headline[-1]) == (110, "…")


@pytest.mark.parametrize(
    "odd",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>",
        '"><img src=x onerror=alert(1)>',
        "&lt;/script&gt;&lt;script&gt;alert(1)",
        "a\u2028b\u2029c",
        "\\u003C/script>",
        "{{ 7 }}{% now %}",
        "😀",
    ],
)
def test_no_text_leaves_its_place(client, odd):
    article = make_article(
        published=True,
        title=f"T {odd}",
        slug="odd",
        excerpt=odd,
        provider=make_provider(name=odd),
        topics=[make_topic(odd, slug="t")],
        images=[make_image(title=odd)],
    )

    answer = client.get(article.get_absolute_url())

    (block,) = Head(answer.text).blocks
    assert json.loads(block)["keywords"] == Head(answer.text).metas["article:tag"]
    assert answer.text.count("<script") == 2  # with that for staff
    assert not set("<>&\u2028\u2029") & set(block)
    assert "<img src=x" not in answer.text


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Newsroom"),
        ("/latest/", "Latest · Newsroom"),
        ("/topics/", "Topics · Newsroom"),
        ("/topics/power/", 'Power "& more" · Newsroom'),
        ("/providers/", "Providers · Newsroom"),
        ("/providers/p.example/", "P · Newsroom"),
    ],
)
def test_other_pages_are_shared_by_their_title(client, path, title):
    make_article(
        published=True,
        topics=[make_topic('Power "& more"', slug="power")],
        provider=make_provider(domain="p.example", name="P"),
    )

    assert head(client, path).shared() == {
        "og:site_name": ["Newsroom"],
        "og:type": ["website"],
        "og:title": [title],
        "og:url": [f"http://testserver{path}"],
    }


def test_what_is_not_there_is_not_shared(client, moderator):
    article = make_article(published=True)
    moderation.withdraw(article, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    for path, status in ((article.get_absolute_url(), 410), ("/articles/never/", 404)):
        answer = client.get(path)
        assert (answer.status_code, Head(answer.text).shared(), Head(answer.text).blocks) == (status, {}, [])
