"""Our own copies of pictures, and who gets them."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Picture

from tests.factories import make_article, make_image, make_related

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    data = BytesIO()
    Picture.new("RGB", (3, 2)).save(data, "PNG")
    image = make_image()
    image.file.save("quay.png", ContentFile(data.getvalue()))
    return image


def status(client, image):
    answer = client.get(image.src)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def test_picture_of_a_visible_article_is_served_as_what_it_is(client, held):
    make_article(published=True, images=[held])

    answer = client.get(held.src)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in answer.headers


def test_picture_that_only_a_related_link_names_is_served_to_no_reader(client, held):
    make_related(make_article(published=True), images=[{"url": held.url}])

    assert status(client, held) == 404


@pytest.mark.parametrize(
    ("role", "expected"),
    [(None, 404), ("Importers", 404), ("Moderators", 200), ("Editors", 200), ("superuser", 200)],
)
def test_picture_of_hidden_articles_only_is_for_those_who_decide(client, held, make_user, role, expected):
    make_article(images=[held])
    if role:
        client.force_login(make_user(role))

    assert status(client, held) == expected


def test_picture_whose_file_is_lost_is_not_found(client, held):
    make_article(published=True, images=[held])
    held.file.storage.delete(held.file.name)

    assert status(client, held) == 404


@pytest.mark.parametrize(
    "path", ["/media/../manage.py", "/media/images/none.png", "/media/images/quay.html", "/media/"]
)
def test_nothing_else_is_served(client, held, path):
    assert client.get(path).status_code == 404
