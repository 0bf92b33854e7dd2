"""Fields of what people keep, and their values, as people read them."""

from __future__ import annotations

from typing import Any

from django.db import models

from articles.history.images import images_in_words
from articles.history.labels import LoggedChange, short_text
from articles.models import KeptEvent
from articles.vocabulary.deleted import BESIDE
from articles.vocabulary.lists import IMAGES
from articles.vocabulary.writer import KINDS

_MODELS = {kind: model for model, kind in KINDS.items()}


def label(name: str) -> str:
    return name.replace("_", " ")


def value_in_words(model: type[models.Model], name: str, value: Any) -> str:
    """Returns a value of the log as one short line. Of another row: what it is called now, else its number."""
    if name == IMAGES:
        return short_text(images_in_words(value))
    field = next((field for field in model._meta.fields if field.name == name), None)
    if isinstance(field, models.ForeignKey) and isinstance(value, int):
        found = field.related_model._default_manager.filter(pk=value).first()
        return str(found) if found else f"number {value}, which is not there any more"
    if field is not None and field.choices and value is not None:
        return str(dict(field.flatchoices).get(value, value))
    return short_text(value)


def changes_in_words(event: KeptEvent) -> list[LoggedChange]:
    """Returns what an event changed; nothing of what was empty before and after."""
    model = _MODELS[KeptEvent.Kind(event.kind)]
    names = [name for name in {**event.before, **event.after} if name not in BESIDE]
    pairs = {name: (event.before.get(name), event.after.get(name)) for name in names}
    said = {name: pair for name, pair in pairs.items() if any(value not in (None, "", []) for value in pair)}
    return [
        LoggedChange(label(name), *(value_in_words(model, name, value) for value in pair))
        for name, pair in said.items()
    ]
