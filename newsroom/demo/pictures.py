"""The pictures of the demo newspaper: drawn at its first start, and held as our own copies: nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO

from django.core.files.base import ContentFile

from articles.images import copies
from articles.models import Image
from newsroom.demo import clock, scenes
from newsroom.demo.documents import Story

LONG_AGO = timedelta(days=30)


def hold(stories: Sequence[Story]) -> None:
    """Draws the picture of each story, as the upload of an editor who replaces the one of the document."""
    images = {image.url: image for image in Image.objects.filter(url__in=[story.picture for story in stories])}
    for story in stories:
        if image := images.get(story.picture):
            image.file.save(f"{story.id}.jpg", ContentFile(drawn(story)))
    # Back then no other picture is due: those of the seeds are left to the worker, which fetches them.
    with clock.set_to(datetime.now(UTC) - LONG_AGO):
        copies.ask_again(Image.objects.filter(pk__in=[image.pk for image in images.values()]))
        for _ in copies.make_copies():
            pass


def drawn(story: Story) -> bytes:
    scene, light = story.text["picture"].split("/")
    file = BytesIO()
    scenes.draw(scene, light, story.id).save(file, "JPEG", quality=90)
    return file.getvalue()
