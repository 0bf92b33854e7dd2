"""Feeds of documents: the places that documents come from by themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class DocumentFeed(models.Model):
    """A folder or a git repository that the worker looks at, or a client that pushes; and what to do with what came.

    Its state (fine, late, silent, held) is derived: `articles.intake.states`.
    """

    class Kind(models.TextChoices):
        FOLDER = "folder"
        GIT = "git", "git repository"
        PUSH = "push", "push by a client"

    class Mode(models.TextChoices):
        AT_ONCE = "at_once", "import at once"
        PREVIEW = "preview", "preview first"

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=6, choices=Kind)
    location = models.CharField(
        max_length=500, blank=True, help_text="a folder of the server, or the path or URL of a repository"
    )
    branch = models.CharField(max_length=200, blank=True, help_text="of the repository; empty: its default one")
    folder = models.CharField(max_length=500, blank=True, help_text="in the repository; empty: all of it")
    prefix = models.CharField(
        max_length=100, blank=True, help_text="stands before each path, where two feeds use the same paths"
    )
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.AT_ONCE)
    minutes = models.PositiveIntegerField(default=15, help_text="between two looks")
    is_on = models.BooleanField(default=True)
    # A run that would reject, change, or miss more than this is held. 100: never.
    max_rejected = models.PositiveSmallIntegerField(default=20, help_text="percent of its documents")
    max_changed = models.PositiveSmallIntegerField(default=50, help_text="percent of its known documents")
    max_gone = models.PositiveSmallIntegerField(default=20, help_text="percent of its known documents")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="who is responsible for it"
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text="+1 at every write of its settings")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # What the worker knows. None of it changes `version`.
    next_look_at = models.DateTimeField(default=timezone.now, editable=False)
    looked_at = models.DateTimeField(null=True, editable=False)
    problem = models.TextField(blank=True, editable=False, help_text="why the last look found nothing to read")
    listing = models.CharField(max_length=64, blank=True, editable=False, help_text="of the names and sizes found")
    digest = models.CharField(max_length=64, blank=True, editable=False, help_text="of the content that was taken last")
    documents = models.PositiveIntegerField(default=0, editable=False, help_text="that it had at the last import")
    last_arrival_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="feed_has_name"),
            models.CheckConstraint(
                condition=Q(kind="push") | Q(kind__in=["folder", "git"]) & ~Q(location=""), name="feed_has_location"
            ),
            models.CheckConstraint(condition=Q(mode__in=["at_once", "preview"]), name="feed_mode_is_known"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="feed_minutes_from_1"),
        ]

    def __str__(self):
        return self.name


class Arrival(models.Model):
    """A moment at which a feed brought something new. The gaps between them are its rhythm."""

    feed = models.ForeignKey(DocumentFeed, on_delete=models.CASCADE, related_name="arrivals", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    run = models.ForeignKey("ImportRun", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["feed", "-at", "-id"], name="arrival_by_feed")]

    def __str__(self):
        return f"{self.feed_id}: {self.at}"


class Silence(models.Model):
    """An alert that a feed or a provider has sent nothing for longer than it ever does; the next arrival closes it."""

    feed = models.ForeignKey(DocumentFeed, on_delete=models.CASCADE, null=True, related_name="silences")
    provider = models.ForeignKey("providers.Provider", on_delete=models.CASCADE, null=True, related_name="silences")
    since = models.DateTimeField(help_text="the last arrival")
    raised_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(feed=None, provider__isnull=False) | Q(feed__isnull=False, provider=None),
                name="silence_of_one",
            ),
            models.UniqueConstraint(fields=["feed"], condition=Q(closed_at=None), name="silence_of_feed_once"),
            models.UniqueConstraint(fields=["provider"], condition=Q(closed_at=None), name="silence_of_provider_once"),
        ]

    def __str__(self):
        return f"silent since {self.since}"


class PushToken(models.Model):
    """The secret of a client that pushes documents. We hold its hash alone; it was shown once."""

    class Scope(models.TextChoices):
        DOCUMENTS = "documents", "put single documents"
        IMPORTS = "imports", "send archives"
        READ = "read", "read the reports of its imports"

    feed = models.ForeignKey(DocumentFeed, on_delete=models.CASCADE, related_name="tokens")
    client = models.CharField(max_length=100, help_text="whom it is for")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hex")
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    uses = models.PositiveBigIntegerField(default=0)
    used_at = models.DateTimeField(null=True, help_text="last")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(client="") & ~Q(digest=""), name="token_is_whole"),
            models.CheckConstraint(
                condition=Q(revoked_by=None, revoked_at=None) | Q(revoked_by__isnull=False, revoked_at__isnull=False),
                name="token_revocation_is_whole",
            ),
        ]

    def __str__(self):
        return self.client
