"""The images of an article as the log has them, back again, and in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.history.diff import word_diff
from articles.history.images import image_in_words, logged_image, texts_in, url_in
from articles.history.labels import readable
from articles.history.runs import told_as_differences
from articles.history.snapshot import SnapshotRows, logged_value, snapshot, value_of
from tests.factories import make_article, make_image

URL, OTHER = "https://p.example/1.jpg", "https://p.example/2.jpg"
TEXTS = st.text(max_size=5)


@given(TEXTS, TEXTS)
def test_the_log_holds_what_is_there_and_no_empty_texts(title, attribution):
    item = json.loads(json.dumps(logged_image(URL, title, attribution)))

    assert (url_in(item), texts_in(item)) == (URL, {"title": title, "attribution": attribution})
    assert (item == URL) == (not title and not attribution)
    assert isinstance(item, str) or all(item.values())


@pytest.mark.django_db
def test_places_come_back_from_the_log_with_their_texts():
    images = [
        make_image(title="Not of the place"),
        (make_image(), {"title": "A"}),
        (make_image(), {"attribution": "B"}),
    ]
    article = make_article(images=images)

    logged = json.loads(json.dumps(snapshot(article, ["images"])))
    rows = SnapshotRows([logged]).value("images", logged["images"])

    assert logged_value(rows) == logged["images"] == logged_value(value_of(article, "images"))
    assert [(row.image, row.title, row.attribution) for row in rows] == [
        (place.image, place.title, place.attribution) for place in article.image_links.all()
    ]


def test_images_are_read_with_their_texts_first():
    assert image_in_words({"url": URL, "attribution": "Ann", "title": "A tram"}) == f"A tram · Ann · {URL}"
    assert image_in_words(URL) == URL
    before, after = readable("images", None, [{"url": URL, "title": "A tram"}, OTHER])
    assert (before, after) == ([], [f"A tram · {URL}", OTHER])
    pieces = word_diff(*readable("images", [URL], [{"url": URL, "title": "A tram"}]))
    assert [(piece.kind, piece.text.strip()) for piece in pieces] == [("gone", URL), ("new", f"A tram · {URL}")]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([URL], [{"url": URL, "title": "T"}], [f"changed “T · {URL}”"]),
        ([{"url": URL, "title": "T"}], [URL], [f"changed “{URL}”"]),
        ([{"url": URL, "title": "T"}], [OTHER], [f"added “{OTHER}”", f"removed “T · {URL}”"]),
        ([URL, OTHER], [OTHER, URL], ["in another order"]),
        (None, [URL], [f"added “{URL}”"]),
    ],
)
def test_a_report_tells_images_that_came_went_and_changed(before, after, told):
    assert told_as_differences({1: {"images": [before, after]}}) == {1: {"images": [[], told]}}
