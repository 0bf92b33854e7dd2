"""Actions on all articles that match, on whichever page: they take what the preview showed."""

import pytest

from articles import moderation
from articles.models import Article
from tests.admin.article_list.rows import LIST, titles
from tests.desk.bulk.preview import confirm
from tests.factories import make_article

ACROSS = {"action": "publish_selected", "index": 0, "select_across": 1}


def test_an_action_across_pages_states_the_number_first_and_the_versions_that_it_saw(desk, other):
    articles = [make_article(quality=30) for _ in range(3)]
    make_article(quality=1)

    page = desk.post(LIST + "?quality_from=30", ACROSS | {"_selected_action": [articles[0].pk]}, follow=True)
    moderation.score(articles[1], by=other, version=1, heat=5)
    response = confirm(desk, page)

    assert page.status_code == 200
    assert "<h1>Publish <span data-number>3 articles</span>?</h1>" in page.text
    assert [row.pk for row in response.context["refused"]] == [articles[1].pk]
    assert Article.objects.filter(published=True).count() == 2


def test_an_action_across_pages_decides_on_nothing_that_came_after_the_preview(desk):
    seen = make_article()
    page = desk.post(LIST, ACROSS | {"_selected_action": [seen.pk]}, follow=True)
    make_article()

    response = confirm(desk, page)

    assert response.status_code == 302
    assert list(Article.objects.filter(published=True)) == [seen]


@pytest.mark.parametrize("query", ["?quality_from=x", "?secured__startswith=h", "?q=%00", "?published_at__year=x"])
def test_an_action_across_pages_refuses_a_filter_that_makes_no_sense(desk, query):
    make_article()

    page = desk.post(LIST + query, ACROSS | {"_selected_action": [1]}, follow=True)

    assert page.status_code == 422
    assert "Nothing was done" in page.text
    assert not Article.objects.filter(published=True).exists()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=pending&o=-1&p=1",
        "?published_at__year=2020&published_at__month=6",
        "?published_at__year=2020&published_at__month=6&published_at__day=30",
        "?q=acme",
        "?q=e+n",
        "?q='See'",
        '?q="e+n"',
        "?q=nothing",
        "?day=2020-07-01&heat_from=10",
    ],
)
def test_all_that_match_are_those_that_the_list_finds(desk, shelf, query):
    page = desk.post(LIST + query, ACROSS | {"_selected_action": [1], "action": "score_selected"}, follow=True)

    found = [article.title for article in page.context["first"]] if page.status_code == 200 else []
    assert sorted(found) == titles(desk, query)
