"""The index of the words of titles."""

import pytest

from articles.models import titles
from articles.models.titles import Word, find, find_few
from tests.factories import make_article

pytestmark = pytest.mark.django_db
DAM, LAKE, RARE = [[{Word("dam")}]], [[{Word("lake", begins=True)}]], [[{Word("heron")}]]


@pytest.fixture
def articles():
    return [make_article(title=f"Dam {'lakes' * (number % 3 == 0)} {'heron' * (number == 1)}") for number in range(12)]


@pytest.mark.parametrize("near", [1, 4, 5, 11, 10_000])
@pytest.mark.parametrize("most", [1, 3, 4, 12, 200])
def test_the_newest_are_found_however_many_are_asked_first(articles, monkeypatch, near, most):
    monkeypatch.setattr(titles, "NEAR", near)
    newest = articles[::-1]

    assert find(DAM, most) == [article.pk for article in newest][:most]
    assert find(LAKE, most) == [article.pk for article in newest if "lakes" in article.title][:most]
    assert find(RARE, most) == [articles[1].pk]


def test_few_are_all_of_them_and_many_are_none(articles, monkeypatch):
    monkeypatch.setattr(titles, "FEW", 4)

    assert sorted(find_few("lake")) == [article.pk for article in articles if "lakes" in article.title]
    assert find_few("dam") is None
    assert find_few("…") is None
    assert find_few("otter") == []
