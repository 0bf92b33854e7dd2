from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.querysets import EventQuerySet, ReasonQuerySet


class Channel(models.TextChoices):
    ADMIN = "admin"
    DESK = "desk"
    BULK = "bulk"
    IMPORT = "import"
    COMMAND = "command"
    FEED = "feed"
    PUSH = "push"


class Verb(models.TextChoices):
    PUBLISH = "publish"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    SCHEDULE = "schedule"
    SCORE = "score"
    EDIT = "edit"
    CURATE = "curate", "curate related links"
    NOTE = "note", "change the notes"
    FLAG = "flag", "flag, or take the flag back"
    ASSIGN = "assign"
    DUPLICATE = "duplicate", "mark as a duplicate, or not"
    PIN = "pin", "pin to the front page, or unpin"
    COVER = "cover"
    GROUP = "group", "group into one story"
    SPLIT = "split", "split from its story"
    NEVER = "never", "never one story"
    LEAD = "lead", "lead the story, or no longer"
    UNDO = "undo"
    DELETE = "delete"
    IMPORT = "import"
    CONFLICT = "conflict", "conflict with the source"


class Reason(models.Model):
    """A preset reason for rejecting or withdrawing; readers of a withdrawn article see its label."""

    # Of what the source takes back, and of what has left the imported folder.
    TAKEN_BACK, SOURCE_GONE = "taken-back", "source-gone"

    slug = models.SlugField(max_length=50, unique=True)
    label = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="+1 at every write")

    objects = ReasonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label


class Event(models.Model):
    """One entry of the append-only log: what changed on one article, from what to what, by whom and why."""

    at = models.DateTimeField(default=timezone.now)
    # Without a database constraint: the log outlives the article.
    article = models.ForeignKey("Article", on_delete=models.DO_NOTHING, db_constraint=False, related_name="events")
    title = models.CharField(max_length=500, help_text="of the article, then")
    # Its index is below: in the order of the log.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="events", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel)
    verb = models.CharField(max_length=10, choices=Verb)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField(help_text="of the article, afterwards")
    reason = models.ForeignKey(Reason, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True, help_text="the reason in free text")
    batch = models.UUIDField(null=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    run = models.ForeignKey("ImportRun", on_delete=models.PROTECT, null=True, related_name="events")
    # Its index is below.
    rule = models.ForeignKey("RuleVersion", on_delete=models.PROTECT, null=True, related_name="events", db_index=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="event_channel_is_known"),
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="event_verb_is_known"),
            models.CheckConstraint(
                condition=~Q(verb__in=["reject", "withdraw"]) | Q(reason__isnull=False), name="event_has_its_reason"
            ),
            models.CheckConstraint(condition=Q(by__isnull=False) | Q(run__isnull=False), name="event_has_an_author"),
        ]
        indexes = [
            models.Index(fields=["article", "-at", "-id"], name="event_by_article"),
            models.Index(fields=["-at", "-id", "channel"], name="event_by_date"),
            models.Index(fields=["by", "-at", "-id"], name="event_by_person", condition=Q(by__isnull=False)),
            models.Index(fields=["verb", "-at", "-id"], name="event_by_verb"),
            models.Index(fields=["batch", "-id"], name="event_by_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["rule", "-id"], name="event_by_rule", condition=Q(rule__isnull=False)),
        ]

    def __str__(self):
        return f"{self.verb}: {self.title}"
