"""Arrivals and silences of feeds, tokens, what rules would do, checks of originals, and the log of what people keep.

That log is append-only, as that of articles is, and so are the versions of a rule (docs/decisions/0009).
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

LOGS = ("articles_keptevent", "articles_ruleversion")
MESSAGE = "The log is append-only: an event is never changed or removed."

# With the blanks of articles.models.append_only, which makes the same function.
FUNCTION = f"""
        CREATE FUNCTION {{table}}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """


def protect(apps, schema_editor):
    for table in LOGS:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
                    None,
                )
            continue
        schema_editor.execute(FUNCTION.format(table=table), None)
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
            None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
            None,
        )


def lift(apps, schema_editor):
    for table in LOGS:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}", None)
            continue
        for name in ("change", "truncate"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{name} ON {table}", None)
        schema_editor.execute(f"DROP FUNCTION {table}_append_only()", None)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0007_stories"),
        ("providers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ShadowRuling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="shadow_rulings",
                        to="articles.ruleversion",
                    ),
                ),
                ("article", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="articles.article")),
                ("at", models.DateTimeField(default=timezone.now)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rule", "article"), name="shadow_ruling_once")],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "feed",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="arrivals", to="articles.documentfeed"
                    ),
                ),
                ("at", models.DateTimeField(default=timezone.now)),
                (
                    "run",
                    models.ForeignKey(null=True, on_delete=models.SET_NULL, related_name="+", to="articles.importrun"),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["feed", "-at", "-id"], name="arrival_by_feed")],
            },
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "feed",
                    models.ForeignKey(
                        null=True, on_delete=models.CASCADE, related_name="silences", to="articles.documentfeed"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        null=True, on_delete=models.CASCADE, related_name="silences", to="providers.provider"
                    ),
                ),
                ("since", models.DateTimeField(help_text="the last arrival")),
                ("raised_at", models.DateTimeField(default=timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-raised_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            Q(("feed", None), ("provider__isnull", False)),
                            Q(("feed__isnull", False), ("provider", None)),
                            _connector="OR",
                        ),
                        name="silence_of_one",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("closed_at", None)), fields=("feed",), name="silence_of_feed_once"
                    ),
                    models.UniqueConstraint(
                        condition=Q(("closed_at", None)), fields=("provider",), name="silence_of_provider_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PushToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "feed",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="tokens", to="articles.documentfeed"),
                ),
                ("client", models.CharField(help_text="whom it is for", max_length=100)),
                ("digest", models.CharField(help_text="SHA-256 of the token, in hex", max_length=64, unique=True)),
                ("scopes", models.JSONField(default=list)),
                (
                    "created_by",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("created_at", models.DateTimeField(default=timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("revoked_at", models.DateTimeField(null=True)),
                ("uses", models.PositiveBigIntegerField(default=0)),
                ("used_at", models.DateTimeField(help_text="last", null=True)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(Q(("client", ""), _negated=True), Q(("digest", ""), _negated=True)),
                        name="token_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("revoked_at", None), ("revoked_by", None)),
                            Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="token_revocation_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=timezone.now)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("topic", "Topic"),
                            ("provider", "Provider"),
                            ("image", "Image"),
                            ("reason", "Reason"),
                            ("rule", "Rule"),
                            ("feed", "feed of documents"),
                            ("token", "token of a client"),
                        ],
                        max_length=10,
                    ),
                ),
                ("row", models.BigIntegerField(help_text="its primary key: the log outlives the row")),
                ("title", models.CharField(help_text="what it was called then", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("admin", "Admin"),
                            ("desk", "Desk"),
                            ("bulk", "Bulk"),
                            ("import", "Import"),
                            ("command", "Command"),
                            ("feed", "Feed"),
                            ("push", "Push"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("create", "Create"),
                            ("change", "Change"),
                            ("delete", "Delete"),
                            ("merge", "Merge"),
                            ("rename", "Rename"),
                            ("revoke", "Revoke"),
                            ("undo", "Undo"),
                        ],
                        max_length=10,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(help_text="of the row, afterwards")),
                ("batch", models.UUIDField(help_text="of the events of articles that changed with it", null=True)),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True, on_delete=models.PROTECT, related_name="undone_by", to="articles.keptevent"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="articles.importrun"),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["kind", "row", "-at", "-id"], name="kept_event_by_row"),
                    models.Index(fields=["-at", "-id"], name="kept_event_by_date"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("kind__in", ["topic", "provider", "image", "reason", "rule", "feed", "token"])),
                        name="kept_event_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(("by__isnull", False), ("run__isnull", False), _connector="OR"),
                        name="kept_event_has_an_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OriginalCheck",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="original_check",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("url", models.TextField(help_text="that was asked; another one is asked anew")),
                (
                    "result",
                    models.CharField(
                        choices=[("alive", "Alive"), ("dead", "Dead"), ("unknown", "not known")],
                        default="unknown",
                        max_length=7,
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="what was answered last, if it was no success", max_length=200
                    ),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0, help_text="in a row")),
                ("checked_at", models.DateTimeField(default=timezone.now)),
                ("next_at", models.DateTimeField(default=timezone.now)),
                ("dead_since", models.DateTimeField(help_text="the first of these failures", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["next_at"], name="check_by_next"),
                    models.Index(condition=Q(("result", "dead")), fields=["article"], name="check_dead"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("result__in", ["alive", "dead", "unknown"])), name="check_result_is_known"
                    )
                ],
            },
        ),
        migrations.RunPython(protect, lift),
    ]
