"""Filters of the latest articles."""

import re

import pytest

from tests.factories import make_article, make_provider, make_topic
from tests.public.lists import link, make_articles, titles

pytestmark = pytest.mark.django_db


def test_latest_is_narrowed_by_topic_provider_type_and_category(client):
    topic, provider = make_topic("AI"), make_provider(domain="p.example")
    make_article(published=True, title="all", topics=[topic], provider=provider, type="video", category="learning")
    make_article(published=True, title="topic", topics=[topic])
    make_article(published=True, title="provider", provider=provider)
    make_article(published=True, title="type", type="video")
    make_article(published=True, title="category", category="learning")

    shown = {
        query: set(titles(client.get(f"/latest/?{query}").text))
        for query in (
            "topic=ai",
            "provider=p.example",
            "type=video",
            "category=learning",
            "topic=ai&type=video",
            "type=",
        )
    }

    assert shown == {
        "topic=ai": {"all", "topic"},
        "provider=p.example": {"all", "provider"},
        "type=video": {"all", "type"},
        "category=learning": {"all", "category"},
        "topic=ai&type=video": {"all"},
        "type=": {"all", "topic", "provider", "type", "category"},
    }


def test_a_filter_survives_paging_and_unknown_parameters_do_not(client):
    make_articles(30, type="video")

    older = link(client.get("/latest/?type=video&topic=&utm_source=x").text, "next")

    assert re.fullmatch(r"\?type=video&after=2021-01-08T00:05:00Z_\d+", older)
    assert titles(client.get("/latest/" + older).text) == ["T04", "T03", "T02", "T01", "T00"]


@pytest.mark.parametrize("query", ["type=novel", "topic=nothing", "provider=%00", "category=x", "type=video&topic=x"])
def test_a_wrong_filter_shows_an_error_and_no_article(client, query):
    make_articles(3, type="video")

    answer = client.get(f"/latest/?{query}")

    assert (answer.status_code, titles(answer.text)) == (400, [])
    assert answer.text.count('<p class="error"') == 1


def test_a_filter_tells_hidden_topics_and_providers_from_nothing(client):
    make_article(topics=[make_topic("Hidden")], provider=make_provider(domain="hidden.example", name="Hidden"))

    for name, value in (("topic", "hidden"), ("provider", "hidden.example")):
        hidden, never = (client.get("/latest/", {name: text}).text for text in (value, "never.was"))
        assert hidden == never
        assert "Hidden" not in hidden
