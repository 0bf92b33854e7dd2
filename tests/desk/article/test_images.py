"""Pictures of an article: their order, uploads, texts and credits."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from articles import moderation
from articles.models import Event, Image
from tests.desk.article.page import clashes, page_of, sent_of, untouched
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(size=(60, 40), kind="PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Picture.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile("any.png", out.getvalue())


def shown(article) -> list[Image]:
    return [link.image for link in article.image_links.all()]


def captions(article) -> list[tuple[str, str]]:
    return list(article.image_links.values_list("title", "attribution"))


def test_another_picture_leads_by_its_number_or_by_a_button(desk):
    first, second, third = (make_image() for _ in range(3))
    article = make_article(images=[first, second, third])

    moved = desk.post(page_of(article), untouched(desk, article) | {"images-do": "3-up"})
    assert (moved.status_code, shown(article)) == (200, [first, second, third])
    desk.post(page_of(article), sent_of(moved))
    assert shown(article) == [first, third, second]
    desk.post(page_of(article), untouched(desk, article) | {"images-3-position": "1"})

    assert shown(article) == [second, first, third]


def test_an_upload_takes_the_place_of_a_picture_in_this_article_only(desk, media):
    image = make_image()
    said = {"title": "Old text", "attribution": "Old credit"}
    article, sibling = make_article(images=[(image, said)]), make_article(images=[(image, said)])

    answer = desk.post(
        page_of(article), untouched(desk, article) | {"images-1-file": picture(), "images-1-title": "New"}
    )

    assert answer.status_code == 302
    [new] = shown(article)
    assert (new.title, new.attribution, new.width, new.height) == ("", "", 60, 40)
    assert captions(article) == [("New", "Old credit")]
    assert new.file.name.startswith("images/")
    assert (shown(sibling), captions(sibling)) == ([image], [("Old text", "Old credit")])
    assert Event.objects.get().after == {"images": [{"url": new.url, "title": "New", "attribution": "Old credit"}]}


def test_a_picture_is_added_by_its_url_and_taken_away(desk):
    article = make_article(images=[make_image()])

    desk.post(
        page_of(article),
        untouched(desk, article)
        | {"images-2-url": "https://pictures.example/new.jpg", "images-2-attribution": "Ann", "images-1-remove": "on"},
    )

    assert [image.url for image in shown(article)] == ["https://pictures.example/new.jpg"]
    assert captions(article) == [("", "Ann")]


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"GIF89a"])
def test_what_is_no_picture_is_refused_and_the_rest_is_kept(desk, media, content):
    article = make_article(images=[make_image()])
    upload = SimpleUploadedFile("a.png", content)

    answer = desk.post(
        page_of(article),
        untouched(desk, article) | {"images-1-attribution": "Kept", "images-1-file": upload},
    )

    assert answer.status_code == 422
    assert answer.context["images"].rows[0].errors["file"]
    assert sent_of(answer)["images-1-attribution"] == "Kept"


def test_text_and_credit_belong_to_the_article_and_are_not_overwritten_unseen(desk):
    image = make_image()
    article, sibling = (make_article(images=[(image, {"title": "Old"})]) for _ in range(2))
    sent = untouched(desk, article)

    assert desk.post(page_of(article), sent | {"images-1-title": "First"}).status_code == 302
    answer = desk.post(page_of(article), sent | {"images-1-title": "Second"})

    assert answer.status_code == 409
    assert clashes(answer) == [("images", *(f"{text} · {image.url}" for text in ("Old", "First", "Second")))]
    assert captions(article) == [("First", "")]
    assert desk.post(page_of(article), sent_of(answer)).status_code == 302
    assert captions(article) == [("Second", "")]
    assert captions(sibling) == [("Old", "")]
    image.refresh_from_db()
    assert image.title == ""


def test_text_and_order_are_one_change_and_undone_as_one(desk, editor):
    first, second = make_image(), make_image()
    article = make_article(images=[(first, {"title": "One"}), (second, {"title": "Two", "attribution": "Ann"})])

    changed = {"images-2-position": "1", "images-2-title": "", "images-1-attribution": "Bob"}
    desk.post(page_of(article), untouched(desk, article) | changed)

    assert (shown(article), captions(article)) == ([second, first], [("", "Ann"), ("One", "Bob")])
    event = Event.objects.get()
    assert event.after == {
        "images": [
            {"url": second.url, "attribution": "Ann"},
            {"url": first.url, "title": "One", "attribution": "Bob"},
        ]
    }
    moderation.undo(event, by=editor)
    assert (shown(article), captions(article)) == ([first, second], [("One", ""), ("Two", "Ann")])


def test_what_is_said_of_the_picture_itself_stands_beside_empty_fields_and_is_not_copied(desk):
    image = make_image(title="Of <the> picture & all", attribution="Its credit")
    article = make_article(images=[image])

    page = desk.get(page_of(article))
    desk.post(page_of(article), sent_of(page) | {"images-1-attribution": "Ours"})

    assert "Of &lt;the&gt; picture &amp; all" in page.text
    assert captions(article) == [("", "Ours")]


def test_a_picture_takes_any_text_that_a_document_may_give_it_and_no_other(desk):
    article = make_article(images=[(make_image(), {"attribution": "x\r\ny" + "x" * 600 + " "})])
    sent = untouched(desk, article)

    assert desk.post(page_of(article), sent | {"images-1-title": "New"}).status_code == 302
    answer = desk.post(page_of(article), sent | {"images-1-title": "a\x0bb"})

    assert answer.status_code == 422
    assert "control character" in str(answer.context["images"].rows[0].errors["title"])
    assert captions(article) == [("New", "x\r\ny" + "x" * 600 + " ")]


def test_an_upload_survives_a_conflict(desk, other, media):
    article = make_article(images=[make_image()])
    sent = untouched(desk, article)
    moderation.edit(article, by=other, version=1, images=[make_image()])

    answer = desk.post(page_of(article), sent | {"images-1-file": picture()})
    assert answer.status_code == 409
    desk.post(page_of(article), sent_of(answer))

    assert [image.width for image in shown(article)] == [60]
