"""Who may do what, as groups, and the first preset reasons.

This is a copy of articles/roles.py as it was: a role that changes there needs a migration of its own, and a test says so.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MODERATORS = [
    "articles.view_article", "articles.moderate_article", "articles.view_event", "articles.view_reason",
    "articles.view_importrun", "articles.view_importfile", "articles.view_documentfeed", "articles.view_rule",
    "articles.view_topic", "articles.view_image", "articles.view_relatedlink", "providers.view_provider",
]  # fmt: skip
EDITORS = [
    *MODERATORS,
    "articles.change_article", "articles.delete_article", "articles.export_article",
    "articles.add_relatedlink", "articles.change_relatedlink", "articles.delete_relatedlink",
    "articles.add_topic", "articles.change_topic", "articles.delete_topic", "articles.export_topic",
    "articles.add_image", "articles.change_image", "articles.delete_image",
    "articles.add_reason", "articles.change_reason", "articles.change_queueorder",
    "articles.add_rule", "articles.change_rule",
    "articles.view_tombstone", "articles.delete_tombstone",
    "providers.add_provider", "providers.change_provider", "providers.delete_provider", "providers.export_provider",
]  # fmt: skip
IMPORTERS = [
    "articles.view_importrun", "articles.add_importrun", "articles.change_importrun", "articles.view_importfile",
    "articles.import_article", "articles.import_topic", "providers.import_provider",
    "articles.view_documentfeed", "articles.add_documentfeed", "articles.change_documentfeed",
]  # fmt: skip
ROLES = {"Moderators": MODERATORS, "Editors": EDITORS, "Importers": IMPORTERS}

REASONS = [
    ("off-topic", "Off topic", 0),
    ("duplicate", "Told already elsewhere", 1),
    ("low-quality", "Below our standard", 2),
    ("wrong", "Wrong or misleading", 3),
    ("outdated", "No longer true", 4),
    ("advertising", "Advertising", 5),
    ("rights", "Rights or legal", 6),
    ("other", "Other", 7),
    # Of what its document says `removed: true`.
    ("taken-back", "Taken back by the source", 6),
    # Of what `import_articles --prune --withdraw` withdraws. It stands last: the first nine have a key.
    ("source-gone", "No longer at its source", 8),
]


def add(apps, schema_editor):
    # Permissions are otherwise made after the last migration.
    for label in ("articles", "providers"):
        app = apps.get_app_config(label)
        app.models_module = True
        create_permissions(app, apps=apps, verbosity=0, using=schema_editor.connection.alias)
        app.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codes in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        for code in codes:
            app_label, codename = code.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    Reason = apps.get_model("articles", "Reason")
    for slug, label, position in REASONS:
        Reason.objects.get_or_create(slug=slug, defaults={"label": label, "position": position})


def remove(apps, schema_editor):
    # A role that people have stays: they would not get it back when this is run forwards again. Events hold reasons.
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES, user=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_search"),
        ("providers", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(add, remove)]
