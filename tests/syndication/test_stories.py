"""Stories in feeds, sitemaps and the JSON of the upstream."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from articles.models import Article
from tests.factories import make_article, make_provider, make_story, make_topic
from tests.public.lists import DAY

pytestmark = pytest.mark.django_db

STORY = "http://testserver/stories/lead/"


@pytest.fixture
def story(editor):
    """A lead, a second visible article, and a covered one; readers saw the last change of the second one."""
    topic = make_topic("Power")

    def one(name, **fields):
        provider = make_provider(domain=f"{name}.example", name=name.title())
        return make_article(title=name, slug=name, provider=provider, topics=[topic], published_at=DAY, **fields)

    return make_story(
        one("lead", published=True, quality=9, changed_for_readers_at=DAY + timedelta(days=1)),
        one("other", published=True, changed_for_readers_at=DAY + timedelta(days=3)),
        one("covered", cleared_as="covered", reviewed_by=editor, reviewed_at=DAY + timedelta(days=2)),
        one("pending", changed_for_readers_at=DAY + timedelta(days=9)),
    )


@pytest.mark.parametrize("below", ["/", "/latest/", "/topics/power/", "/search/"])
def test_an_entry_names_the_page_of_its_story(client, story, below):
    query = "?q=lead" if "search" in below else ""
    rss, atom, json = (client.get(f"{below}feed.{form}{query}") for form in ("rss", "atom", "json"))

    items = json.json()["items"]
    assert [(item["title"], item["_story"]) for item in items] == [("lead", {"url": STORY})]
    assert f'<p>Also reported by <a href="{STORY}">Other, Covered</a></p>' in items[0]["content_html"]
    for answer in (rss, atom):
        root = ElementTree.fromstring(answer.content)  # noqa: S314 - ours
        links = root.iter("{http://www.w3.org/2005/Atom}link")
        assert [link.get("href") for link in links if link.get("rel") == "related"] == [STORY]


def test_an_entry_of_no_story_names_none(client):
    make_article(published=True)

    assert "_story" not in client.get("/feed.json").json()["items"][0]
    assert 'rel="related"' not in client.get("/feed.rss").text + client.get("/feed.atom").text


def test_the_sitemap_has_the_page_of_a_story_after_its_lead(client, story):
    lead = Article.objects.get(slug="lead")
    file = b"".join(client.get(f"/sitemap-articles-{lead.pk // 25_000}.xml"))
    root = ElementTree.fromstring(file)  # noqa: S314 - ours
    found = {url[0].text: url[1].text for url in root}

    assert list(found) == [
        f"http://testserver{path}" for path in ("/articles/lead/", "/stories/lead/", "/articles/other/")
    ]
    assert found[STORY] == (DAY + timedelta(days=3)).isoformat()


def test_a_covered_report_dates_the_page_by_the_decision(client, story):
    Article.objects.filter(slug="other").update(published=False)
    lead = Article.objects.get(slug="lead")

    file = b"".join(client.get(f"/sitemap-articles-{lead.pk // 25_000}.xml")).decode()

    assert f"<loc>{STORY}</loc><lastmod>{(DAY + timedelta(days=2)).isoformat()}</lastmod>" in file


def test_the_json_of_the_upstream_knows_no_stories(client, story):
    paths = ("/api/news/index.json", "/api/news/power/index.json", "/api/topics/index.json")
    told = [client.get(path).content for path in paths]
    story.delete()

    assert [client.get(path).content for path in paths] == told
    assert told[0].count(b'"title"') >= 2
