from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import NOT_PROVIDED, Q, Subquery
from django.db.models.functions import JSONObject

WITHIN = [MinValueValidator(-100), MaxValueValidator(100)]
DAYS = [MaxValueValidator(30_000)]
SCORES = [MinValueValidator(-1), MaxValueValidator(1000)]


class QueueOrder(models.Model):
    """The points that place articles in the queue (articles.priority): the last row; without one, the defaults.

    Each change is a row of its own, so the earlier ones tell who changed what.
    """

    heat = models.FloatField(default=1, validators=WITHIN, help_text="for each doubling of the heat")
    quality = models.FloatField(
        default=2, validators=WITHIN, help_text="for a quality where people make the difference"
    )
    quality_from = models.SmallIntegerField(default=50, validators=SCORES, help_text="is where that band begins")
    quality_to = models.SmallIntegerField(default=90, validators=SCORES, help_text="is where it ends")
    trust = models.FloatField(
        default=1, validators=WITHIN, help_text="for a trusted provider, and less for a distrusted one"
    )
    age = models.FloatField(
        default=-0.5, validators=WITHIN, help_text="for each day that the original was old when it came"
    )
    undated_days = models.PositiveSmallIntegerField(
        default=3650, validators=DAYS, help_text="days count for an original without a date"
    )
    waiting = models.FloatField(default=0.05, validators=WITHIN, help_text="for each day since it came")
    version = models.PositiveIntegerField(default=0, unique=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quality_from__lte=models.F("quality_to")), name="queue_order_has_a_band"
            ),
        ]

    def __str__(self):
        return "order of the queue"

    @classmethod
    def changes(cls, most: int) -> list[tuple[QueueOrder, list[tuple[str, float, float]]]]:
        """Returns the last versions, and of each what it changed: the name of the points, before, and after."""
        rows: list[QueueOrder] = [*cls.objects.select_related("changed_by")[: most + 1], cls()]
        return [
            (
                new,
                [
                    (_in_words(name), getattr(old, name), getattr(new, name))
                    for name in POINTS
                    if _differ(old, new, name)
                ],
            )
            for new, old in list(pairwise(rows))[:most]
        ]

    @classmethod
    def in_force(cls) -> QueueOrder:
        return cls.objects.first() or cls()

    @classmethod
    def as_column(cls) -> Subquery:
        """Returns the points for a query of articles, which then needs no second one; None stands for the defaults."""
        return Subquery(cls.objects.values(points=JSONObject(**{name: name for name in POINTS}))[:1])

    @classmethod
    def from_column(cls, values: dict[str, Any] | None) -> QueueOrder:
        return cls(**values) if values else DEFAULTS


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _differ(old: QueueOrder, new: QueueOrder, name: str) -> bool:
    return bool(getattr(old, name) != getattr(new, name))


POINTS = tuple(field.name for field in QueueOrder._meta.fields if field.default != NOT_PROVIDED and field.editable)
DEFAULTS = QueueOrder()
