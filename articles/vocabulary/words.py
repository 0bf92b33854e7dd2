"""Fields of what people keep, and their values, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
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


Named = dict[tuple[type[models.Model], int], str]


def value_in_words(model: type[models.Model], name: str, value: Any, named: Named | None = None) -> str:
    """Returns a value of the log as one short line. Of another row: what it is called now, else its number.

    `named` are the rows that `names_in` has looked up for a whole list.
    """
    if name == IMAGES:
        return short_text(images_in_words(value))
    field = next((field for field in model._meta.fields if field.name == name), None)
    if isinstance(field, models.ForeignKey) and isinstance(value, int):
        other = field.related_model
        known = _names(other, {value}) if named is None else named
        return known.get((other, value)) or f"number {value}, which is not there any more"
    if field is not None and field.choices and value is not None:
        return str(dict(field.flatchoices).get(value, value))
    return short_text(value)


def names_in(events: Iterable[KeptEvent]) -> Named:
    """Returns what the rows are called now that these events name by their keys, in a query for each kind."""
    wanted: dict[type[models.Model], set[int]] = {}
    for event in events:
        fields = {field.name: field for field in _MODELS[KeptEvent.Kind(event.kind)]._meta.fields}
        for name, value in (*event.before.items(), *event.after.items()):
            if isinstance(fields.get(name), models.ForeignKey) and isinstance(value, int):
                other: Any = fields[name].related_model
                wanted.setdefault(other, set()).add(value)
    return {key: name for model, keys in wanted.items() for key, name in _names(model, keys).items()}


def _names(model: type[models.Model], keys: Iterable[int]) -> Named:
    return {(model, pk): str(row) for pk, row in model._default_manager.in_bulk(list(keys)).items()}


def changes_in_words(event: KeptEvent, named: Named | None = None) -> list[LoggedChange]:
    """Returns what an event changed; nothing of what was empty before and after."""
    model = _MODELS[KeptEvent.Kind(event.kind)]
    names = [name for name in {**event.before, **event.after} if name not in BESIDE]
    pairs = {name: (event.before.get(name), event.after.get(name)) for name in names}
    said = {name: pair for name, pair in pairs.items() if any(value not in (None, "", []) for value in pair)}
    return [
        LoggedChange(label(name), *(value_in_words(model, name, value, named) for value in pair))
        for name, pair in said.items()
    ]
