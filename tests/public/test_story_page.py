"""The page of a story, and what an article says of its story."""

import json
import re

import html5lib
import pytest

from articles.models import ArticleOldSlug
from articles.moderation.story_verbs import Lead
from articles.moderation.writer import decide
from tests.factories import make_article, make_image, make_provider, make_story, make_topic
from tests.public.reports import covered, report, reports_on

pytestmark = pytest.mark.django_db


def test_the_page_lists_all_reports_in_the_order_of_time(client, editor):
    first, second = covered("First", editor, 0, excerpt="Not ours to quote"), report("Second", 1, quality=9)
    third = report("Third", 2, excerpt="What it says")
    make_story(third, second, first)

    page = client.get("/stories/second/").text

    html5lib.HTMLParser(strict=True).parse(page)
    assert reports_on(page) == [
        ("https://first.example/it", "First"),
        ("/articles/second/", "Second"),
        ("/articles/third/", "Third"),
    ]
    assert "3 reports of one story" in page
    assert re.search(r'First reported by <span dir="auto">First</span>', page)
    assert ("Not ours to quote" in page, "What it says" in page) == (False, True)
    assert 'rel="noopener external" referrerpolicy="no-referrer">First</a>' in page
    assert "/articles/first/" not in page
    assert "/providers/first.example/" not in page


def test_every_other_address_of_a_story_leads_to_that_of_its_lead(client):
    lead, other = report("Lead", quality=9), report("Other")
    make_story(lead, other)
    ArticleOldSlug.objects.create(slug="was-lead", article=lead)
    ArticleOldSlug.objects.create(slug="was-other", article=other)

    for slug in ("other", "was-lead", "was-other"):
        answer = client.get(f"/stories/{slug}/")
        assert (slug, answer.status_code, answer.headers["Location"]) == (slug, 301, "/stories/lead/")


def test_an_address_stays_when_another_leads_and_when_stories_merge(client, editor):
    one, two, three = report("One", quality=9), report("Two", quality=8), report("Three", quality=7)
    story = make_story(one, two)
    assert client.get("/stories/one/").status_code == 200

    decide(two, Lead(), by=editor, version=1)
    assert client.get("/stories/one/").headers["Location"] == "/stories/two/"
    decide(two, Lead(leads=False), by=editor, version=2)
    assert client.get("/stories/two/").headers["Location"] == "/stories/one/"

    story.delete()
    assert client.get("/stories/one/").status_code == 404
    make_story(three, two, one)
    assert client.get("/stories/one/").text.count('class="report') > 2


@pytest.mark.parametrize("slug", ["alone", "hidden", "never-was", "covered", "pending"])
def test_what_is_no_public_story_answers_like_one_that_never_was(client, editor, slug):
    report("Alone")
    make_story(report("Hidden", published=False), report("Shown"))
    make_story(covered("Covered", editor), report("Pending", published=False))
    never = client.get("/stories/no-such-story/")

    answer = client.get(f"/stories/{slug}/")

    assert (answer.status_code, answer.content) == (404, never.content)


def test_two_published_reports_make_a_page_and_one_with_a_covered_one_too(client, editor):
    make_story(report("A"), report("B"))
    make_story(report("C"), covered("D", editor))

    assert [client.get(f"/stories/{slug}/").status_code for slug in ("a", "c")] == [200, 200]


@pytest.mark.parametrize("number", [2, 40])
def test_pages_take_few_queries_whatever_the_stories_hold(client, editor, number, django_assert_max_num_queries):
    topic = make_topic("Power")
    for n in range(3):
        make_story(
            *(report(f"R{n}x{m}", m, quality=n + m, topics=[topic], images=[make_image()]) for m in range(number)),
            *(covered(f"C{n}x{m}", editor) for m in range(number)),
        )
    lead = f"r2x{number - 1}"

    for path in ("/", "/latest/", "/topics/power/", "/search/?q=r2x1", "/feed.atom", "/topics/power/feed.rss",
                 f"/stories/{lead}/", f"/articles/{lead}/", "/stories/r2x0/"):  # fmt: skip
        with django_assert_max_num_queries(6):
            assert client.get(path).status_code in (200, 301)


def test_the_page_says_in_json_ld_what_it_lists(client, editor):
    make_story(report("Lead", 1, quality=9), covered("First", editor))

    def data(path):
        return json.loads(re.search(r'ld\+json">(.*?)</script>', client.get(path).text)[1])

    page, article = data("/stories/lead/"), data("/articles/lead/")

    assert page["@type"] == "CollectionPage"
    assert page["mainEntity"]["numberOfItems"] == 2
    assert [(item["position"], item["name"], item["url"]) for item in page["mainEntity"]["itemListElement"]] == [
        (1, "First", "https://first.example/it"),
        (2, "Lead", "http://testserver/articles/lead/"),
    ]
    assert article["isPartOf"] == {"@type": "CollectionPage", "name": "Lead", "url": page["url"]}


# The page of an article


def test_an_article_says_who_reported_its_story_first_and_who_else(client, editor):
    make_story(report("Lead", 2, quality=9), report("Other", 1), covered("First", editor, 0))

    page = client.get("/articles/lead/").text

    html5lib.HTMLParser(strict=True).parse(page)
    text = " ".join(re.sub("<[^>]*>", "", page).split())
    assert "3 reports of this story: first reported by First" in text
    assert re.findall(r'<h3 dir="auto">\s*<a href="([^"]*)"', page) == ["https://first.example/it", "/articles/other/"]
    assert 'href="/stories/lead/"' in page


def test_the_first_report_says_so(client):
    make_story(report("Lead", 0), report("Other", 1))

    text = " ".join(re.sub("<[^>]*>", "", client.get("/articles/lead/").text).split())

    assert "2 reports of this story: this is the first" in text


def test_staff_see_no_story_on_the_page_of_an_article_that_is_hidden(client, editor):
    hidden = report("Hidden", published=False)
    make_story(report("One"), report("Two"), hidden)
    client.force_login(editor)

    assert "/stories/" not in client.get(f"/desk/articles/{hidden.pk}/preview/").text


def test_a_report_of_the_story_stands_no_second_time_among_the_related_links(client, editor):
    covered = make_article(cleared_as="covered", reviewed_by=editor, title="The covered one", provider=make_provider())
    other = {"url": "https://elsewhere.example/1", "title": "Something else"}
    article = make_article(published=True, related=[{"url": covered.web_url, "title": "The same report"}, other])
    make_story(article, covered)

    page = client.get(article.get_absolute_url()).text

    assert ("The covered one" in page, "Something else" in page, "The same report" in page) == (True, True, False)
