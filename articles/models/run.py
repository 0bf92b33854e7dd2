from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.event import Channel


class Verdict(models.TextChoices):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    KEPT = "kept"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    REMOVED = "removed"


class Noise(models.TextChoices):
    """What a report tells in one line for all such files."""

    KNOWN = "known", "refused as before"
    UNREAD = "unread", "of a kind that is not read"


class ImportRun(models.Model):
    """An import: who started it, when, from where, and the number of documents for each verdict."""

    class Status(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        INTERRUPTED = "interrupted"
        FAILED = "failed"

    status = models.CharField(max_length=12, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="import_runs"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.COMMAND)
    feed = models.ForeignKey(
        "DocumentFeed", on_delete=models.SET_NULL, null=True, blank=True, related_name="runs", help_text="it came from"
    )
    holder = models.CharField(max_length=200, blank=True, help_text="host and process that runs it")
    roots = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    digest = models.CharField(
        max_length=32, blank=True, help_text="of all paths and contents: equal runs had equal input"
    )
    total = models.PositiveIntegerField(default=0, help_text="documents found")
    counts = models.JSONField(default=dict, help_text="documents per verdict, so far")
    details = models.JSONField(default=dict, help_text="what is counted beside: importing.runs.report")
    cut_at = models.DateTimeField(null=True, help_text="when its files were deleted for their age")
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None) | ~Q(status="running") & Q(finished_at__isnull=False),
                name="run_end_is_whole",
            ),
        ]

    def __str__(self):
        return f"run {self.pk}"

    @property
    def done(self) -> int:
        """The number of documents that have a verdict so far."""
        return sum(self.counts.values())

    @property
    def rate(self) -> float:
        """Documents per second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def source_title(self) -> str:
        """The name of the source for people: the chosen files or folder, the roots, or the run that was undone."""
        if self.undoes_id:
            return f"Undoes run {self.undoes_id}"
        return self.options.get("chosen") or ", ".join(self.roots)

    @property
    def seconds(self) -> float:
        return ((self.finished_at or timezone.now()) - self.started_at).total_seconds()


class ImportFile(models.Model):
    """The verdict on one document of a run. An unchanged one has a row only if its bytes differ, or for its messages.

    What an import changed in an article stands in its event; `changes` holds what no event does. Rows are cut by age.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="files", db_index=False)
    path = models.TextField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    noise = models.CharField(max_length=10, choices=Noise, blank=True)
    messages = models.JSONField(default=list, help_text="[{level, line, field, text}]")
    changes = models.JSONField(default=dict, help_text="{field: [before, after]}")
    article = models.ForeignKey("Article", on_delete=models.SET_NULL, null=True, related_name="import_files")
    version = models.PositiveIntegerField(default=0, help_text="of the article, afterwards")
    earlier = models.BinaryField(
        null=True, help_text="the article's document before this run, if it was another: what differs from the new one"
    )
    earlier_conflicts = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="import_file_verdict_is_known"),
        ]
        indexes = [models.Index(fields=["run", "verdict", "id"], name="import_file_by_verdict")]

    def __str__(self):
        return self.path
