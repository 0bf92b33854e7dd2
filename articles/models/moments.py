"""Moments that every page can show, whatever its time zone."""

from datetime import UTC, datetime
from typing import Any

from django.db import models

# In some time zone, the first and the last hours of the calendar are in no year at all: its ends are not used.
FIRST = datetime(2, 1, 1, tzinfo=UTC)
LAST = datetime(9998, 12, 31, tzinfo=UTC)


def is_possible(moment: datetime) -> bool:
    """Whether the moment can be shown in every time zone."""
    return FIRST.year <= moment.year <= LAST.year


def possible(moment: datetime) -> datetime:
    """Returns the moment, or the nearest one that can be shown in every time zone."""
    if is_possible(moment):
        return moment
    nearest = FIRST if moment.year < FIRST.year else LAST
    return nearest if moment.tzinfo else nearest.replace(tzinfo=None)


class MomentField(models.DateTimeField):
    """A date and time from outside. It is read as one that can be shown, whatever the database holds."""

    def deconstruct(self):
        # Migrations contain it as a plain field, so that none of them imports this class.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def clone(self):
        _, _, args, kwargs = self.deconstruct()
        return type(self)(*args, **kwargs)

    def from_db_value(self, value: datetime | None, *_: Any) -> datetime | None:
        return value and possible(value)
