"""The collection folder of a document gives its category."""

import pytest

from articles.documents.front_matter import parse_document
from articles.documents.parse import record_from
from articles.documents.records import category_of_folder
from tests.importing.documents_by_hand import document


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("_news/a.md", "news"),
        ("_samples/a.md", "sample"),
        ("_learning/videos/a.md", "learning"),
        ("_people/a.md", "people"),
        ("_communities/a.md", "community"),
        ("_newsletters/a.html", "newsletter"),
        ("a.md", "news"),
        ("_samples.md", "news"),
        ("_events/a.md", "event"),
    ],
)
def test_the_collection_folder_gives_the_category(path, category):
    assert category_of_folder(path) == category


def test_folders_above_the_root_give_the_category_too():
    assert category_of_folder("videos/a.md", "/site/_learning") == "learning"
    assert category_of_folder("_news/a.md", "/site/_learning") == "news"
    assert category_of_folder("a.md", "/site/_learning.old") == "news"
    assert record_from(parse_document(document().encode()), "a.md")[0].category == "news"
    assert record_from(parse_document(document().encode()), "a.md", "/_samples")[0].category == "sample"
