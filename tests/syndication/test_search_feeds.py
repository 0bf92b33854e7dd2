"""A search as a feed."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest

from tests.factories import make_article
from tests.syndication.feed_readers import ATOM, FORMS, read

pytestmark = pytest.mark.django_db

DAY = datetime(2021, 1, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("form", FORMS)
def test_a_search_is_a_feed_of_what_matches_newest_first(client, form):
    for n, title in enumerate(["Dam one", "Solar", "Two of a dam", "dam dam dam"]):
        make_article(published=True, title=title, published_at=DAY - timedelta(days=n))
    make_article(title="A dam that is hidden")

    found = read(client, f"/search/feed.{form}?q=dam")

    assert [item["title"] for item in found] == ["Dam one", "Two of a dam", "dam dam dam"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("query", ["", "?q=", "?q=%00%22%28", "?q=" + "x" * 3000, "?q=a&q=b", "?q=-dam"])
def test_a_search_for_anything_is_a_valid_feed(client, form, query):
    make_article(published=True, title="Dam")
    answer = client.get(f"/search/feed.{form}{query}")

    assert answer.status_code == 200
    assert json.loads(answer.content) if form == "json" else ElementTree.fromstring(answer.content) is not None  # noqa: S314


def test_a_search_with_a_filter_that_cannot_be_is_no_feed(client):
    answer = client.get("/search/feed.rss?q=a&type=wrong")

    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain")


def test_the_page_of_a_search_names_its_feeds(client):
    make_article(published=True, title="Dams & mills")

    page = client.get("/search/?q=dams+%26+mills&page=1").text

    named = [unescape(address) for address in re.findall(r'<link rel="alternate"[^>]* href="([^"]+)">', page)]
    assert named == [f"/search/feed.{form}?q=dams+%26+mills" for form in FORMS]
    assert [len(read_search(client, address)) for address in named] == [1, 1, 1]


def read_search(client, address: str) -> list:
    answer = client.get(address)
    if "json" in answer["Content-Type"]:
        return answer.json()["items"]
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - ours
    return root.findall(f"{ATOM}entry") or root[0].findall("item")
