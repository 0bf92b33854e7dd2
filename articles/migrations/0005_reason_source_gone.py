from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("articles", "Reason").objects.get_or_create(
        slug="source-gone", defaults={"label": "No longer at its source", "position": 6}
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_runs_can_be_undone")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
