from django.db import migrations, models

import articles.models.keys


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_desk")]

    operations = [
        migrations.AlterField(
            model_name="image",
            name="url_key",
            field=articles.models.keys.KeyField(default=0, editable=False, of="url", unique=True),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["canonical_key"], name="article_by_canonical_url"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["path", "source_digest"], name="article_by_document"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("queue", ""), _negated=True), fields=["-priority", "-id"], name="article_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("queue", ""), _negated=True),
                fields=["queue", "-priority", "-id"],
                name="article_queue_by_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("pinned_at__isnull", False)), fields=["-pinned_at"], name="article_pinned"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("reviewed_by__isnull", False)),
                fields=["reviewed_by"],
                name="article_by_reviewed_by",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("claimed_by__isnull", False)), fields=["claimed_by"], name="article_by_claimed_by"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("assigned_to__isnull", False)),
                fields=["assigned_to"],
                name="article_by_assigned_to",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("duplicate_of__isnull", False)),
                fields=["duplicate_of"],
                name="article_by_duplicate_of",
            ),
        ),
        migrations.AddIndex(
            model_name="relatedlink",
            index=models.Index(fields=["canonical_key"], name="related_link_by_url"),
        ),
        migrations.AddIndex(
            model_name="relatedlink",
            index=models.Index(
                condition=models.Q(("target__isnull", False)), fields=["target"], name="related_link_by_target"
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(fields=("path",), name="article_path_once"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(fields=("slug",), name="article_slug_once"),
        ),
    ]
