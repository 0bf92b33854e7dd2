"""Stories as readers see them: one place in each list, who else reported, and a page of all reports."""

import json
import re
from datetime import timedelta
from itertools import permutations

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.models import Article, ArticleOldSlug, Reason
from articles.moderation import Why
from articles.moderation.story_verbs import Cover, Lead, MarkDuplicate
from articles.moderation.writer import decide
from articles.public.also_reported import also_reported
from tests.factories import make_article, make_image, make_provider, make_story, make_topic
from tests.public.lists import DAY, link, titles, walk

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def report(title: str, hour: int = 0, **fields) -> Article:
    """A published article of a provider of its own, of this hour."""
    if "provider" not in fields:
        fields["provider"] = make_provider(domain=f"{title.lower()}.example", name=title)
    fields.setdefault("slug", title.lower())
    fields.setdefault("web_url", f"https://{title.lower()}.example/it")
    return make_article(**{"published": True, "title": title, "published_at": DAY + hour * HOUR, **fields})


def covered(title: str, by, hour: int = 0, **fields) -> Article:
    return report(title, hour, published=False, cleared_as="covered", reviewed_by=by, **fields)


def others_on(page: str) -> list[tuple[str, str]]:
    """Address and text of each line "Also reported by" on a page."""
    found = re.findall(r'<p class="others"><a href="([^"]*)">(.*?)</a></p>', page, re.DOTALL)
    return [(address, re.sub("<[^>]*>", "", text)) for address, text in found]


# One place


def test_a_list_shows_the_lead_of_a_story_only(client):
    topic = make_topic("Power")
    lead, other = report("Lead", 2, quality=5, topics=[topic]), report("Other", 3, topics=[topic])
    report("Alone", 1, topics=[topic])
    make_story(lead, other)

    for path in ("/", "/latest/", "/topics/power/"):
        assert (path, sorted(titles(client.get(path).text))) == (path, ["Alone", "Lead"])
    assert "/articles/other/" not in client.get("/feed.rss").text + client.get("/latest/feed.atom").text


def test_a_providers_page_and_the_archive_are_complete(client):
    lead, other = report("Lead", 2, quality=5), report("Other", 3)
    make_story(lead, other)

    assert titles(client.get("/providers/other.example/").text) == ["Other"]
    assert titles(client.get("/archive/2021/01/08/").text) == ["Other", "Lead"]
    assert "/articles/other/" in client.get("/providers/other.example/feed.json").text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"lead_at": DAY}, {"quality": 9}),
        ({"lead_at": DAY + HOUR}, {"lead_at": DAY, "quality": 9}),
        ({"quality": 2}, {"quality": 1, "trust": 1}),
        ({"trust": 1}, {"trust": 0, "hour": -3}),
        ({"trust": 0}, {"trust": -1, "hour": -3}),
        ({"hour": 1}, {"hour": 2}),
        ({}, {}),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_the_lead_is_an_editors_choice_else_by_quality_trust_and_time(client, one, other, swapped):
    made = {}
    for title, fields in sorted({"First": one, "Second": other}.items(), reverse=swapped and one != other):
        fields, domain = dict(fields), f"{title.lower()}.example"
        provider = make_provider(domain=domain, name=title, trust=fields.pop("trust", 0))
        made[title] = report(title, fields.pop("hour", 0), provider=provider, **fields)
    make_story(*made.values())

    assert titles(client.get("/latest/").text) == ["First"]


@pytest.mark.parametrize(
    "fields",
    [
        {"published": False},
        {"publish_at": timezone.now() + HOUR},
        {"expires_at": timezone.now() - HOUR},
    ],
)
def test_what_is_not_visible_leads_nothing(client, fields):
    hidden, shown = report("Hidden", quality=9, lead_at=DAY, **fields), report("Shown")
    make_story(hidden, shown)

    assert titles(client.get("/latest/").text) == titles(client.get("/").text) == ["Shown"]


def test_a_lead_that_expires_leaves_its_place_to_the_next(client):
    lead, other = report("Lead", quality=5, expires_at=timezone.now() + HOUR), report("Other")
    make_story(lead, other)
    before = titles(client.get("/latest/").text)

    Article.objects.filter(pk=lead.pk).update(expires_at=timezone.now())

    assert (before, titles(client.get("/latest/").text)) == (["Lead"], ["Other"])


@pytest.mark.parametrize("many", [1, 10_000])
def test_a_story_is_in_the_list_of_a_topic_whatever_topic_its_lead_has(client, monkeypatch, many):
    monkeypatch.setattr("articles.public.queries.MANY_ARTICLES", many)
    topic = make_topic("Power")
    lead, other, third = report("Lead", quality=5), report("Other", topics=[topic]), report("Third", 1, topics=[topic])
    make_story(lead, other, third)

    assert titles(client.get("/topics/power/").text) == ["Other"]
    assert titles(client.get("/latest/?topic=power").text) == ["Other"]
    assert titles(client.get("/latest/?provider=third.example").text) == ["Third"]
    assert titles(client.get("/latest/").text) == ["Lead"]


def test_two_stories_and_what_is_alone_page_by_page(client):
    for n in range(40):
        pair = [report(f"T{n:02}{which}", n, quality=quality) for which, quality in (("a", 1), ("b", 2))]
        make_story(*pair)
        report(f"Alone{n:02}", n)

    forth = walk(client, "/latest/")
    last = link(client.get("/latest/").text, "next")
    back = walk(client, "/latest/" + link(client.get("/latest/" + last).text, "next"), rel="prev")

    shown = [title for page in forth for title in page]
    assert (len(shown), [title for title in shown if title.endswith("a")]) == (80, [])
    assert back[::-1][:2] == forth[:2]


def test_a_pinned_article_keeps_its_place_and_its_story_takes_no_other(client):
    pinned, lead, third = report("Pinned", pinned_at=DAY), report("Lead", quality=9), report("Third")
    alone = report("Alone")
    make_story(pinned, lead, third)

    assert titles(client.get("/").text) == ["Pinned", "Alone"]
    assert titles(client.get("/latest/").text) == ["Alone", "Lead"]

    Article.objects.filter(pk=pinned.pk).update(published=False)
    assert sorted(titles(client.get("/").text)) == ["Alone", "Lead"]
    assert alone.pk


def test_two_pins_of_one_story_both_stay(client):
    make_story(report("One", pinned_at=DAY), report("Two", pinned_at=DAY + HOUR))

    assert titles(client.get("/").text) == ["Two", "One"]


def test_the_front_page_counts_a_story_once_for_its_provider(client):
    provider = make_provider(domain="big.example", name="Big")
    for n in range(40):
        make_story(report(f"Lead{n}", n, quality=5, provider=provider), report(f"Copy{n}", n + 50))

    page = client.get("/")

    assert len(titles(page.text)) == 30
    assert "/articles/copy" not in page.text


# Search


def test_a_search_shows_one_report_of_a_story_at_the_place_of_the_best(client):
    lead = report("Lead", 0, quality=9, excerpt="A tram")
    best = report("Tram", 5, excerpt="The tram of trams")
    make_story(lead, best)
    report("Between", 3, excerpt="tram")

    answer = client.get("/search/?q=tram").text

    assert titles(answer) == ["Lead", "Between"]
    assert "2 results" in answer


def test_a_search_that_the_lead_does_not_match_shows_what_does(client):
    make_story(report("Lead", quality=9), report("Other", excerpt="tram"), report("Third", -24, excerpt="tram"))

    assert titles(client.get("/search/?q=tram").text) == ["Other"]
    assert titles(client.get("/search/?provider=third.example").text) == ["Third"]
    assert [item["title"] for item in client.get("/search/feed.json?q=tram").json()["items"]] == ["Other"]


# Who else reported


def test_a_card_names_two_others_and_counts_the_rest(client, editor):
    names = ["Azure", "ZDNet", "ITP", "Wired", "Verge", "Times"]
    reports = [report(name, n, quality=9 - n) for n, name in enumerate(names[:5])]
    make_story(*reports, covered("Times", editor))

    page = client.get("/latest/").text

    assert others_on(page) == [("/stories/azure/", "Also reported by ZDNet, ITP +3")]


def test_others_are_counted_by_domain_and_not_by_name_or_article(client):
    same = make_provider(domain="same.example", name="Same")
    twin, other = make_provider(domain="twin.example", name="Twin"), make_provider(domain="other.example", name="Twin")
    make_story(
        report("Lead", quality=9, provider=same), report("Again", provider=same), report("Third", provider=twin),
        report("Third2", provider=twin), report("Fourth", provider=other),
    )  # fmt: skip

    assert others_on(client.get("/latest/").text) == [("/stories/lead/", "Also reported by Twin +1")]


def test_a_card_of_another_report_leads_to_the_same_story(client):
    make_story(report("Lead", quality=9), report("Other"))

    assert others_on(client.get("/providers/other.example/").text) == [("/stories/lead/", "Also reported by Lead")]


def test_only_public_reports_are_named(client, editor):
    hidden = [
        report("Pending", published=False),
        report("Rejected", published=False, reviewed_by=editor),
        report("Withdrawn", published=False, reviewed_by=editor, first_published_at=DAY),
        report("Scheduled", publish_at=timezone.now() + HOUR),
        report("Expired", expires_at=timezone.now() - HOUR),
        report("Duplicate", published=False, cleared_as="duplicate", reviewed_by=editor, duplicate_of=make_article()),
        covered("Back", editor, removed=True),
        covered("Over", editor, expires_at=timezone.now() - HOUR),
        covered("Later", editor, publish_at=timezone.now() + HOUR),
    ]
    lead = report("Lead")
    make_story(lead, *hidden)

    assert also_reported([lead.pk]) == {}
    assert client.get("/stories/lead/").status_code == 404
    assert "/stories/" not in client.get("/latest/").text + client.get("/articles/lead/").text
    assert "/stories/" not in client.get(f"/sitemap-articles-{lead.pk // 25_000}.xml").getvalue().decode()


def test_the_line_is_there_whichever_card_was_kept_before(client):
    """Cards are kept by their values: the line is one of them."""
    lead, other = report("Lead", quality=5), report("Other")
    before = client.get("/latest/").text
    make_story(lead, other)
    told = client.get("/latest/").text
    Article.objects.filter(pk=other.pk).update(published=False)

    assert [others_on(page) for page in (before, told, client.get("/latest/").text)] == [
        [],
        [("/stories/lead/", "Also reported by Other")],
        [],
    ]


def test_names_are_escaped(client):
    make_story(report("Lead", quality=9), report("Odd", provider=make_provider(domain="odd.example", name="<b>&Co")))

    page = client.get("/latest/").text

    assert 'Also reported by <span dir="auto">&lt;b&gt;&amp;Co</span>' in page


# The page of a story


def reports_on(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<h2 dir="auto">\s*<a href="([^"]*)"[^>]*>([^<]*)</a>', page)


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


# Covered and duplicate articles


def test_readers_of_a_covered_article_are_led_to_its_story_for_now(client, editor):
    lead, seen = report("Lead", quality=9), report("Seen")
    ArticleOldSlug.objects.create(slug="was-seen", article=seen)
    make_story(lead, seen)

    decide(seen, Cover(published={seen.pk: lead}), by=editor, version=1)

    for path in ("/articles/seen/", "/articles/was-seen/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/stories/lead/")
    assert client.get("/stories/seen/").headers["Location"] == "/stories/lead/"
    assert reports_on(client.get("/stories/lead/").text)[1] == ("https://seen.example/it", "Seen")


def test_a_covered_article_that_readers_never_saw_has_no_address(client, editor):
    lead, unseen = report("Lead"), report("Unseen", published=False)
    ArticleOldSlug.objects.create(slug="was-unseen", article=unseen)
    make_story(lead, unseen)
    decide(unseen, Cover(published={unseen.pk: lead}), by=editor, version=1)

    for kind in ("articles", "stories"):
        never = client.get(f"/{kind}/never-was/")
        for slug in ("unseen", "was-unseen"):
            answer = client.get(f"/{kind}/{slug}/")
            assert (answer.status_code, answer.content) == (404, never.content)
    assert client.get("/stories/lead/").status_code == 200


def test_a_covered_article_without_a_public_story_is_gone(client, editor):
    lead, seen = report("Lead"), report("Seen")
    make_story(lead, seen)
    decide(seen, Cover(published={seen.pk: lead}), by=editor, version=1)
    moderation.withdraw(lead, by=editor, version=1, why=Why(Reason.objects.first()))

    answer = client.get("/articles/seen/")

    assert (answer.status_code, "Lead" in answer.text, "Seen" in answer.text) == (410, False, True)
    assert client.get("/stories/seen/").status_code == 404


def test_what_its_source_takes_back_is_listed_no_more(client, editor):
    lead, seen = report("Lead"), covered("Seen", editor, first_published_at=DAY)
    make_story(lead, seen, report("Other"))
    Article.objects.filter(pk=seen.pk).update(removed=True)

    assert client.get("/articles/seen/").status_code == 410
    assert "Seen" not in client.get("/stories/lead/").text


def test_readers_of_a_duplicate_are_led_to_the_other_article(client, editor):
    first, second, third = (report(title) for title in ("First", "Second", "Third"))
    ArticleOldSlug.objects.create(slug="was-first", article=first)
    decide(first, MarkDuplicate(of=second), by=editor, version=1)
    assert client.get("/articles/first/").headers["Location"] == "/articles/second/"
    decide(second, MarkDuplicate(of=third), by=editor, version=1)

    for path in ("/articles/first/", "/articles/was-first/", "/articles/second/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/third/")
    assert titles(client.get("/latest/").text) == ["Third"]
    assert client.get("/corrections/").text.count("First") == 0


def test_a_duplicate_of_what_readers_may_not_see_is_gone_and_does_not_tell_of_it(client, editor):
    hidden, seen = report("Hidden", published=False), report("Seen")
    decide(seen, MarkDuplicate(of=hidden), by=editor, version=1)

    answer = client.get("/articles/seen/")

    assert (answer.status_code, "hidden" in answer.text.lower()) == (410, False)


def test_a_duplicate_that_readers_never_saw_has_no_address(client, editor):
    unseen, scheduled = report("Unseen", published=False), report("Scheduled", publish_at=timezone.now() + HOUR)
    for article in (unseen, scheduled):
        decide(article, MarkDuplicate(of=report(f"Of{article.slug}")), by=editor, version=1)
    never = client.get("/articles/never-was/")

    for article in (unseen, scheduled):
        answer = client.get(article.get_absolute_url())
        assert (answer.status_code, answer.content) == (404, never.content)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_duplicates_of_each_other_lead_nowhere(client, editor, length):
    ring = [report(f"R{n}", published=False, reviewed_by=editor, first_published_at=DAY) for n in range(length)]
    for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
        Article.objects.filter(pk=one.pk).update(cleared_as="duplicate", duplicate_of=other)

    assert [client.get(article.get_absolute_url()).status_code for article in ring] == [410] * length


def test_a_duplicate_of_a_covered_article_leads_to_the_story(client, editor):
    lead, other, copy = report("Lead", quality=9), report("Other"), report("Copy")
    make_story(lead, other)
    decide(other, Cover(published={other.pk: lead}), by=editor, version=1)
    decide(copy, MarkDuplicate(of=other), by=editor, version=1)

    answer = client.get("/articles/copy/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/stories/lead/")


# Editions


@pytest.mark.parametrize("was_public", [False, True])
def test_covering_an_article_begins_an_edition(editor, committed, monkeypatch, was_public):
    told = []
    monkeypatch.setattr("articles.editions.new", lambda: told.append(1))
    lead, other = report("Lead"), report("Other", published=was_public)
    make_story(lead, other)

    with committed():
        event = decide(other, Cover(published={other.pk: lead}), by=editor, version=1)
    covering = len(told)
    with committed():
        moderation.undo(event, by=editor, at=moderation.Context())

    assert (covering > 0, len(told) > covering) == (True, True)


def test_another_lead_begins_an_edition_where_readers_see_it(editor, committed, monkeypatch):
    told = []
    monkeypatch.setattr("articles.editions.new", lambda: told.append(1))
    shown, hidden = report("Shown"), report("Hidden", published=False)
    make_story(shown, hidden)

    with committed():
        decide(hidden, Lead(), by=editor, version=1)
    before = len(told)
    with committed():
        decide(shown, Lead(), by=editor, version=1)

    assert (before, len(told)) == (0, 1)


# The database


def test_the_order_of_arrival_decides_nothing(client):
    orders = []
    for order in permutations(range(3)):
        made = {n: report(f"T{n}", n) for n in order}
        make_story(*made.values())
        orders.append(titles(client.get("/latest/").text))
        Article.objects.all().delete()
        type(made[0].provider).objects.all().delete()

    assert orders == [["T0"]] * 6


def test_lists_are_walked_by_their_index(client):
    for n in range(30):
        make_story(report(f"A{n}", n), report(f"B{n}", n))
    with CaptureQueriesContext(connection) as queries:
        client.get("/latest/")
    asked = next(query["sql"] for query in queries if "articles_storymember" in query["sql"])
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if on_postgresql:
            # Of so few rows it would rather read and sort all.
            cursor.execute("ANALYZE articles_article, articles_storymember")
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(("EXPLAIN " if on_postgresql else "EXPLAIN QUERY PLAN ") + asked)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())

    # In the order of the dates; the smaller of two such indexes, for so few rows.
    assert re.search(r"(?:Index Scan using|USING INDEX) article_(?:latest|by_date)\b", plan), plan
    assert re.search(r"storymember_pkey|storymember_1\b", plan), plan


def test_a_report_of_the_story_stands_no_second_time_among_the_related_links(client, editor):
    covered = make_article(cleared_as="covered", reviewed_by=editor, title="The covered one", provider=make_provider())
    other = {"url": "https://elsewhere.example/1", "title": "Something else"}
    article = make_article(published=True, related=[{"url": covered.web_url, "title": "The same report"}, other])
    make_story(article, covered)

    page = client.get(article.get_absolute_url()).text

    assert ("The covered one" in page, "Something else" in page, "The same report" in page) == (True, True, False)
