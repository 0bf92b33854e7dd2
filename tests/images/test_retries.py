"""Which pictures are tried, how often, and why there is no copy."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.images import copies
from articles.models import Image
from tests.images.copying import files, run, shown
from tests.picture_server import JPEG, answer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/missing.jpg", "The server answered 404."),
        ("/endless", "It is larger than 10 MB."),
        ("/page.jpg", "It is no JPEG, PNG, WebP, GIF or AVIF picture."),
        ("/drawing.svg", "It is no JPEG, PNG, WebP, GIF or AVIF picture."),
        ("/truncated.jpg", "It is damaged."),
        ("/41-megapixels.png", "It has 8200 × 5001 pixels: more than 40 million."),
        ("/to-metadata", "There is no host 169.254.169.254."),
    ],
)
def test_why_there_is_no_copy_stands_on_the_picture(server, path, problem):
    image = shown(server, path)
    before = timezone.now()

    told = run(server)
    image.refresh_from_db()

    assert (image.fetch_problem, image.fetch_failures, image.copy) == (problem, 1, None)
    assert before + timedelta(hours=1) <= image.fetch_at <= timezone.now() + timedelta(hours=1)
    assert before <= image.fetched_at <= timezone.now()
    assert told.startswith(f"{image.url}: {problem} Next try ")
    assert told.endswith("0 copies made, 1 failed\n")
    assert files() == []


def test_a_picture_that_has_gone_quiet_is_tried_ever_more_rarely_and_then_given_up(server):
    image = shown(server, "/missing.jpg")
    pauses = []
    for _ in range(4):
        run(server)
        image.refresh_from_db()
        pauses.append(image.fetch_at and round((image.fetch_at - image.fetched_at).total_seconds() / 3600))
        Image.objects.filter(pk=image.pk, fetch_at__isnull=False).update(fetch_at=timezone.now())
    run(server)

    assert pauses == [1, 24, 168, None]
    assert len(server.asked) == 4


def test_before_its_time_a_picture_is_tried_again_only_when_asked_to(server):
    image = shown(server, "/missing.jpg")
    run(server)
    run(server)
    server.whole["/missing.jpg"] = answer(JPEG)
    waited = len(server.asked)

    assert run(server, "--retry") == "1 copy made, 0 failed\n"
    image.refresh_from_db()
    assert waited == 1
    assert (image.fetch_failures, image.fetch_problem, image.fetch_at) == (0, "", None)


def test_a_copy_stays_while_its_picture_cannot_be_fetched_anew(server):
    image = shown(server)
    run(server)
    image.refresh_from_db()
    src = image.src
    server.whole["/photo.jpg"] = answer(b"", "404 Not Found")
    copies.ask_again(Image.objects.all())
    run(server)
    image.refresh_from_db()

    assert (image.src, image.fetch_problem) == (src, "The server answered 404.")


def test_no_more_are_tried_than_asked_for_newest_first(server):
    images = [shown(server, f"/photo.jpg?{number}") for number in range(11)]

    told = run(server, "--limit", "9")

    assert told.endswith("0 copies made, 9 failed\n")
    assert [image.pk for image in Image.objects.filter(fetched_at=None)] == [image.pk for image in images[:2]]


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(CommandError):
        call_command("cache_images", "--limit", limit)


def test_a_picture_that_another_run_has_in_hand_is_left_to_it(server):
    image = shown(server)
    image.refresh_from_db()

    assert copies._claim(image)
    assert run(server) == "0 copies made, 0 failed\n"
    Image.objects.update(fetch_at=timezone.now() - timedelta(seconds=1))
    assert run(server) == "1 copy made, 0 failed\n"


def test_what_was_fetched_is_not_kept_for_a_picture_that_was_changed_meanwhile(server):
    image, later = shown(server, "/old.jpg"), shown(server)
    for tried in copies.make_copies(rules=server.rules()):
        # Both have been fetched: the newer one comes first.
        if tried == later:
            Image.objects.filter(pk=image.pk).update(url="https://pictures.example/other.jpg")
    image.refresh_from_db()
    later.refresh_from_db()

    assert (image.copy, image.fetch_problem) == (None, "")
    assert later.copy
