"""manage.py cache_images, and what readers get of it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Picture

from articles.models import Image
from tests.factories import make_article, make_image, make_provider, make_related, make_topic
from tests.images.copying import body, files, run, shown
from tests.picture_server import JPEG, answer, picture

pytestmark = pytest.mark.django_db


def test_picture_of_a_visible_article_is_copied_in_three_widths_and_served(server, client):
    image = shown(server)

    assert run(server) == "1 copy made, 0 failed\n"
    image.refresh_from_db()

    assert (image.copy_width, image.copy_height, image.width, image.height) == (1280, 720, 1200, 630)
    assert (image.fetch_at, image.fetch_failures, image.fetch_problem) == (None, 0, "")
    assert files() == sorted(f"copies/{image.copy[:2]}/{image.copy}-{width}.webp" for width in (320, 640, 1280))
    assert image.src == f"/media/copies/{image.copy[:2]}/{image.copy}-1280.webp"
    sent = client.get(image.src)
    assert (sent.status_code, sent["Content-Type"], sent["Cache-Control"]) == (200, "image/webp", "public, max-age=300")
    assert "Vary" not in sent
    assert Picture.open(BytesIO(body(sent))).size == (1280, 720)


def test_what_was_copied_is_not_asked_for_again(server):
    shown(server)
    run(server)

    assert run(server, "--retry") == "0 copies made, 0 failed\n"
    assert len(server.asked) == 1


def test_pictures_of_whatever_belongs_to_a_coming_article_are_copied_and_no_others(server, moderator):
    def image(name):
        server.whole[f"/{name}"] = answer(JPEG)
        return make_image(url=server.url(f"/{name}"))

    now = timezone.now()
    provider, topic = make_provider(), make_topic()
    provider.image_links.create(image=image("logo"))
    topic.image_links.create(image=image("topic"))
    pending = make_article(images=[image("pending")], provider=provider, topics=[topic])
    # Nobody sees the pictures of related links.
    make_related(pending, images=[{"url": image("related").url}])
    make_article(published=True, publish_at=now + timedelta(days=1), images=[image("scheduled")])
    make_article(published=True, expires_at=now - timedelta(days=1), images=[image("expired")])
    make_article(reviewed_by=moderator, images=[image("rejected")])
    make_article(reviewed_by=moderator, first_published_at=now, images=[image("withdrawn")])
    make_provider().image_links.create(image=image("logo-of-nobody"))
    image("of-nothing")
    make_article(published=True, images=[make_image(url="/images/here.png"), make_image(url="ftp://pictures.example/")])

    run(server)

    asked = {line.split(" ")[1] for line in server.asked}
    assert asked == {"/logo", "/topic", "/pending", "/scheduled"}


def test_a_picture_that_is_scheduled_or_pending_is_not_yet_for_strangers(server, client):
    image = make_image(url=server.url("/photo.jpg"))
    make_article(images=[image])
    run(server)
    image.refresh_from_db()

    assert client.get(image.src).status_code == 404


@pytest.mark.parametrize(
    ("role", "expected"),
    [(None, 404), ("Importers", 404), ("Moderators", 200), ("Editors", 200), ("superuser", 200)],
)
def test_copy_of_hidden_articles_only_is_for_those_who_decide(server, client, make_user, role, expected):
    image = make_image(url=server.url("/photo.jpg"))
    make_article(images=[image])
    run(server)
    image.refresh_from_db()
    if role:
        client.force_login(make_user(role))

    sent = client.get(image.src)

    assert sent.status_code == expected
    if expected == 200:
        assert len(body(sent)) > 100
        assert sent["Cache-Control"] == "private, no-store"
        known = client.get(image.src, headers={"If-None-Match": sent["ETag"]})
        assert (known.status_code, known["Cache-Control"]) == (304, "private, no-store")


def test_a_browser_that_has_the_picture_is_told_so_until_the_article_is_withdrawn(server, client):
    image = shown(server)
    run(server)
    image.refresh_from_db()
    first = client.get(image.src)
    body(first)
    again = client.get(image.src, headers={"If-None-Match": first["ETag"]})
    image.articles.update(published=False)
    gone = client.get(image.src, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again["ETag"], again["Cache-Control"]) == (304, first["ETag"], "public, max-age=300")
    assert gone.status_code == 404


def test_the_widths_of_a_picture_have_different_tags(server, client):
    image = shown(server)
    run(server)
    image.refresh_from_db()
    answers = [client.get(image.copy_url(width)) for width in image.copy_widths]

    assert len({answer["ETag"] for answer in answers}) == 3
    assert [Picture.open(BytesIO(body(answer))).width for answer in answers] == [320, 640, 1280]


@pytest.mark.parametrize(
    "name", ["{0}-641.webp", "{0}-1280.png", "{0}.webp", "{0}-1280.webp/", "x{0}-1280.webp", "{0}-01280.webp"]
)
def test_no_other_name_of_a_copy_is_served(server, client, name):
    image = shown(server)
    run(server)
    image.refresh_from_db()

    assert client.get(f"/media/copies/{image.copy[:2]}/" + name.format(image.copy)).status_code == 404


def test_an_uploaded_picture_gets_its_widths_without_any_fetching(server, settings, client):
    settings.REMOTE_IMAGES = "off"
    image = shown(server)
    exif = Picture.Exif()
    exif[0x010F] = "Camera of Anne"
    image.file.save("quay.jpg", ContentFile(picture(size=(800, 600), exif=exif)))

    told = run(server)
    image.refresh_from_db()

    assert told.endswith("1 copy made, 0 failed\n")
    assert server.asked == []
    assert image.copy_widths == [320, 640, 800]
    assert b"Anne" in b"".join(client.get(image.file.url).streaming_content)
    assert b"Anne" not in body(client.get(image.src))


def test_an_uploaded_picture_that_is_lost_is_noted(server):
    image = shown(server)
    image.file.save("quay.jpg", ContentFile(JPEG))
    image.file.storage.delete(image.file.name)
    run(server)
    image.refresh_from_db()

    assert image.fetch_problem == "The file that was uploaded is lost."


@pytest.mark.parametrize(
    ("setting", "without", "with_copy"), [("link", "remote", "copy"), ("cache", "", "copy"), ("off", "", "")]
)
def test_the_operator_says_what_readers_get(server, settings, client, setting, without, with_copy):
    settings.REMOTE_IMAGES = "link"
    image = shown(server)
    run(server)
    held = Image.objects.get(pk=image.pk)
    copy_url = held.src
    settings.REMOTE_IMAGES = setting
    named = {"": "", "remote": image.url, "copy": copy_url}
    sent = client.get(copy_url)
    if sent.streaming:
        assert len(body(sent)) > 100

    assert (image.src, held.src) == (named[without], named[with_copy])
    assert bool(held.srcset) == bool(with_copy)
    assert sent.status_code == (404 if setting == "off" else 200)


def test_nothing_remote_is_fetched_where_readers_get_nothing_remote(server, settings):
    settings.REMOTE_IMAGES = "off"
    shown(server)

    assert run(server) == "NEWSROOM_REMOTE_IMAGES is off: only uploaded pictures get a copy\n0 copies made, 0 failed\n"
    assert server.asked == []
