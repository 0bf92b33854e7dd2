"""Rules: what is done with an arrival before a person sees it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Rule(models.Model):
    """A rule as it is now: conditions, one action, and whether it acts. `articles.rules` reads both from JSON.

    Rules are asked in the order of `position`. Each version that said something else is kept as a RuleVersion.
    """

    class Mode(models.TextChoices):
        OFF = "off"
        SHADOW = "shadow", "in the shadow"
        ON = "on"

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="rules are asked in this order")
    mode = models.CharField(max_length=6, choices=Mode, default=Mode.OFF)
    second_look = models.PositiveSmallIntegerField(
        default=10, help_text="percent of what it decides that a person sees again"
    )
    conditions = models.JSONField(default=dict, help_text="articles.rules.conditions")
    action = models.JSONField(default=dict, help_text="articles.rules.actions")
    version = models.PositiveIntegerField(default=1, editable=False, help_text="+1 at every write")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="rule_has_name"),
            models.CheckConstraint(condition=Q(mode__in=["off", "shadow", "on"]), name="rule_mode_is_known"),
            models.CheckConstraint(condition=Q(second_look__lte=100), name="rule_second_look_is_percent"),
        ]

    def __str__(self):
        return self.name


class RuleVersion(models.Model):
    """What a rule said, and who wrote it: never changed, since articles and events name it."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="the version of the rule from which on it said this")
    name = models.CharField(max_length=100)
    conditions = models.JSONField(default=dict)
    action = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["rule", "-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once")]

    def __str__(self):
        return f"{self.name}, version {self.number}"


class ShadowRuling(models.Model):
    """What a rule in the shadow would have done with an arrival."""

    rule = models.ForeignKey(RuleVersion, on_delete=models.CASCADE, related_name="shadow_rulings", db_index=False)
    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "article"], name="shadow_ruling_once")]

    def __str__(self):
        return f"{self.rule_id}: {self.article_id}"
