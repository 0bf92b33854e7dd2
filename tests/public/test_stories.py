"""Stories in the lists of readers: one place in each, and who else reported."""

import re
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.models import Article
from articles.moderation.story_verbs import Cover, Lead
from articles.moderation.writer import decide
from articles.public.also_reported import also_reported
from tests.factories import make_article, make_provider, make_story, make_topic
from tests.public.lists import DAY, link, titles, walk
from tests.public.reports import HOUR, covered, others_on, report

pytestmark = pytest.mark.django_db


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
