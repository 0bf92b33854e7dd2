"""Stories and their members, how alike articles are, and the days whose stories are to be formed anew.

Triggers note the day of every article that comes, goes, or changes what its story depends on, whoever writes it.
"""

# ruff: noqa: S608 - the names are our own

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

# What a story depends on, beside the articles that are near in time.
TOLD = ("title", "excerpt", "published_at", "canonical_url", "provider_id")
ARTICLES = "articles_article"


def sqlite_triggers():
    # Whoever forms stories deletes the rows that were there: what comes meanwhile has a row of its own.
    def note(row):
        return f"INSERT INTO articles_staleday (day) VALUES (substr({row}.published_at, 1, 10));"

    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in TOLD)
    yield "insert", f"AFTER INSERT ON {ARTICLES}", "", note("NEW")
    yield "update", f"AFTER UPDATE OF {', '.join(TOLD)} ON {ARTICLES}", f"WHEN {differs}", note("OLD") + note("NEW")
    yield "delete", f"AFTER DELETE ON {ARTICLES}", "", note("OLD")


def create_on_sqlite():
    for name, moment, when, statement in sqlite_triggers():
        yield f"CREATE TRIGGER stale_days_{name} {moment} FOR EACH ROW {when} BEGIN {statement} END"


def drop_on_sqlite():
    for name, *_ in sqlite_triggers():
        yield f"DROP TRIGGER stale_days_{name}"


# A statement notes its days at once. No row of another transaction is waited for: a day may be there several times.
POSTGRESQL_FUNCTIONS = """
CREATE FUNCTION articles_staleday_written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO articles_staleday (day)
        SELECT DISTINCT (published_at AT TIME ZONE 'UTC')::date FROM written;
    RETURN NULL;
END $$;
CREATE FUNCTION articles_staleday_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO articles_staleday (day)
        SELECT DISTINCT (told.at AT TIME ZONE 'UTC')::date
            FROM (VALUES (OLD.published_at), (NEW.published_at)) AS told (at);
    RETURN NULL;
END $$;
"""


def postgresql_triggers():
    each = "FOR EACH STATEMENT"
    yield "insert", f"AFTER INSERT ON {ARTICLES} REFERENCING NEW TABLE AS written {each}", "written"
    differs = f"({', '.join(f'OLD.{c}' for c in TOLD)}) IS DISTINCT FROM ({', '.join(f'NEW.{c}' for c in TOLD)})"
    yield "update", f"AFTER UPDATE OF {', '.join(TOLD)} ON {ARTICLES} FOR EACH ROW WHEN ({differs})", "changed"
    yield "delete", f"AFTER DELETE ON {ARTICLES} REFERENCING OLD TABLE AS written {each}", "written"


def create_on_postgresql():
    yield POSTGRESQL_FUNCTIONS
    for name, moment, function in postgresql_triggers():
        yield f"CREATE TRIGGER stale_days_{name} {moment} EXECUTE FUNCTION articles_staleday_{function}()"


def drop_on_postgresql():
    for name, *_ in postgresql_triggers():
        yield f"DROP TRIGGER stale_days_{name} ON {ARTICLES}"
    for name in ("written", "changed"):
        yield f"DROP FUNCTION articles_staleday_{name}()"


def create(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in create_on_postgresql() if postgresql else create_on_sqlite():
        schema_editor.execute(statement, None)


def drop(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in drop_on_postgresql() if postgresql else drop_on_sqlite():
        schema_editor.execute(statement, None)


def article(name, **options):
    return models.ForeignKey("articles.article", django.db.models.deletion.CASCADE, related_name=name, **options)


def primary_article(name):
    return models.OneToOneField(
        "articles.article", django.db.models.deletion.CASCADE, primary_key=True, related_name=name, serialize=False
    )


def key():
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_roles_and_reasons")]

    operations = [
        migrations.CreateModel(
            name="StaleDay",
            fields=[key(), ("day", models.DateField())],
        ),
        migrations.CreateModel(
            name="KeyWords",
            fields=[("article", primary_article("key_words")), ("words", models.CharField(max_length=500))],
            options={"verbose_name_plural": "key words"},
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                key(),
                ("score", models.FloatField(help_text="0 to 1: articles.stories.likeness")),
                ("words", models.JSONField(default=list, help_text="that both share, the weightiest first")),
                ("one", article("+", db_index=False)),
                ("other", article("+")),
            ],
            options={
                "verbose_name_plural": "likenesses",
                "constraints": [
                    models.UniqueConstraint(fields=["one", "other"], name="likeness_once"),
                    models.CheckConstraint(condition=Q(one__lt=F("other")), name="likeness_of_two"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Story",
            fields=[key()],
            options={"verbose_name_plural": "stories"},
        ),
        migrations.CreateModel(
            name="StoryMember",
            fields=[
                ("article", primary_article("story_member")),
                (
                    "story",
                    models.ForeignKey(
                        "articles.story",
                        django.db.models.deletion.CASCADE,
                        related_name="members",
                        db_index=False,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["story", "article"], name="story_members")]},
        ),
        migrations.AddField(
            model_name="story",
            name="articles",
            field=models.ManyToManyField("articles.article", related_name="stories", through="articles.StoryMember"),
        ),
        migrations.RunPython(create, drop),
    ]
