"""The published articles of each topic, by date, in a table that the database itself keeps in step.

`articles_topicentry` holds one row for each topic of each published article: its triggers follow what is written to
articles and to their topics, by whatever means (docs/decisions/0013).
"""

# ruff: noqa: S608 - the names are our own

from django.db import migrations, models

ENTRIES = "articles_topicentry (topic_id, published_at, article_id)"
LINKS = "articles_articletopic"
ALL = f"SELECT l.topic_id, a.published_at, a.id FROM articles_article a JOIN {LINKS} l ON l.article_id = a.id WHERE a.published"


def table(moment, integer, options=""):
    return (
        f"CREATE TABLE articles_topicentry (topic_id {integer} NOT NULL, published_at {moment} NOT NULL,"
        f" article_id {integer} NOT NULL, PRIMARY KEY (topic_id, published_at, article_id)){options}"
    )


def sqlite_triggers():
    """The names, moments, conditions and statements: what is published enters, what is not any more leaves."""
    put = f"INSERT OR IGNORE INTO {ENTRIES} SELECT topic_id, NEW.published_at, NEW.id FROM {LINKS} WHERE article_id = NEW.id;"
    take = (
        "DELETE FROM articles_topicentry WHERE published_at = OLD.published_at AND article_id = OLD.id"
        f" AND topic_id IN (SELECT topic_id FROM {LINKS} WHERE article_id = OLD.id);"
    )
    changed = "(OLD.published IS NOT NEW.published OR OLD.published_at IS NOT NEW.published_at)"
    # Whether there are links already depends on who writes: the import writes them before their articles.
    yield "insert", "AFTER INSERT ON articles_article", "WHEN NEW.published", put
    yield (
        "leave",
        "AFTER UPDATE OF published, published_at ON articles_article",
        f"WHEN OLD.published AND {changed}",
        take,
    )
    yield (
        "enter",
        "AFTER UPDATE OF published, published_at ON articles_article",
        f"WHEN NEW.published AND {changed}",
        put,
    )
    yield "delete", "BEFORE DELETE ON articles_article", "WHEN OLD.published", take

    link = (
        f"INSERT OR IGNORE INTO {ENTRIES} SELECT NEW.topic_id, published_at, id FROM articles_article"
        " WHERE id = NEW.article_id AND published;"
    )
    unlink = (
        "DELETE FROM articles_topicentry WHERE topic_id = OLD.topic_id AND article_id = OLD.article_id"
        " AND published_at = (SELECT published_at FROM articles_article WHERE id = OLD.article_id);"
    )
    yield "link", f"AFTER INSERT ON {LINKS}", "", link
    yield "unlink", f"AFTER DELETE ON {LINKS}", "", unlink
    yield "relink", f"AFTER UPDATE OF article_id, topic_id ON {LINKS}", "", unlink + link


def create_on_sqlite():
    # The key is the table: all that is asked of it is read from there.
    yield table("datetime", "bigint", " WITHOUT ROWID")
    for name, moment, when, statement in sqlite_triggers():
        yield f"CREATE TRIGGER topic_entries_{name} {moment} FOR EACH ROW {when} BEGIN {statement} END"


def drop_on_sqlite():
    for name, *_ in sqlite_triggers():
        yield f"DROP TRIGGER topic_entries_{name}"
    yield "DROP TABLE articles_topicentry"


# articles_topicentry_put adds the entries of articles; the other functions are those of the triggers below.
POSTGRESQL_FUNCTIONS = f"""
CREATE FUNCTION articles_topicentry_put(articles bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO {ENTRIES} {ALL} AND a.id = ANY (articles) ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION articles_topicentry_written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_topicentry_put(ARRAY(SELECT id FROM written WHERE published));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_topicentry_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM articles_topicentry WHERE published_at = OLD.published_at AND article_id = OLD.id
        AND topic_id = ANY (ARRAY(SELECT topic_id FROM {LINKS} WHERE article_id = OLD.id));
    IF TG_OP = 'UPDATE' THEN PERFORM articles_topicentry_put(ARRAY[NEW.id]); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION articles_topicentry_linked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    -- Whoever publishes, hides or dates one of the articles meanwhile sees the link, or is seen: one waits for the other.
    IF TG_OP <> 'INSERT' THEN
        PERFORM FROM articles_article WHERE id = ANY (ARRAY(SELECT article_id FROM unlinked)) ORDER BY id FOR SHARE;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM FROM articles_article WHERE id = ANY (ARRAY(SELECT article_id FROM linked)) ORDER BY id FOR SHARE;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM articles_topicentry e USING unlinked l, articles_article a
            WHERE a.id = l.article_id
            AND (e.topic_id, e.published_at, e.article_id) = (l.topic_id, a.published_at, l.article_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM articles_topicentry_put(ARRAY(SELECT DISTINCT article_id FROM linked));
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION articles_topicentry_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    TRUNCATE articles_topicentry;
    RETURN NULL;
END $$;
"""


def postgresql_triggers():
    row, statement = "FOR EACH ROW", "FOR EACH STATEMENT"
    differs = "(OLD.published, OLD.published_at) IS DISTINCT FROM (NEW.published, NEW.published_at)"
    articles = "ON articles_article"
    yield "insert", f"AFTER INSERT {articles} REFERENCING NEW TABLE AS written {statement}", "written"
    yield "change", f"AFTER UPDATE OF published, published_at {articles} {row} WHEN ({differs})", "changed"
    yield "delete", f"AFTER DELETE {articles} {row} WHEN (OLD.published)", "changed"
    yield "truncate", f"AFTER TRUNCATE {articles} {statement}", "nothing"
    yield "link", f"AFTER INSERT ON {LINKS} REFERENCING NEW TABLE AS linked {statement}", "linked"
    yield "unlink", f"AFTER DELETE ON {LINKS} REFERENCING OLD TABLE AS unlinked {statement}", "linked"
    tables = "OLD TABLE AS unlinked NEW TABLE AS linked"
    yield "relink", f"AFTER UPDATE ON {LINKS} REFERENCING {tables} {statement}", "linked"


def create_on_postgresql():
    yield table("timestamptz", "bigint")
    yield POSTGRESQL_FUNCTIONS
    for name, moment, function in postgresql_triggers():
        # PostgreSQL runs triggers by name: what waits here for others waits before the search (0005) looks, too.
        yield f"CREATE TRIGGER entries_{name} {moment} EXECUTE FUNCTION articles_topicentry_{function}()"


def drop_on_postgresql():
    for name, moment, _ in postgresql_triggers():
        yield f"DROP TRIGGER entries_{name} ON {'articles_article' if 'articles_article ' in moment else LINKS}"
    for name in ("written()", "changed()", "linked()", "nothing()", "put(bigint[])"):
        yield f"DROP FUNCTION articles_topicentry_{name}"
    yield "DROP TABLE articles_topicentry"


def create(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in create_on_postgresql() if postgresql else create_on_sqlite():
        schema_editor.execute(statement, None)
    schema_editor.execute(f"INSERT INTO {ENTRIES} {ALL}", None)


def drop(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in drop_on_postgresql() if postgresql else drop_on_sqlite():
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_log_protection")]

    operations = [
        migrations.RunPython(create, drop),
        migrations.CreateModel(
            name="TopicEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "topic_id",
                        "published_at",
                        "article_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("topic", models.ForeignKey("articles.topic", models.DO_NOTHING, related_name="entries")),
                ("published_at", models.DateTimeField()),
                ("article", models.ForeignKey("articles.article", models.DO_NOTHING, related_name="topic_entries")),
            ],
            options={"managed": False, "default_permissions": ()},
        ),
    ]
