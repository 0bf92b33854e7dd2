import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_search")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="copy",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="the digest of its bytes",
                max_length=32,
                null=True,
                verbose_name="our copy",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="copy_width",
            field=models.PositiveIntegerField(blank=True, editable=False, help_text="of the widest", null=True),
        ),
        migrations.AddField(
            model_name="image",
            name="copy_height",
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="image",
            name="fetch_at",
            field=models.DateTimeField(
                blank=True,
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                editable=False,
                null=True,
                verbose_name="next try",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="fetched_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last try"),
        ),
        migrations.AddField(
            model_name="image",
            name="fetch_failures",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="failed tries"
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="fetch_problem",
            field=models.CharField(
                blank=True, db_default="", editable=False, max_length=200, verbose_name="why there is no copy"
            ),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(condition=Q(("copy__isnull", False)), fields=["copy"], name="image_by_copy"),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(fields=["file"], name="image_by_file"),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(condition=Q(("fetch_at__isnull", False)), fields=["fetch_at"], name="image_by_next_try"),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=Q(("copy", None), ("copy_height", None), ("copy_width", None))
                | Q(
                    ("copy__isnull", False),
                    ("copy_height__gt", 0),
                    ("copy_height__isnull", False),
                    ("copy_width__gt", 0),
                    ("copy_width__isnull", False),
                ),
                name="image_copy_is_whole",
            ),
        ),
    ]
