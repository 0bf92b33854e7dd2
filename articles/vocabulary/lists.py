"""The pictures of a topic or of a provider, as the log keeps them and as an undo restores them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from articles.history.images import LoggedImage, logged_image, texts_in, url_in
from articles.models import Image, Topic, TopicImage
from articles.models.keys import key_of
from articles.moderation.refusals import Impossible
from providers.models import Provider, ProviderImage

IMAGES = "images"
_PLACES: dict[type[models.Model], tuple[Any, str]] = {
    Topic: (TopicImage, "topic"),
    Provider: (ProviderImage, "provider"),
}


def has_images(model: type[models.Model]) -> bool:
    return model in _PLACES


def images_of(row: models.Model) -> list[LoggedImage]:
    """Returns what the log keeps of the pictures of a row, in their order."""
    places, owner = _PLACES[type(row)]
    values = places._default_manager.filter(**{owner: row}).order_by("position", "pk")
    return [logged_image(*value) for value in values.values_list("image__url", "title", "attribution")]


def set_images(row: models.Model, items: Sequence[Any]) -> None:
    """Gives a row these pictures; raises Impossible if one is not there any more."""
    places, owner = _PLACES[type(row)]
    images = {image.url: image for image in Image.objects.filter(url_key__in=[key_of(url_in(item)) for item in items])}
    if gone := [url_in(item) for item in items if url_in(item) not in images]:
        raise Impossible(f"The picture {gone[0]} is not there any more.")
    earlier = places._default_manager.filter(**{owner: row})
    earlier.delete()
    places._default_manager.bulk_create(
        places(**{owner: row}, image=images[url_in(item)], position=position, **texts_in(item))
        for position, item in enumerate(items)
    )
