"""Filters, search and orders of the list."""

import pytest
from django.urls import reverse

from tests.admin.article_list.rows import LIST, titles
from tests.factories import make_article


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Other", "Seen"]),
        ("?state=pending", ["Seen"]),
        ("?state=live", ["Other"]),
        ("?type=video", ["Seen"]),
        ("?category=people", ["Other"]),
        ("?quality_from=40", ["Seen"]),
        ("?quality_to=39", ["Other"]),
        ("?heat_from=10&heat_to=10", ["Seen"]),
        ("?day=2020-07-01", ["Other"]),
        ("?published_at__year=2020&published_at__month=6", ["Seen"]),
        ("?q=acme", ["Seen"]),
        ("?q=see", ["Seen"]),
        ("?q=hidden", []),
    ],
)
def test_filters_and_search_find(desk, shelf, query, found):
    assert titles(desk, query) == found


def test_provider_and_topic_filters_find(desk, shelf):
    topic, provider = shelf

    assert titles(desk, f"?provider={provider.pk}") == ["Seen"]
    assert titles(desk, f"?topic={topic.pk}") == ["Seen"]


@pytest.mark.parametrize(
    "query",
    [
        "?state=nonsense",
        "?provider=abc",
        "?provider=99999999999999999999999",
        "?topic=0",
        "?quality_from=x",
        "?quality_from=1.5",
        "?quality_from=99999999999999999999",
        "?quality_from=9&quality_to=3",
        "?heat_to=1e400",
        "?day=2020-13-01",
        "?day=9999-12-31",
        "?published_at__year=x",
        "?published_at__year=9999&published_at__month=12",
        "?published_at__year=99999",
        "?secured__startswith=h",
        "?source__contains=h",
        "?provider__name=Acme",
        "?nonsense=1",
        "?q=%00",
    ],
)
def test_a_value_that_makes_no_sense_gives_an_error_and_no_rows(desk, shelf, query):
    response = desk.get(LIST + query)

    assert response.status_code == 200
    assert response.context["cl"].problems
    assert response.context["cl"].result_list == []
    assert "No article is listed, because" in response.text


def test_a_page_that_is_not_there_gives_an_error_and_no_rows(desk):
    for _ in range(51):
        make_article()

    pages = [desk.get(LIST + query).context["cl"] for query in ("?p=2", "?p=3")]

    assert [(len(page.result_list), page.problems) for page in pages] == [(1, []), (0, ["There is no such page."])]


@pytest.mark.parametrize("query", ["?o=99.-77.x", "?o=-3.2", "?all=1"])
def test_orders_that_make_no_sense_do_no_harm(desk, shelf, query):
    assert titles(desk, query) == ["Other", "Seen"]


def test_list_can_be_narrowed_to_conflicts_with_the_source(client, moderator):
    make_article(title="Agreed")
    make_article(title="Disputed", conflicts=["heat"])
    client.force_login(moderator)

    page = client.get(reverse("admin:articles_article_changelist"), {"conflict": "yes"})

    assert [article.title for article in page.context["cl"].result_list] == ["Disputed"]
