"""What the log keeps of a deleted row, and the row that it makes of that again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from articles.models import KeptEvent, Topic, TopicOldSlug
from articles.moderation.refusals import Impossible
from articles.vocabulary.lists import IMAGES, has_images, set_images

# Beside the fields that a change logs; no page shows them.
SOURCE, OLD_SLUGS = "source", "old_slugs"
BESIDE = frozenset({SOURCE, OLD_SLUGS})


def beside(row: models.Model) -> dict[str, Any]:
    """Returns what is lost with a row beside its logged fields."""
    found = {SOURCE: row.source} if has_images(type(row)) else {}  # type: ignore[attr-defined]
    if isinstance(row, Topic):
        found[OLD_SLUGS] = sorted(row.old_slugs.values_list("slug", flat=True))
    return found


def insert_again(model: type[models.Model], event: KeptEvent, values: dict[str, Any]) -> models.Model:
    """Inserts the deleted row with its old key. `values`: its fields, converted; raises Impossible if it cannot be."""
    if model._default_manager.filter(pk=event.row).exists():
        raise Impossible(f"“{event.title}” is there again already.")
    images, old_slugs = values.pop(IMAGES, []), values.pop(OLD_SLUGS, [])
    found = model(pk=event.row, version=event.version + 1, **values)
    try:
        found.validate_unique()
    except ValidationError as error:
        raise Impossible(f"“{event.title}” cannot come back: {' '.join(error.messages)}") from error
    if isinstance(found, Topic) and TopicOldSlug.objects.filter(slug=found.slug).exists():
        raise Impossible(f"“{event.title}” cannot come back: its address leads to another topic by now.")
    found.save(force_insert=True)
    if images:
        set_images(found, images)
    if isinstance(found, Topic):
        taken = {*Topic.objects.values_list("slug", flat=True), *TopicOldSlug.objects.values_list("slug", flat=True)}
        TopicOldSlug.objects.bulk_create(TopicOldSlug(slug=s, topic=found) for s in old_slugs if s not in taken)
    return found
