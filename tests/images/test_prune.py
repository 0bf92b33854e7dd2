"""Files of copies that no picture has any more are deleted, and no others."""

import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from articles.images import copies
from articles.models import Image
from tests.images.copying import files, run, shown
from tests.picture_server import JPEG, answer

pytestmark = pytest.mark.django_db


def test_two_pictures_of_the_same_content_share_a_copy_that_goes_with_the_last(server):
    server.whole["/again.jpg"] = answer(JPEG)
    first, second = shown(server), shown(server, "/again.jpg")
    run(server)
    first.refresh_from_db()
    second.refresh_from_db()
    age_files()
    counts = []
    for image in (None, first, second):
        if image:
            Image.objects.filter(pk=image.pk).update(copy=None, copy_width=None, copy_height=None)
        counts.append((run(server, "--prune").splitlines()[-1], len(files())))

    assert first.copy == second.copy
    assert counts == [("0 unused files deleted", 3), ("0 unused files deleted", 3), ("3 unused files deleted", 0)]


def age_files():
    for name in files():
        os.utime(default_storage.path(name), (0, 0))


def test_files_that_were_just_written_and_files_of_others_are_never_pruned(server):
    default_storage.save("copies/ab/" + "ab" * 16 + "-320.webp", ContentFile(b"young"))
    default_storage.save("images/quay.png", ContentFile(b"uploaded"))

    assert run(server, "--prune").endswith("0 unused files deleted\n")
    age_files()
    assert run(server, "--prune").endswith("1 unused file deleted\n")
    assert default_storage.exists("images/quay.png")


def test_a_copy_that_comes_back_is_young_again_and_survives_a_clean_up(server):
    shown(server)
    run(server)
    age_files()
    Image.objects.update(copy=None, copy_width=None, copy_height=None, fetch_at=timezone.now())
    for _ in copies.make_copies(rules=server.rules()):
        Image.objects.update(copy=None, copy_width=None, copy_height=None)

    assert copies.prune() == 0
    assert len(files()) == 3
