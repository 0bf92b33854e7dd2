import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.run import ImportRun, Noise, Verdict


class ImportUpload(models.Model):
    """An import, or the undo of a run, that a person requested: first a preview, then, when confirmed, a run."""

    class Kind(models.TextChoices):
        FILES = "files"
        DIRECTORY = "directory"
        UNDO = "undo"
        GIT = "git"

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "waits for its preview"
        PREVIEWING = "previewing", "preview at work"
        READY = "ready", "waits for you"
        CONFIRMED = "confirmed", "waits for its turn"
        IMPORTING = "importing", "at work"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="import_uploads")
    created_at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FILES)
    status = models.CharField(max_length=10, choices=Status, default=Status.UPLOADED)
    since = models.DateTimeField(default=timezone.now, help_text="when it came into this status")
    title = models.TextField(help_text="what was chosen, as people call it")
    directory = models.TextField(blank=True, help_text="on the server; of the kind directory only")
    feed = models.ForeignKey(
        "DocumentFeed", on_delete=models.CASCADE, null=True, blank=True, related_name="held", help_text="it came from"
    )
    commit = models.CharField(max_length=64, blank=True, help_text="of the repository; of the kind git only")
    undoes = models.ForeignKey(ImportRun, on_delete=models.CASCADE, null=True, blank=True, related_name="undo_previews")
    counts = models.JSONField(default=dict, help_text="documents per verdict, in the preview")
    details = models.JSONField(default=dict, help_text="as of a run")
    digest = models.CharField(max_length=32, blank=True, help_text="of the preview: what differs is another one")
    stood_at = models.JSONField(default=dict, help_text="how far the log was at the preview")
    notice = models.TextField(blank=True, help_text="what the person has to know before confirming")
    error = models.TextField(blank=True)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="undo", undoes__isnull=False) | ~Q(kind="undo") & Q(undoes=None),
                name="upload_undoes_a_run_or_none",
            ),
        ]
        indexes = [models.Index(fields=["by", "-created_at"], name="upload_by_person")]

    def __str__(self):
        return self.title

    @property
    def is_waiting(self) -> bool:
        """Whether a worker is processing it, or will do so next."""
        return self.status in ("uploaded", "previewing", "confirmed", "importing")

    @property
    def is_over(self) -> bool:
        return self.status in ("done", "cancelled")


class PreviewFile(models.Model):
    """The effect that the import would have for one document."""

    upload = models.ForeignKey(ImportUpload, on_delete=models.CASCADE, related_name="files")
    path = models.TextField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    messages = models.JSONField(default=list, help_text="[{level, line, field, text}]")
    changes = models.JSONField(default=dict, help_text="{field: [before, after]}")
    noise = models.CharField(max_length=10, choices=Noise, blank=True)
    about = models.JSONField(default=dict, help_text="title, provider and date of the document")
    left_out = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["upload", "verdict", "id"], name="preview_file_by_verdict")]

    def __str__(self):
        return self.path
