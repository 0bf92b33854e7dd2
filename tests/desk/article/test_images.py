"""Pictures of an article: their order, uploads, texts and credits."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from articles import moderation
from articles.models import Event, Image
from tests.desk.article.page import form_of, page_of
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(size=(60, 40), kind="PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Picture.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile("any.png", out.getvalue())


def pictures_of(desk, article) -> dict[str, str]:
    return form_of(desk.get(page_of(article)), "form-images")


def shown(article) -> list[Image]:
    return [link.image for link in article.image_links.all()]


def test_another_picture_leads_by_its_number_or_by_a_button(desk):
    first, second, third = (make_image() for _ in range(3))
    article = make_article(images=[first, second, third])

    moved = desk.post(page_of(article, "images/"), pictures_of(desk, article) | {"move": "3-up"})
    assert (moved.status_code, shown(article)) == (200, [first, second, third])
    desk.post(page_of(article, "images/"), form_of(moved, "form-images"))
    assert shown(article) == [first, third, second]
    desk.post(page_of(article, "images/"), pictures_of(desk, article) | {"images-3-position": "1"})

    assert shown(article) == [second, first, third]


def test_an_upload_takes_the_place_of_a_picture_in_this_article_only(desk, media):
    image = make_image(title="Old text", attribution="Old credit")
    article, sibling = make_article(images=[image]), make_article(images=[image])

    answer = desk.post(
        page_of(article, "images/"), pictures_of(desk, article) | {"images-1-file": picture(), "images-1-title": "New"}
    )

    assert answer.status_code == 302
    [new] = shown(article)
    assert (new.title, new.attribution, new.width, new.height) == ("New", "Old credit", 60, 40)
    assert new.file.name.startswith("images/")
    assert shown(sibling) == [image]
    assert Event.objects.get().after == {"images": [new.url]}


def test_a_picture_is_added_by_its_url_and_taken_away(desk):
    article = make_article(images=[make_image()])

    desk.post(
        page_of(article, "images/"),
        pictures_of(desk, article)
        | {"images-2-url": "https://pictures.example/new.jpg", "images-2-attribution": "Ann", "images-1-remove": "on"},
    )

    assert [(image.url, image.attribution) for image in shown(article)] == [("https://pictures.example/new.jpg", "Ann")]


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"GIF89a"])
def test_what_is_no_picture_is_refused_and_the_rest_is_kept(desk, media, content):
    article = make_article(images=[make_image()])
    upload = SimpleUploadedFile("a.png", content)

    answer = desk.post(
        page_of(article, "images/"),
        pictures_of(desk, article) | {"images-1-attribution": "Kept", "images-1-file": upload},
    )

    assert answer.status_code == 422
    assert answer.context["images"].rows[0].errors["file"]
    assert form_of(answer, "form-images")["images-1-attribution"] == "Kept"


def test_text_and_credit_belong_to_the_picture_and_are_not_overwritten_unseen(desk):
    image = make_image(title="Old", attribution="")
    article = make_article(images=[image])
    sent = pictures_of(desk, article)

    assert desk.post(page_of(article, "images/"), sent | {"images-1-title": "First"}).status_code == 302
    answer = desk.post(page_of(article, "images/"), sent | {"images-1-title": "Second"})

    assert answer.status_code == 409
    assert "First" in str(answer.context["images"].rows[0].errors["title"])
    image.refresh_from_db()
    assert image.title == "First"
    assert desk.post(page_of(article, "images/"), form_of(answer, "form-images")).status_code == 302
    image.refresh_from_db()
    assert image.title == "Second"


def test_a_picture_takes_any_text_that_a_document_may_give_it_and_no_other(desk):
    image = make_image(attribution="x" * 600)
    article = make_article(images=[image])
    sent = pictures_of(desk, article)

    assert desk.post(page_of(article, "images/"), sent | {"images-1-title": "New"}).status_code == 302
    answer = desk.post(page_of(article, "images/"), sent | {"images-1-title": "a\x0bb"})

    assert answer.status_code == 422
    assert "control character" in str(answer.context["images"].rows[0].errors["title"])
    image.refresh_from_db()
    assert (image.title, len(image.attribution)) == ("New", 600)


def test_an_upload_survives_a_conflict(desk, other, media):
    article = make_article(images=[make_image()])
    sent = pictures_of(desk, article)
    moderation.edit(article, by=other, version=1, images=[make_image()])

    answer = desk.post(page_of(article, "images/"), sent | {"images-1-file": picture()})
    assert answer.status_code == 409
    desk.post(page_of(article, "images/"), form_of(answer, "form-images"))

    assert [image.width for image in shown(article)] == [60]
