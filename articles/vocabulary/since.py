"""What has changed on a row since the version that a person saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from articles.models import KeptEvent
from articles.vocabulary.writer import KINDS


@dataclass(frozen=True)
class Since:
    """The events since a version, newest first, and the values that the person saw of the fields that they name."""

    events: list[KeptEvent] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    def last_change(self, name: str) -> KeptEvent | None:
        return next((event for event in self.events if name in event.after), None)


def changes_since(row: models.Model, version: int | None) -> Since:
    """Returns the changes of a row since a version; none where the form names no version."""
    if version is None:
        return Since()
    events = KeptEvent.objects.filter(kind=KINDS[type(row)], row=row.pk, version__gt=version)
    found = list(events.select_related("by").order_by("-version", "-pk"))
    # Of several changes of a field the first one found what the person saw.
    seen = {name: value for event in found for name, value in event.before.items()}
    return Since(found, seen)
