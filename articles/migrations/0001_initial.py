"""What stands without articles: pictures, topics, imports and their previews, and how a person works at the desk."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

CHANNELS = [
    ("admin", "Admin"),
    ("desk", "Desk"),
    ("bulk", "Bulk"),
    ("import", "Import"),
    ("command", "Command"),
    ("feed", "Feed"),
    ("push", "Push"),
]
VERDICTS = [
    ("created", "Created"),
    ("updated", "Updated"),
    ("unchanged", "Unchanged"),
    ("conflict", "Conflict"),
    ("kept", "Kept"),
    ("duplicate", "Duplicate"),
    ("rejected", "Rejected"),
    ("removed", "Removed"),
]
NOISE = [("known", "refused as before"), ("unread", "of a kind that is not read")]


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Image",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(max_length=2000, verbose_name="URL")),
                ("url_key", models.BigIntegerField(default=0, editable=False, unique=True)),
                ("width", models.PositiveIntegerField(blank=True, help_text="pixels", null=True)),
                ("height", models.PositiveIntegerField(blank=True, help_text="pixels", null=True)),
                ("title", models.TextField(blank=True)),
                ("attribution", models.TextField(blank=True)),
                ("is_cached", models.BooleanField(default=False, verbose_name="cached upstream")),
                (
                    "version",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False, help_text="+1 at every write"),
                ),
                (
                    "file",
                    models.ImageField(blank=True, max_length=255, upload_to="images/", verbose_name="our own file"),
                ),
                (
                    "copy",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="the digest of its bytes",
                        max_length=32,
                        null=True,
                        verbose_name="our copy",
                    ),
                ),
                (
                    "copy_width",
                    models.PositiveIntegerField(blank=True, editable=False, help_text="of the widest", null=True),
                ),
                ("copy_height", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                (
                    "fetch_at",
                    models.DateTimeField(
                        blank=True,
                        db_default=Now(),
                        default=timezone.now,
                        editable=False,
                        null=True,
                        verbose_name="next try",
                    ),
                ),
                ("fetched_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last try")),
                (
                    "fetch_failures",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="failed tries"
                    ),
                ),
                (
                    "fetch_problem",
                    models.CharField(
                        blank=True, db_default="", editable=False, max_length=200, verbose_name="why there is no copy"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(copy__isnull=False), fields=["copy"], name="image_by_copy"),
                    models.Index(condition=~Q(file=""), fields=["file"], name="image_by_file"),
                    models.Index(condition=Q(fetch_at__isnull=False), fields=["fetch_at"], name="image_by_next_try"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=~Q(url=""), name="image_has_url"),
                    models.CheckConstraint(
                        condition=Q(copy=None, copy_height=None, copy_width=None)
                        | Q(
                            copy__isnull=False,
                            copy_height__gt=0,
                            copy_height__isnull=False,
                            copy_width__gt=0,
                            copy_width__isnull=False,
                        ),
                        name="image_copy_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("folded", models.CharField(editable=False, max_length=600, unique=True)),
                ("slug", models.SlugField(max_length=100, unique=True)),
                ("short_name", models.CharField(blank=True, max_length=200)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.PROTECT, related_name="children", to="articles.topic"
                    ),
                ),
                ("description", models.TextField(blank=True)),
                ("keywords", models.JSONField(blank=True, default=list)),
                ("hashtags", models.JSONField(blank=True, default=list)),
                (
                    "source",
                    models.JSONField(blank=True, default=dict, editable=False, help_text="what documents said last"),
                ),
                (
                    "version",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False, help_text="+1 at every write"),
                ),
            ],
            options={
                "ordering": ["folded"],
                "permissions": [
                    ("import_topic", "Can import topics from CSV and XLSX"),
                    ("export_topic", "Can export topics to CSV and XLSX"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=~Q(name="") & ~Q(folded=""), name="topic_has_name"),
                    models.CheckConstraint(condition=~Q(slug=""), name="topic_has_slug"),
                    models.CheckConstraint(
                        condition=Q(parent=None) | ~Q(parent=F("id")), name="topic_is_not_its_parent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "image",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="%(class)ss", to="articles.image"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("title", models.TextField(blank=True, db_default="", default="")),
                ("attribution", models.TextField(blank=True, db_default="", default="")),
                ("topic", models.ForeignKey(on_delete=models.CASCADE, related_name="image_links", to="articles.topic")),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("topic", "image"), name="topic_image_once")],
            },
        ),
        migrations.AddField(
            "topic",
            "images",
            models.ManyToManyField(related_name="topics", through="articles.TopicImage", to="articles.image"),
        ),
        migrations.CreateModel(
            name="TopicOldSlug",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=100, unique=True)),
                ("topic", models.ForeignKey(on_delete=models.CASCADE, related_name="old_slugs", to="articles.topic")),
            ],
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("position", models.PositiveSmallIntegerField(default=0, help_text="rules are asked in this order")),
                (
                    "mode",
                    models.CharField(
                        choices=[("off", "Off"), ("shadow", "in the shadow"), ("on", "On")], default="off", max_length=6
                    ),
                ),
                (
                    "second_look",
                    models.PositiveSmallIntegerField(
                        default=10, help_text="percent of what it decides that a person sees again"
                    ),
                ),
                ("conditions", models.JSONField(default=dict, help_text="articles.rules.conditions")),
                ("action", models.JSONField(default=dict, help_text="articles.rules.actions")),
                ("version", models.PositiveIntegerField(default=1, editable=False, help_text="+1 at every write")),
                (
                    "changed_by",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("changed_at", models.DateTimeField(default=timezone.now)),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=Q(("name", ""), _negated=True), name="rule_has_name"),
                    models.CheckConstraint(
                        condition=Q(("mode__in", ["off", "shadow", "on"])), name="rule_mode_is_known"
                    ),
                    models.CheckConstraint(condition=Q(("second_look__lte", 100)), name="rule_second_look_is_percent"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.ForeignKey(on_delete=models.PROTECT, related_name="versions", to="articles.rule")),
                ("number", models.PositiveIntegerField(help_text="the version of the rule from which on it said this")),
                ("name", models.CharField(max_length=100)),
                ("conditions", models.JSONField(default=dict)),
                ("action", models.JSONField(default=dict)),
                ("by", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField(default=timezone.now)),
            ],
            options={
                "ordering": ["rule", "-number"],
                "constraints": [models.UniqueConstraint(fields=("rule", "number"), name="rule_version_once")],
            },
        ),
        migrations.CreateModel(
            name="DocumentFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("folder", "Folder"), ("git", "git repository"), ("push", "push by a client")],
                        max_length=6,
                    ),
                ),
                (
                    "location",
                    models.CharField(
                        blank=True,
                        help_text="a folder of the server, or the path or URL of a repository",
                        max_length=500,
                    ),
                ),
                (
                    "branch",
                    models.CharField(blank=True, help_text="of the repository; empty: its default one", max_length=200),
                ),
                (
                    "folder",
                    models.CharField(blank=True, help_text="in the repository; empty: all of it", max_length=500),
                ),
                (
                    "prefix",
                    models.CharField(
                        blank=True,
                        help_text="stands before each path, where two feeds use the same paths",
                        max_length=100,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("at_once", "import at once"), ("preview", "preview first")],
                        default="at_once",
                        max_length=8,
                    ),
                ),
                ("minutes", models.PositiveIntegerField(default=15, help_text="between two looks")),
                ("is_on", models.BooleanField(default=True)),
                ("max_rejected", models.PositiveSmallIntegerField(default=20, help_text="percent of its documents")),
                (
                    "max_changed",
                    models.PositiveSmallIntegerField(default=50, help_text="percent of its known documents"),
                ),
                ("max_gone", models.PositiveSmallIntegerField(default=20, help_text="percent of its known documents")),
                (
                    "by",
                    models.ForeignKey(
                        help_text="who is responsible for it",
                        on_delete=models.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, editable=False, help_text="+1 at every write of its settings"
                    ),
                ),
                ("created_at", models.DateTimeField(default=timezone.now, editable=False)),
                ("next_look_at", models.DateTimeField(default=timezone.now, editable=False)),
                ("looked_at", models.DateTimeField(editable=False, null=True)),
                (
                    "problem",
                    models.TextField(blank=True, editable=False, help_text="why the last look found nothing to read"),
                ),
                (
                    "listing",
                    models.CharField(
                        blank=True, editable=False, help_text="of the names and sizes found", max_length=64
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True, editable=False, help_text="of the content that was taken last", max_length=64
                    ),
                ),
                (
                    "documents",
                    models.PositiveIntegerField(default=0, editable=False, help_text="that it had at the last import"),
                ),
                ("last_arrival_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(condition=Q(("name", ""), _negated=True), name="feed_has_name"),
                    models.CheckConstraint(
                        condition=Q(
                            ("kind", "push"),
                            Q(("kind__in", ["folder", "git"]), Q(("location", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="feed_has_location",
                    ),
                    models.CheckConstraint(
                        condition=Q(("mode__in", ["at_once", "preview"])), name="feed_mode_is_known"
                    ),
                    models.CheckConstraint(condition=Q(("minutes__gte", 1)), name="feed_minutes_from_1"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("interrupted", "Interrupted"),
                            ("failed", "Failed"),
                        ],
                        default="running",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField(default=timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="import_runs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("channel", models.CharField(choices=CHANNELS, default="command", max_length=10)),
                (
                    "feed",
                    models.ForeignKey(
                        blank=True,
                        help_text="it came from",
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="runs",
                        to="articles.documentfeed",
                    ),
                ),
                ("holder", models.CharField(blank=True, help_text="host and process that runs it", max_length=200)),
                ("roots", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                (
                    "digest",
                    models.CharField(
                        blank=True, help_text="of all paths and contents: equal runs had equal input", max_length=32
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, help_text="documents found")),
                ("counts", models.JSONField(default=dict, help_text="documents per verdict, so far")),
                ("details", models.JSONField(default=dict, help_text="what is counted beside: importing.runs.report")),
                ("cut_at", models.DateTimeField(help_text="when its files were deleted for their age", null=True)),
                (
                    "undoes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="undone_by",
                        to="articles.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ["-started_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(finished_at=None, status="running")
                        | ~Q(status="running") & Q(finished_at__isnull=False),
                        name="run_end_is_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportUpload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="import_uploads", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("created_at", models.DateTimeField(default=timezone.now)),
                (
                    "kind",
                    models.CharField(
                        choices=[("files", "Files"), ("directory", "Directory"), ("undo", "Undo"), ("git", "Git")],
                        default="files",
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("uploaded", "waits for its preview"),
                            ("previewing", "preview at work"),
                            ("ready", "waits for you"),
                            ("confirmed", "waits for its turn"),
                            ("importing", "at work"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField(default=timezone.now, help_text="when it came into this status")),
                ("title", models.TextField(help_text="what was chosen, as people call it")),
                ("directory", models.TextField(blank=True, help_text="on the server; of the kind directory only")),
                (
                    "feed",
                    models.ForeignKey(
                        blank=True,
                        help_text="it came from",
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="held",
                        to="articles.documentfeed",
                    ),
                ),
                (
                    "commit",
                    models.CharField(blank=True, help_text="of the repository; of the kind git only", max_length=64),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="undo_previews",
                        to="articles.importrun",
                    ),
                ),
                ("counts", models.JSONField(default=dict, help_text="documents per verdict, in the preview")),
                ("details", models.JSONField(default=dict, help_text="as of a run")),
                (
                    "digest",
                    models.CharField(
                        blank=True, help_text="of the preview: what differs is another one", max_length=32
                    ),
                ),
                ("stood_at", models.JSONField(default=dict, help_text="how far the log was at the preview")),
                ("notice", models.TextField(blank=True, help_text="what the person has to know before confirming")),
                ("error", models.TextField(blank=True)),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="uploads",
                        to="articles.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["by", "-created_at"], name="upload_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind="undo", undoes__isnull=False) | ~Q(kind="undo") & Q(undoes=None),
                        name="upload_undoes_a_run_or_none",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PreviewFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "upload",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="files", to="articles.importupload"),
                ),
                ("path", models.TextField()),
                ("verdict", models.CharField(choices=VERDICTS, max_length=10)),
                ("messages", models.JSONField(default=list, help_text="[{level, line, field, text}]")),
                ("changes", models.JSONField(default=dict, help_text="{field: [before, after]}")),
                ("noise", models.CharField(blank=True, choices=NOISE, max_length=10)),
                ("about", models.JSONField(default=dict, help_text="title, provider and date of the document")),
                ("left_out", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["upload", "verdict", "id"], name="preview_file_by_verdict")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, help_text="what follows the ? in the address", max_length=1000)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "name"), name="saved_view_once"),
                    models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskPreference",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="desk",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("keys", models.BooleanField(default=True, help_text="one key for each action")),
                (
                    "digits",
                    models.BooleanField(default=False, help_text="the digit of a reason sends the rejection at once"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QueueOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "heat",
                    models.FloatField(
                        default=1,
                        help_text="for each doubling of the heat",
                        validators=[MinValueValidator(-100), MaxValueValidator(100)],
                    ),
                ),
                (
                    "quality",
                    models.FloatField(
                        default=2,
                        help_text="for a quality where people make the difference",
                        validators=[MinValueValidator(-100), MaxValueValidator(100)],
                    ),
                ),
                (
                    "quality_from",
                    models.SmallIntegerField(
                        default=50,
                        help_text="is where that band begins",
                        validators=[MinValueValidator(-1), MaxValueValidator(1000)],
                    ),
                ),
                (
                    "quality_to",
                    models.SmallIntegerField(
                        default=90,
                        help_text="is where it ends",
                        validators=[MinValueValidator(-1), MaxValueValidator(1000)],
                    ),
                ),
                (
                    "trust",
                    models.FloatField(
                        default=1,
                        help_text="for a trusted provider, and less for a distrusted one",
                        validators=[MinValueValidator(-100), MaxValueValidator(100)],
                    ),
                ),
                (
                    "age",
                    models.FloatField(
                        default=-0.5,
                        help_text="for each day that the original was old when it came",
                        validators=[MinValueValidator(-100), MaxValueValidator(100)],
                    ),
                ),
                (
                    "undated_days",
                    models.PositiveSmallIntegerField(
                        default=3650,
                        help_text="days count for an original without a date",
                        validators=[MaxValueValidator(30000)],
                    ),
                ),
                (
                    "waiting",
                    models.FloatField(
                        default=0.05,
                        help_text="for each day since it came",
                        validators=[MinValueValidator(-100), MaxValueValidator(100)],
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False, unique=True)),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("quality_from__lte", F("quality_to"))), name="queue_order_has_a_band"
                    ),
                ],
            },
        ),
    ]
