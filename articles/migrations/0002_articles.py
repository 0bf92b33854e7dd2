"""The articles, with all that names one: topics, pictures, related links, the log and the reports of imports."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
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
TYPES = [
    ("article", "Article"),
    ("video", "Video"),
    ("podcast", "Podcast"),
    ("download", "Download"),
    ("course", "Course"),
    ("collection", "Collection"),
    ("forum", "Forum"),
    ("event", "Event"),
    ("webinar", "Webinar"),
    ("person", "Person"),
]
CATEGORIES = [
    ("news", "News"),
    ("sample", "Sample"),
    ("learning", "Learning"),
    ("people", "People"),
    ("community", "Community"),
    ("newsletter", "Newsletter"),
    ("event", "Event"),
]
VERBS = [
    ("publish", "Publish"),
    ("reject", "Reject"),
    ("withdraw", "Withdraw"),
    ("reopen", "Reopen"),
    ("schedule", "Schedule"),
    ("score", "Score"),
    ("edit", "Edit"),
    ("curate", "curate related links"),
    ("note", "change the notes"),
    ("flag", "flag, or take the flag back"),
    ("assign", "Assign"),
    ("duplicate", "mark as a duplicate, or not"),
    ("pin", "pin to the front page, or unpin"),
    ("cover", "Cover"),
    ("group", "group into one story"),
    ("split", "split from its story"),
    ("never", "never one story"),
    ("lead", "lead the story, or no longer"),
    ("undo", "Undo"),
    ("delete", "Delete"),
    ("import", "Import"),
    ("conflict", "conflict with the source"),
]


def in_conflict(*names):
    conflicts = Cast("conflicts", models.TextField())
    return reduce(or_, (Q(Contains(conflicts, f'"{name}"')) for name in names))


def keep_in_one_place(apps, schema_editor):
    """Let PostgreSQL keep an article in one place: most are a little wider than where it begins to compress them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_article SET (toast_tuple_target = 8160)")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("articles", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("providers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "path",
                    models.CharField(
                        blank=True,
                        help_text="of the document, relative to the imported root",
                        max_length=500,
                        null=True,
                    ),
                ),
                (
                    "source_digest",
                    models.BinaryField(default=b"", help_text="BLAKE2b of the document's bytes", max_length=16),
                ),
                ("slug", models.SlugField(db_index=False, max_length=100)),
                ("category", models.CharField(choices=CATEGORIES, default="news", max_length=20)),
                ("type", models.CharField(choices=TYPES, default="article", max_length=20)),
                ("title", models.CharField(max_length=500)),
                ("excerpt", models.TextField(blank=True)),
                ("body", models.TextField(blank=True, help_text="what follows the front matter, as it came")),
                ("web_url", models.CharField(blank=True, max_length=2000, verbose_name="web URL")),
                ("original_url", models.CharField(blank=True, max_length=2000, verbose_name="original URL")),
                ("amp_url", models.CharField(blank=True, max_length=2000, verbose_name="AMP URL")),
                ("cdn_amp_url", models.CharField(blank=True, max_length=2000, verbose_name="CDN AMP URL")),
                ("canonical_url", models.CharField(editable=False, max_length=2000, verbose_name="canonical URL")),
                (
                    "twin_key",
                    models.BigIntegerField(
                        default=0,
                        editable=False,
                        help_text="the key of links.twin_key: equal for spellings of what is one page",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        help_text="when the provider published the original", verbose_name="original's date"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False, on_delete=models.PROTECT, related_name="articles", to="providers.provider"
                    ),
                ),
                ("quality", models.IntegerField(default=0, help_text="how good: 0 and up")),
                ("heat", models.IntegerField(default=-1, help_text="how hot: 0 and up; −1 is not scored")),
                ("rank", models.FloatField(default=0, editable=False, help_text="orders the front page")),
                ("published", models.BooleanField(default=False, help_text="lets readers see it")),
                (
                    "document_publishes",
                    models.BooleanField(
                        editable=False,
                        help_text="the flag of its document; NULL for a collection without one",
                        null=True,
                    ),
                ),
                ("publish_at", models.DateTimeField(blank=True, help_text="not before", null=True)),
                ("expires_at", models.DateTimeField(blank=True, help_text="not after", null=True)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="reviews",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ruled_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        help_text="the rule that decided, until a person does",
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="ruled",
                        to="articles.ruleversion",
                    ),
                ),
                (
                    "second_look",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        help_text="a person is to look at what a rule decided",
                    ),
                ),
                (
                    "first_published_at",
                    models.DateTimeField(blank=True, help_text="when readers could first see it", null=True),
                ),
                (
                    "state",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Case(
                            When(published=True, reviewed_at__isnull=False, then=Value("published")),
                            When(published=True, then=Value("live")),
                            When(cleared_as="covered", reviewed_at__isnull=False, then=Value("covered")),
                            When(
                                cleared_as="duplicate",
                                duplicate_of__isnull=False,
                                reviewed_at__isnull=False,
                                then=Value("duplicate"),
                            ),
                            When(first_published_at__isnull=False, reviewed_at__isnull=False, then=Value("withdrawn")),
                            When(reviewed_at__isnull=False, then=Value("rejected")),
                            default=Value("pending"),
                        ),
                        output_field=models.CharField(
                            choices=[
                                ("pending", "Pending"),
                                ("live", "live, not reviewed"),
                                ("published", "Published"),
                                ("rejected", "Rejected"),
                                ("withdrawn", "Withdrawn"),
                                ("covered", "Covered"),
                                ("duplicate", "Duplicate"),
                            ],
                            max_length=20,
                        ),
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, help_text="+1 at every write")),
                (
                    "claimed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="duplicates",
                        to="articles.article",
                    ),
                ),
                (
                    "cleared_as",
                    models.CharField(
                        blank=True,
                        choices=[("covered", "Covered"), ("duplicate", "Duplicate")],
                        db_default="",
                        default="",
                        help_text="covered: listed under its story as a link; duplicate: its readers go to the other article",
                        max_length=10,
                    ),
                ),
                (
                    "together",
                    models.JSONField(
                        blank=True,
                        db_default=[],
                        default=list,
                        editable=False,
                        help_text="keys of articles that tell the same story",
                    ),
                ),
                (
                    "apart",
                    models.JSONField(
                        blank=True,
                        db_default=[],
                        default=list,
                        editable=False,
                        help_text="keys of articles that tell another story",
                    ),
                ),
                (
                    "lead_at",
                    models.DateTimeField(blank=True, help_text="since when it leads its story", null=True),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "flag",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="why a colleague wants another look",
                        max_length=500,
                    ),
                ),
                ("notes", models.TextField(blank=True, db_default="", default="", help_text="for colleagues only")),
                (
                    "pinned_at",
                    models.DateTimeField(blank=True, help_text="since when it leads the front page", null=True),
                ),
                (
                    "removed",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="as its document says",
                        verbose_name="taken back by the source",
                    ),
                ),
                (
                    "related_closed",
                    models.BooleanField(
                        default=False,
                        help_text="new links of documents arrive hidden",
                        verbose_name="list of related links is closed",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        help_text="the import that wrote it last",
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="articles",
                        to="articles.importrun",
                    ),
                ),
                (
                    "extra",
                    models.JSONField(blank=True, default=dict, editable=False, help_text="the document's other keys"),
                ),
                (
                    "secured",
                    models.TextField(blank=True, editable=False, help_text="an encrypted payload: never shown"),
                ),
                (
                    "source",
                    models.BinaryField(default=b"", help_text="the document at the last import, compressed"),
                ),
                (
                    "conflicts",
                    models.JSONField(
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="fields that both the document and a person changed",
                    ),
                ),
                (
                    "queue",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Case(
                            When(~Q(flag=""), then=Value("flagged")),
                            When(in_conflict("published", "removed") & Q(published=True), then=Value("removed")),
                            When(
                                in_conflict("original_url", "provider", "web_url") & Q(reviewed_at__isnull=False),
                                then=Value("changed"),
                            ),
                            When(Q(removed=True, published=False, reviewed_at=None), then=Value("")),
                            When(~Q(conflicts=[]) & (Q(published=True) | Q(reviewed_at=None)), then=Value("conflict")),
                            When(
                                Q(duplicate_of__isnull=False) & (Q(published=True) | Q(reviewed_at=None)),
                                then=Value("duplicate"),
                            ),
                            When(published=True, reviewed_at=None, then=Value("live")),
                            When(reviewed_at=None, then=Value("pending")),
                            When(second_look=True, then=Value("second_look")),
                            default=Value(""),
                        ),
                        output_field=models.CharField(
                            choices=[
                                ("flagged", "flagged by a colleague"),
                                ("removed", "taken back by the source"),
                                ("changed", "changed after your decision"),
                                ("conflict", "conflict with the source"),
                                ("duplicate", "possible duplicate"),
                                ("live", "live, not reviewed"),
                                ("pending", "pending"),
                                ("second_look", "second look at a rule"),
                            ],
                            max_length=20,
                        ),
                    ),
                ),
                (
                    "priority",
                    models.FloatField(default=0, editable=False, help_text="orders the queue: articles.priority"),
                ),
                ("created_at", models.DateTimeField(default=timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(default=timezone.now, editable=False)),
                (
                    "changed_for_readers_at",
                    models.DateTimeField(
                        default=timezone.now,
                        editable=False,
                        help_text="when readers could see something else: articles.history.seen",
                    ),
                ),
            ],
            options={
                "ordering": ["-published_at", "-pk"],
                "permissions": [
                    ("moderate_article", "Can publish, reject, withdraw, reopen and score articles"),
                    ("import_article", "Can import articles from CSV and XLSX"),
                    ("export_article", "Can export articles to CSV and XLSX"),
                ],
                "indexes": [
                    models.Index(condition=Q(published=True), fields=["-rank", "-id"], name="article_front"),
                    models.Index(
                        condition=Q(published=True),
                        fields=["-published_at", "-id", "published", "category", "publish_at", "expires_at"],
                        name="article_latest",
                    ),
                    models.Index(
                        condition=Q(published=True),
                        fields=["category", "-heat", "path", "published", "publish_at", "expires_at"],
                        name="article_hottest",
                    ),
                    models.Index(
                        condition=Q(published=True),
                        fields=["id", "published", "publish_at", "expires_at"],
                        name="article_visible_by_key",
                    ),
                    models.Index(fields=["provider", "-published_at", "-id"], name="article_by_provider"),
                    models.Index(
                        fields=["provider", "-created_at", "queue", "published", "reviewed_by", "ruled_by"],
                        name="article_by_arrival",
                    ),
                    models.Index(
                        condition=Q(published=True),
                        fields=["provider", "-published_at", "-id", "published", "publish_at", "expires_at"],
                        name="article_latest_by_provider",
                    ),
                    models.Index(
                        fields=["state", "-published_at", "-id", "type", "category", "provider", "quality", "heat"],
                        name="article_by_state",
                    ),
                    models.Index(fields=["-published_at", "-id"], name="article_by_date"),
                    models.Index(fields=["twin_key"], name="article_by_twin"),
                    models.Index(
                        condition=~Q(queue=""),
                        fields=["-priority", "-id", "type", "category", "provider", "quality", "heat"],
                        name="article_queue",
                    ),
                    models.Index(
                        condition=~Q(queue=""),
                        fields=["queue", "-priority", "-id", "type", "category", "provider", "quality", "heat"],
                        name="article_queue_by_reason",
                    ),
                    models.Index(
                        condition=Q(publish_at__isnull=False), fields=["publish_at"], name="article_by_publish_at"
                    ),
                    models.Index(
                        condition=Q(expires_at__isnull=False), fields=["expires_at"], name="article_by_expires_at"
                    ),
                    models.Index(
                        condition=~Q(queue=""),
                        fields=["-published_at", "-id", "type", "category", "provider", "quality", "heat"],
                        name="article_queue_by_date",
                    ),
                    models.Index(condition=Q(pinned_at__isnull=False), fields=["-pinned_at"], name="article_pinned"),
                    models.Index(condition=Q(removed=True), fields=["state"], name="article_taken_back"),
                    models.Index(
                        condition=Q(reviewed_by__isnull=False), fields=["reviewed_by"], name="article_by_reviewed_by"
                    ),
                    models.Index(condition=Q(ruled_by__isnull=False), fields=["ruled_by"], name="article_by_ruled_by"),
                    models.Index(
                        condition=Q(claimed_by__isnull=False), fields=["claimed_by"], name="article_by_claimed_by"
                    ),
                    models.Index(
                        condition=Q(assigned_to__isnull=False), fields=["assigned_to"], name="article_by_assigned_to"
                    ),
                    models.Index(
                        condition=Q(duplicate_of__isnull=False), fields=["duplicate_of"], name="article_by_duplicate_of"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("path",), name="article_path_once"),
                    models.UniqueConstraint(fields=("slug",), name="article_slug_once"),
                    models.CheckConstraint(condition=~Q(title=""), name="article_has_title"),
                    models.CheckConstraint(condition=~Q(slug=""), name="article_has_slug"),
                    models.CheckConstraint(condition=~Q(canonical_url=""), name="article_has_link"),
                    models.CheckConstraint(
                        condition=Q(category__in=[key for key, _ in CATEGORIES]), name="article_category_is_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(type__in=[key for key, _ in TYPES]), name="article_type_is_known"
                    ),
                    models.CheckConstraint(condition=Q(quality__gte=0), name="article_quality_from_0"),
                    models.CheckConstraint(condition=Q(heat__gte=-1), name="article_heat_from_minus_1"),
                    models.CheckConstraint(
                        condition=Q(reviewed_at=None, reviewed_by=None, ruled_by=None)
                        | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, ruled_by=None)
                        | Q(reviewed_at__isnull=False, reviewed_by=None, ruled_by__isnull=False),
                        name="article_review_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(second_look=False) | Q(ruled_by__isnull=False),
                        name="article_second_look_at_a_rule",
                    ),
                    models.CheckConstraint(
                        condition=Q(cleared_as__in=["", "covered", "duplicate"]), name="article_clearing_is_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(cleared_as="") | Q(published=False, reviewed_at__isnull=False),
                        name="article_cleared_by_decision",
                    ),
                    models.CheckConstraint(
                        condition=Q(claimed_by=None, claimed_until=None)
                        | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                        name="article_claim_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(published=False) | Q(first_published_at__isnull=False),
                        name="article_published_has_first_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(publish_at=None) | Q(expires_at=None) | Q(expires_at__gt=F("publish_at")),
                        name="article_expires_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="topic_links", to="articles.article"
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="article_links", to="articles.topic"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("article", "topic"), name="article_topic_once")],
            },
        ),
        migrations.AddField(
            "article",
            "topics",
            models.ManyToManyField(related_name="articles", through="articles.ArticleTopic", to="articles.topic"),
        ),
        migrations.CreateModel(
            name="ArticleImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "image",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="%(class)ss", to="articles.image"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("title", models.TextField(blank=True, db_default="", default="")),
                ("attribution", models.TextField(blank=True, db_default="", default="")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="image_links", to="articles.article"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("article", "image"), name="article_image_once")],
            },
        ),
        migrations.AddField(
            "article",
            "images",
            models.ManyToManyField(related_name="articles", through="articles.ArticleImage", to="articles.image"),
        ),
        migrations.CreateModel(
            name="ArticleOldSlug",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=100, unique=True)),
                (
                    "article",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="old_slugs", to="articles.article"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LinkedPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "digest",
                    models.CharField(
                        editable=False, help_text="of its content: `content_digest`", max_length=16, unique=True
                    ),
                ),
                ("url", models.CharField(max_length=2000, verbose_name="URL")),
                ("canonical_url", models.CharField(editable=False, max_length=2000, verbose_name="canonical URL")),
                ("canonical_key", models.BigIntegerField(default=0, editable=False)),
                ("amp_url", models.CharField(blank=True, max_length=2000, verbose_name="AMP URL")),
                ("cdn_amp_url", models.CharField(blank=True, max_length=2000, verbose_name="CDN AMP URL")),
                ("title", models.CharField(blank=True, max_length=500)),
                ("excerpt", models.TextField(blank=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("type", models.CharField(choices=TYPES, default="article", max_length=20)),
                ("quality", models.IntegerField(default=0)),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="linked_pages",
                        to="providers.provider",
                    ),
                ),
                ("images", models.JSONField(blank=True, default=list, help_text="as documents give them")),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="linked_from",
                        to="articles.article",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["canonical_key"], name="linked_page_by_url"),
                    models.Index(condition=Q(target__isnull=False), fields=["target"], name="linked_page_by_target"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(url="") & ~Q(canonical_url=""), name="linked_page_leads_somewhere"
                    ),
                    models.CheckConstraint(
                        condition=Q(type__in=[key for key, _ in TYPES]), name="linked_page_type_is_known"
                    ),
                    models.CheckConstraint(condition=Q(quality__gte=0), name="linked_page_quality_from_0"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RelatedLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="related", to="articles.article"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="links", to="articles.linkedpage"),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "origin",
                    models.CharField(
                        choices=[("imported", "Imported"), ("editor", "Editor")], default="imported", max_length=10
                    ),
                ),
                ("hidden", models.BooleanField(default=False)),
                (
                    "placed",
                    models.BooleanField(
                        default=False, help_text="a person added, moved or kept it: their order stands"
                    ),
                ),
                (
                    "relevance",
                    models.FloatField(default=0, editable=False, help_text="0 to 1: articles.relevance"),
                ),
                (
                    "shared",
                    models.JSONField(
                        blank=True, default=list, editable=False, help_text="words that the article has too"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "page"), name="related_link_once"),
                    models.CheckConstraint(
                        condition=Q(origin__in=["imported", "editor"]), name="related_link_origin_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(blank=True, max_length=500, null=True, unique=True)),
                ("canonical_url", models.CharField(max_length=2000)),
                ("canonical_key", models.BigIntegerField(db_index=True, default=0, editable=False)),
                ("title", models.CharField(max_length=500)),
                (
                    "deleted_by",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("deleted_at", models.DateTimeField(default=timezone.now)),
            ],
            options={"ordering": ["-deleted_at"]},
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True)),
                ("label", models.CharField(max_length=200)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("active", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, help_text="+1 at every write")),
            ],
            options={"ordering": ["position", "pk"]},
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=timezone.now)),
                (
                    "article",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, related_name="events", to="articles.article"
                    ),
                ),
                ("title", models.CharField(help_text="of the article, then", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("channel", models.CharField(choices=CHANNELS, max_length=10)),
                ("verb", models.CharField(choices=VERBS, max_length=10)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(help_text="of the article, afterwards")),
                (
                    "reason",
                    models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="articles.reason"),
                ),
                ("note", models.TextField(blank=True, help_text="the reason in free text")),
                ("batch", models.UUIDField(null=True)),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True, on_delete=models.PROTECT, related_name="undone_by", to="articles.event"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True, on_delete=models.PROTECT, related_name="events", to="articles.importrun"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="events",
                        to="articles.ruleversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["article", "-at", "-id"], name="event_by_article"),
                    models.Index(fields=["-at", "-id", "channel"], name="event_by_date"),
                    models.Index(condition=Q(by__isnull=False), fields=["by", "-at", "-id"], name="event_by_person"),
                    models.Index(fields=["verb", "-at", "-id"], name="event_by_verb"),
                    models.Index(condition=Q(batch__isnull=False), fields=["batch", "-id"], name="event_by_batch"),
                    models.Index(condition=Q(rule__isnull=False), fields=["rule", "-id"], name="event_by_rule"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(channel__in=[key for key, _ in CHANNELS]), name="event_channel_is_known"
                    ),
                    models.CheckConstraint(condition=Q(verb__in=[key for key, _ in VERBS]), name="event_verb_is_known"),
                    models.CheckConstraint(
                        condition=~Q(verb__in=["reject", "withdraw"]) | Q(reason__isnull=False),
                        name="event_has_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=Q(by__isnull=False) | Q(run__isnull=False), name="event_has_an_author"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="files", to="articles.importrun"
                    ),
                ),
                ("path", models.TextField()),
                ("verdict", models.CharField(choices=VERDICTS, max_length=10)),
                ("noise", models.CharField(blank=True, choices=NOISE, max_length=10)),
                ("messages", models.JSONField(default=list, help_text="[{level, line, field, text}]")),
                ("changes", models.JSONField(default=dict, help_text="{field: [before, after]}")),
                (
                    "article",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="import_files", to="articles.article"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, help_text="of the article, afterwards")),
                (
                    "earlier",
                    models.BinaryField(
                        help_text="the article's document before this run, if it was another: what differs from the new one",
                        null=True,
                    ),
                ),
                ("earlier_conflicts", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["run", "verdict", "id"], name="import_file_by_verdict")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(verdict__in=[key for key, _ in VERDICTS]), name="import_file_verdict_is_known"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_in_one_place, migrations.RunPython.noop),
    ]
