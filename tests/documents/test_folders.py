"""The collection folder of a document gives its category."""

import pytest

from articles.documents.folders import category_of_folder


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
