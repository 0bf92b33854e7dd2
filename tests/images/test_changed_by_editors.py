"""A picture that an editor changes in the admin: why it has no copy, and when it gets another."""

import pytest
from django.utils import timezone

from articles.models import Image
from tests.images.copying import run, shown

pytestmark = pytest.mark.django_db


def test_editors_see_why_there_is_no_copy_and_have_it_fetched_again(server, client, editor):
    client.force_login(editor)
    image, held = shown(server, "/missing.jpg"), shown(server)
    for _ in range(4):
        Image.objects.filter(copy=None).update(fetch_at=timezone.now())
        run(server)
    untried = shown(server, "/untried.jpg")
    listed = {
        choice: {row.pk for row in client.get(f"/admin/articles/image/?our_copy={choice}").context["cl"].queryset}
        for choice in ("yes", "waiting", "failing", "given-up")
    }
    page = client.get("/admin/articles/image/").text
    client.post("/admin/articles/image/", {"action": "fetch_again", "_selected_action": [image.pk]})
    image.refresh_from_db()

    assert listed == {"yes": {held.pk}, "waiting": {untried.pk}, "failing": set(), "given-up": {image.pk}}
    assert "The server answered 404. Failed 4 times, last on " in page
    assert "; given up." in page
    assert (image.fetch_failures, image.fetch_at <= timezone.now()) == (0, True)


def test_a_picture_whose_url_an_editor_changes_loses_the_copy_of_the_other(server, client, editor):
    client.force_login(editor)
    image = shown(server)
    run(server)

    client.post(
        f"/admin/articles/image/{image.pk}/change/", {"url": "https://pictures.example/other.jpg", "version": 1}
    )
    image.refresh_from_db()

    assert (image.url, image.copy, image.copy_width) == ("https://pictures.example/other.jpg", None, None)
    assert image.fetch_at <= timezone.now()


def test_a_picture_whose_title_an_editor_changes_keeps_its_copy(server, client, editor):
    client.force_login(editor)
    image = shown(server)
    run(server)

    client.post(f"/admin/articles/image/{image.pk}/change/", {"url": image.url, "title": "The quay", "version": 1})
    image.refresh_from_db()

    assert (image.title, image.copy_width, image.fetch_at) == ("The quay", 1280, None)
