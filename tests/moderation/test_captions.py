"""What an editor says of an image in an article."""

import pytest

from articles import moderation
from articles.models import ArticleImage, Event
from articles.moderation.refusals import Impossible
from articles.moderation.restore import earlier_value
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db


def captions(article) -> list[tuple]:
    return list(article.image_links.values_list("image", "title", "attribution"))


def place(image, **said) -> ArticleImage:
    return ArticleImage(image=image, **said)


def test_an_image_without_a_word_keeps_what_the_article_says_of_it(editor):
    old, new = make_image(title="Of the image"), make_image()
    article = make_article(images=[(old, {"title": "A", "attribution": "B"})])

    moderation.edit(article, by=editor, version=1, images=[new, old])

    assert captions(article) == [(new.pk, "", ""), (old.pk, "A", "B")]


def test_the_same_texts_are_no_change(editor):
    image = make_image()
    article = make_article(images=[(image, {"title": "A"})])

    assert moderation.edit(article, by=editor, version=1, images=[place(image, title="A")]) is None
    assert moderation.edit(article, by=editor, version=1, images=[image]) is None
    assert moderation.edit(article, by=editor, version=1, images=[article.image_links.get()]) is None
    assert not Event.objects.exists()


def test_a_caption_is_one_version_and_is_undone_and_restored(editor):
    image = make_image()
    article, other = (make_article(images=[(image, {"title": "A"})]) for _ in range(2))
    before = captions(article)

    event = moderation.edit(article, by=editor, version=1, images=[place(image, attribution="B")])
    assert (article.version, captions(article)) == (2, [(image.pk, "", "B")])
    moderation.undo(event, by=editor)
    article.refresh_from_db()
    assert captions(article) == before == captions(other)

    moderation.edit(article, by=editor, version=3, images=[])
    value = earlier_value(article, Event.objects.get(version=4), "images")
    moderation.edit(article, by=editor, version=4, images=value)
    assert captions(article) == before


def test_an_undo_is_refused_where_a_caption_is_another_one_by_now(editor):
    image = make_image()
    article = make_article(images=[image])
    event = moderation.edit(article, by=editor, version=1, images=[place(image, title="A")])
    ArticleImage.objects.update(title="Past the log")

    with pytest.raises(Impossible, match="not as that left it: images"):
        moderation.undo(event, by=editor)


@pytest.mark.parametrize("name", ["title", "attribution"])
def test_texts_that_no_document_may_give_are_refused(editor, name):
    image = make_image()
    article = make_article(images=[image])

    with pytest.raises(Impossible, match="control character"):
        moderation.edit(article, by=editor, version=1, images=[place(image, **{name: "a\x0bb"})])
    with pytest.raises(Impossible, match="there twice"):
        moderation.edit(article, by=editor, version=1, images=[image, place(image, **{name: "B"})])


def test_captions_of_many_articles_are_written_each_as_it_is(editor):
    image = make_image()
    articles = [make_article(images=[(image, {"title": str(n)})]) for n in range(3)]
    events = [
        moderation.edit(article, by=editor, version=1, images=[place(image, title="Same")]) for article in articles
    ]

    for event in events:
        moderation.undo(event, by=editor)

    assert [captions(article) for article in articles] == [[(image.pk, str(n), "")] for n in range(3)]
