"""The log of what people keep beside articles: topics, providers, images, reasons, rules, feeds and tokens."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.event import Channel


class KeptEvent(models.Model):
    """One entry of an append-only log: what changed on one such row, from what to what, by whom."""

    class Kind(models.TextChoices):
        TOPIC = "topic"
        PROVIDER = "provider"
        IMAGE = "image"
        REASON = "reason"
        RULE = "rule"
        FEED = "feed", "feed of documents"
        TOKEN = "token", "token of a client"

    class Verb(models.TextChoices):
        CREATE = "create"
        CHANGE = "change"
        DELETE = "delete"
        MERGE = "merge"
        RENAME = "rename"
        REVOKE = "revoke"
        UNDO = "undo"

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=Kind)
    row = models.BigIntegerField(help_text="its primary key: the log outlives the row")
    title = models.CharField(max_length=500, help_text="what it was called then")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    verb = models.CharField(max_length=10, choices=Verb)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField(help_text="of the row, afterwards")
    batch = models.UUIDField(null=True, help_text="of the events of articles that changed with it")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    run = models.ForeignKey("ImportRun", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["topic", "provider", "image", "reason", "rule", "feed", "token"]),
                name="kept_event_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(run__isnull=False), name="kept_event_has_an_author"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "row", "-at", "-id"], name="kept_event_by_row"),
            models.Index(fields=["-at", "-id"], name="kept_event_by_date"),
        ]

    def __str__(self):
        return f"{self.verb} {self.kind}: {self.title}"
