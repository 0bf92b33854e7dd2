from django.db import migrations

from articles import append_only


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_desk_indexes")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: append_only.protect(schema_editor.connection),
            lambda apps, schema_editor: append_only.lift(schema_editor.connection),
        )
    ]
