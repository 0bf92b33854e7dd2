from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.article import Article


class OriginalCheck(models.Model):
    """What was found when we last asked whether the original of an article is still there."""

    class Result(models.TextChoices):
        ALIVE = "alive"
        DEAD = "dead"
        UNKNOWN = "unknown", "not known"

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="original_check", primary_key=True)
    url = models.TextField(help_text="that was asked; another one is asked anew")
    result = models.CharField(max_length=7, choices=Result, default=Result.UNKNOWN)
    problem = models.CharField(max_length=200, blank=True, help_text="what was answered last, if it was no success")
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    checked_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    dead_since = models.DateTimeField(null=True, help_text="the first of these failures")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(result__in=["alive", "dead", "unknown"]), name="check_result_is_known"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="check_by_next"),
            models.Index(fields=["article"], condition=Q(result="dead"), name="check_dead"),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.result}"
