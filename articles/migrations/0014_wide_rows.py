"""PostgreSQL keeps an article in one place: most are a little wider than where it begins to compress and move them."""

from django.db import migrations


def widen(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_article SET (toast_tuple_target = 8160)")


def narrow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_article RESET (toast_tuple_target)")


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_lists_by_date")]
    operations = [migrations.RunPython(widen, narrow)]
