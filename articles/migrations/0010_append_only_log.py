import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from articles.models import append_only


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_desk_indexes")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["by", "-at", "-id"], name="event_by_person", condition=Q(by__isnull=False)),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["verb", "-at", "-id"], name="event_by_verb"),
        ),
        # At the end: SQLite makes the table anew for what stands above.
        migrations.RunPython(
            lambda apps, schema_editor: append_only.protect(schema_editor.connection),
            lambda apps, schema_editor: append_only.lift(schema_editor.connection),
        ),
    ]
