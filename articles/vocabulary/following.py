"""What follows from a change of what people keep: redirects, the order of the queue, copies of pictures, new pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from articles import editions
from articles.models import Image, Reason, Topic, TopicOldSlug
from articles.moderation.priorities import follow_trust
from providers.models import Provider

SEEN_BY_READERS = (Topic, Provider, Image, Reason)


def follow(row: models.Model, before: Mapping[str, Any], changed: Collection[str]) -> None:
    """Writes what follows from the change of these fields; part of its transaction."""
    if isinstance(row, Topic) and "slug" in changed:
        _redirect(row, before["slug"])
    if isinstance(row, Provider) and "trust" in changed:
        follow_trust(row, before=before["trust"])
    if isinstance(row, Image) and {"url", "file"} & set(changed):
        _forget_copy(row)
    new_pages(row)


def new_pages(row: models.Model) -> None:
    if isinstance(row, SEEN_BY_READERS):
        editions.new_on_commit()


def _redirect(topic: Topic, old_slug: str) -> None:
    """A changed slug leaves a redirect."""
    TopicOldSlug.objects.filter(slug=topic.slug).delete()
    TopicOldSlug.objects.update_or_create(slug=old_slug, defaults={"topic": topic})


def _forget_copy(image: Image) -> None:
    """The copy was made of the former picture."""
    image.copy = image.copy_width = image.copy_height = None
    image.fetch_at, image.fetched_at, image.fetch_failures, image.fetch_problem = timezone.now(), None, 0, ""
    image.save(
        update_fields=[
            "copy", "copy_width", "copy_height", "fetch_at", "fetched_at", "fetch_failures", "fetch_problem",
        ]
    )  # fmt: skip
