from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_append_only_log")]

    operations = []
