"""What leads the front page, how much of one provider it shows, and where the rest of it stands."""

import re
from itertools import chain

import pytest
from django.db import connection
from django.utils import timezone

from articles import moderation
from articles.public import front
from tests.factories import make_article, make_provider
from tests.public.lists import link, titles, walk

pytestmark = pytest.mark.django_db


def fill(name, ranks, provider=None):
    """Live articles of these ranks, each by a provider of its own where none is named."""
    return [
        make_article(published=True, title=f"{name}{rank}", rank=rank, provider=provider or make_provider())
        for rank in ranks
    ]


def rest(page: str) -> dict[str, list[str]]:
    """What stands at the end of the page, by provider."""
    end = page.partition('class="more-from"')[2].partition("</section>")[0]
    parts = re.findall(r"More from ([^<]*)</h2>(.*?)</ul>", end, re.DOTALL)
    return {name: re.findall(r"<a [^>]*>([^<]*)</a>", part) for name, part in parts}


def test_pins_lead_the_newest_first_whatever_their_rank(client, editor):
    low, lower = fill("T", [2, 1])
    fill("T", [9, 8, 7])
    for article in (low, lower):
        moderation.pin(article, by=editor, version=1, pinned=True)

    assert titles(client.get("/").text) == ["T1", "T2", "T9", "T8", "T7"]


def test_a_pinned_article_that_is_hidden_leads_nothing_and_stands_nowhere(client, editor):
    (article,) = fill("hidden", [1])
    moderation.pin(article, by=editor, version=1, pinned=True)
    fill("T", [2])
    article.refresh_from_db()
    assert titles(client.get("/").text) == ["hidden1", "T2"]

    moderation.schedule(article, by=editor, version=2, expires_at=timezone.now())

    assert titles(client.get("/").text) == ["T2"]


def test_a_pin_stands_once_in_the_whole_list(client, editor):
    articles = fill("T", range(75))
    moderation.pin(articles[5], by=editor, version=1, pinned=True)

    pages = walk(client, "/")

    assert list(chain(*pages)) == ["T5", *(f"T{n}" for n in reversed(range(75)) if n != 5)]


def test_four_of_one_provider_are_shown_and_the_rest_stand_at_the_end_as_titles(client):
    fill("Flood", range(100, 120), make_provider(name="Flood", domain="flood.example"))
    fill("T", range(60))

    page = client.get("/").text

    assert titles(page) == [f"Flood{n}" for n in (119, 118, 117, 116)] + [f"T{n}" for n in range(59, 33, -1)]
    assert rest(page) == {"Flood": [f"Flood{n}" for n in (115, 114, 113, 112, 111)]}
    assert '<a class="all-of" href="/providers/flood.example/">All from Flood</a>' in page


def test_the_second_page_goes_on_after_the_last_that_was_looked_at(client):
    fill("Flood", range(100, 120), make_provider(name="Flood"))
    fill("T", range(60))

    second = client.get("/" + link(client.get("/").text, "next")).text

    assert titles(second) == [f"T{n}" for n in range(33, 3, -1)]


def test_nothing_is_left_out_below_what_the_page_needed(client):
    flood = make_provider(name="Flood")
    fill("T", range(100, 130))
    fill("Flood", range(10), flood)

    pages = walk(client, "/")

    assert rest(client.get("/").text) == {}
    assert pages[1] == [f"Flood{n}" for n in reversed(range(10))]


@pytest.mark.parametrize(
    ("others", "most"), [(26, 4), (25, 5), (10, 20), (0, 30)], ids=["enough", "one short", "few", "none"]
)
def test_the_cap_gives_way_only_as_far_as_it_takes_to_fill_the_page(client, others, most):
    fill("Flood", range(100, 150), make_provider(name="Flood"))
    fill("T", range(others))

    shown = titles(client.get("/").text)

    assert (len(shown), sum(title.startswith("Flood") for title in shown)) == (30, most)


def test_pins_count_for_their_provider(client, editor):
    flood = make_provider(name="Flood")
    pinned = fill("Flood", [1, 2, 3], flood)
    fill("Flood", [100, 101, 102], flood)
    fill("T", range(10, 50))
    for article in pinned:
        moderation.pin(article, by=editor, version=1, pinned=True)

    page = client.get("/").text

    assert [title for title in titles(page) if title.startswith("Flood")] == ["Flood3", "Flood2", "Flood1", "Flood102"]
    assert rest(page) == {"Flood": ["Flood101", "Flood100"]}


def test_more_pins_than_a_page_holds_still_lead_to_the_rest(client, editor):
    pinned = fill("P", range(35))
    fill("T", range(40))
    for article in pinned:
        moderation.pin(article, by=editor, version=1, pinned=True)

    pages = walk(client, "/")

    assert list(chain(*pages)) == [f"P{n}" for n in reversed(range(35))] + [f"T{n}" for n in reversed(range(40))]


def test_the_way_back_stops_where_the_first_page_ends(client):
    fill("Flood", range(100, 120), make_provider(name="Flood"))
    fill("T", range(100))
    forth = walk(client, "/")
    third = link(client.get("/" + link(client.get("/").text, "next")).text, "next")

    back = walk(client, "/" + link(client.get("/" + third).text, "prev"), rel="prev")

    assert back == [forth[1], forth[0]]


def test_what_arrives_meanwhile_leaves_a_short_page_on_the_way_back_and_no_gap(client):
    fill("T", range(90))
    third = link(client.get("/" + link(client.get("/").text, "next")).text, "next")
    fill("New", range(100, 110))

    pages = walk(client, "/" + link(client.get("/" + third).text, "prev"), rel="prev")

    assert [len(page) for page in pages] == [30, 10, 30]
    assert pages[2] + pages[1] + pages[0] == [
        *(f"New{n}" for n in range(109, 99, -1)),
        *(f"T{n}" for n in range(89, 29, -1)),
    ]


def test_the_front_feed_has_what_the_front_page_shows_in_its_order(client, editor):
    fill("Flood", range(100, 120), make_provider(name="Flood"))
    (pinned, *_) = fill("T", range(60))
    moderation.pin(pinned, by=editor, version=1, pinned=True)

    items = client.get("/feed.json").json()["items"]

    assert [item["title"] for item in items] == titles(client.get("/").text)


@pytest.mark.parametrize("path", ["/", "/feed.rss"])
def test_front_takes_six_queries_with_and_without_pins(client, editor, django_assert_num_queries, path):
    articles = fill("T", range(40))
    with django_assert_num_queries(6):
        client.get(path)
    for article in articles[:3]:
        moderation.pin(article, by=editor, version=1, pinned=True)

    with django_assert_num_queries(6):
        client.get(path)


def test_the_way_back_takes_six_queries(client, django_assert_num_queries):
    fill("T", range(95))
    third = link(client.get("/" + link(client.get("/").text, "next")).text, "next")
    second = link(client.get("/" + third).text, "prev")

    with django_assert_num_queries(6):
        client.get("/" + second)


def test_pins_are_found_by_their_index(editor):
    article, *_ = fill("T", range(200))
    moderation.pin(article, by=editor, version=1, pinned=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_article")

    assert "article_pinned" in front.pinned().explain()
