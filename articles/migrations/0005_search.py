"""What readers search: an index of the visible articles' texts that the database itself keeps in step.

docs/decisions/0010 says why it is made like this. First comes SQLite, then PostgreSQL.
"""

# ruff: noqa: S608 - the names are our own

from django.db import migrations

# The columns of an article that the index is made of.
FACTS = ("id", "published", "title", "excerpt", "body", "provider_id", "type", "published_at")
COLUMNS = "title, excerpt, body, provider, topics, filters"

# Documents write `&#8217;` for an apostrophe: the number is no word.
ENTITIES = ("&#8217;", "&#8216;", "&#8220;", "&#8221;", "&#8211;", "&#8212;", "&#39;", "&quot;", "&nbsp;", "&amp;")


def trigger(moment, table):
    return "_".join(["search", *moment.split()[:2], table]).lower()


def sqlite_text(column):
    for entity in ENTITIES:
        column = f"replace({column}, '{entity}', ' ')"
    return column


def sqlite_key(kind, column):
    """A word that no reader can type: between two private characters, which the tokenizer takes for letters."""
    return f"' ' || char(57344) || '{kind}' || hex({column}) || char(57344)"


# What is indexed of each published article. Its key is the day of the original and its primary key, as one number.
SQLITE_VIEW = f"""
CREATE VIEW articles_searchtext AS SELECT
    a.id AS article_id,
    (CAST(julianday(substr(a.published_at, 1, 10)) - 1721424.5 AS INTEGER) << 30) | a.id AS key,
    {sqlite_text("a.title")} AS title,
    {sqlite_text("a.excerpt")} AS excerpt,
    {sqlite_text("a.body")} AS body,
    (SELECT p.name || ' ' || p.domain FROM providers_provider p WHERE p.id = a.provider_id) AS provider,
    (SELECT group_concat(t.name, ' / ') FROM articles_articletopic l JOIN articles_topic t ON t.id = l.topic_id
        WHERE l.article_id = a.id) AS topics,
    {sqlite_key("type", "a.type")}
        || coalesce((SELECT {sqlite_key("provider", "p.domain")} FROM providers_provider p WHERE p.id = a.provider_id), '')
        || coalesce((SELECT group_concat({sqlite_key("topic", "t.slug")}, '') FROM articles_articletopic l
            JOIN articles_topic t ON t.id = l.topic_id WHERE l.article_id = a.id), '') AS filters
FROM articles_article a WHERE a.published
"""

SQLITE_INDEX = f"""
CREATE VIRTUAL TABLE articles_search USING fts5(
    {COLUMNS}, content='articles_searchtext', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
)
"""


def of(articles):
    """Statements that take these articles' texts out of the index, and that put them in."""
    out = (
        f"INSERT INTO articles_search (articles_search, rowid, {COLUMNS})"
        f" SELECT 'delete', key, {COLUMNS} FROM articles_searchtext WHERE article_id {articles};"
    )
    put = (
        f"INSERT INTO articles_search (rowid, {COLUMNS})"
        # In this order FTS5 gathers many rows; each that steps back would be written out alone.
        f" SELECT key, {COLUMNS} FROM articles_searchtext WHERE article_id {articles} ORDER BY key;"
    )
    return out, put


def changed(*columns):
    return "(" + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns) + ")"


def sqlite_triggers():
    """Before a write the old texts go out, after it the new ones come in."""
    old, new = of("= OLD.id")[0], of("= NEW.id")[1]
    yield "BEFORE DELETE", "articles_article", "WHEN OLD.published", old
    yield "AFTER INSERT", "articles_article", "WHEN NEW.published", new
    update = f"UPDATE OF {', '.join(FACTS)}"
    yield f"BEFORE {update}", "articles_article", f"WHEN OLD.published AND {changed(*FACTS)}", old
    yield f"AFTER {update}", "articles_article", f"WHEN NEW.published AND {changed(*FACTS)}", new

    yield "BEFORE INSERT", "articles_articletopic", "", of("= NEW.article_id")[0]
    yield "AFTER INSERT", "articles_articletopic", "", of("= NEW.article_id")[1]
    yield "BEFORE DELETE", "articles_articletopic", "", of("= OLD.article_id")[0]
    yield "AFTER DELETE", "articles_articletopic", "", of("= OLD.article_id")[1]
    link = "UPDATE OF article_id, topic_id"
    out, put = of("IN (OLD.article_id, NEW.article_id)")
    yield f"BEFORE {link}", "articles_articletopic", f"WHEN {changed('article_id', 'topic_id')}", out
    yield f"AFTER {link}", "articles_articletopic", f"WHEN {changed('article_id', 'topic_id')}", put

    for table, names, articles in (
        (
            "articles_topic",
            ("name", "slug"),
            "IN (SELECT article_id FROM articles_articletopic WHERE topic_id = OLD.id)",
        ),
        ("providers_provider", ("name", "domain"), "IN (SELECT id FROM articles_article WHERE provider_id = OLD.id)"),
    ):
        out, put = of(articles)
        update = f"UPDATE OF {', '.join(names)}"
        yield f"BEFORE {update}", table, f"WHEN {changed(*names)}", out
        yield f"AFTER {update}", table, f"WHEN {changed(*names)}", put
        # Nothing deletes one that has articles, but for what empties all tables.
        yield "BEFORE DELETE", table, "", out
        yield "AFTER DELETE", table, "", put


def create_on_sqlite():
    yield SQLITE_VIEW
    yield SQLITE_INDEX
    for moment, table, when, statement in sqlite_triggers():
        yield f"CREATE TRIGGER {trigger(moment, table)} {moment} ON {table} FOR EACH ROW {when} BEGIN {statement} END"
    yield f"INSERT INTO articles_search (rowid, {COLUMNS}) SELECT key, {COLUMNS} FROM articles_searchtext ORDER BY key"


def drop_on_sqlite():
    for moment, table, _, _ in sqlite_triggers():
        yield f"DROP TRIGGER {trigger(moment, table)}"
    yield "DROP TABLE articles_search"
    yield "DROP VIEW articles_searchtext"


# Without the list of stop words that "english" has: "The Who" is a name.
POSTGRESQL_STEMS = """
CREATE TEXT SEARCH DICTIONARY newsroom_stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION newsroom (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION newsroom ALTER MAPPING FOR asciiword, word, numword WITH newsroom_stem;
"""

POSTGRESQL_WORDS = r"""
-- Without accents, entities and punctuation: the parser would take "example.com" and "well-known" for one word.
CREATE FUNCTION articles_search_words(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]+', '', 'g'),
        '&(#[0-9]+|[a-z]+);|[!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g'
    )
$$;
-- The words next to each other, where the texts have one of these weights.
CREATE FUNCTION articles_search_phrase(words text, labels text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        phraseto_tsquery('newsroom', articles_search_words(words))::text, '''([^'']+)''', '''\1'':' || labels, 'g'
    )::tsquery
$$;
"""


def postgresql_vector(value, weight):
    return f"setweight(to_tsvector('newsroom', articles_search_words({value})), '{weight}')"


def postgresql_key(article):
    day = f"(({article}.published_at AT TIME ZONE 'UTC')::date - DATE '0001-01-01' + 1)"
    return f"({day}::bigint << 30) | {article}.id"


# What is indexed of each published article, as SQLITE_VIEW says it for SQLite: weight A is the title, B the topics, C the
# provider, D the rest; words with = are the exact filters.
POSTGRESQL_VIEW = f"""
CREATE VIEW articles_searchtext AS SELECT
    a.id AS article_id,
    {postgresql_key("a")} AS key,
    {postgresql_vector("a.title", "A")}
        || {postgresql_vector("coalesce(t.names, '')", "B")}
        || {postgresql_vector("p.name || ' ' || p.domain", "C")}
        || {postgresql_vector("a.excerpt || ' ' || a.body", "D")}
        || array_to_tsvector(ARRAY['=type:' || a.type, '=provider:' || p.domain] || t.keys) AS vector,
    {postgresql_vector("a.title", "A")} AS title
FROM articles_article a
-- OFFSET 0, twice, keeps the planner from going through all providers or topics instead.
CROSS JOIN LATERAL (SELECT name, domain FROM providers_provider WHERE id = a.provider_id OFFSET 0) p
CROSS JOIN LATERAL (
    SELECT string_agg(t.name, ' / ') AS names, array_agg('=topic:' || t.slug) AS keys
    FROM (SELECT topic_id FROM articles_articletopic WHERE article_id = a.id OFFSET 0) l
    JOIN articles_topic t ON t.id = l.topic_id
) t
WHERE a.published
"""

POSTGRESQL_INDEX = """
CREATE TABLE articles_search (key bigint PRIMARY KEY, vector tsvector NOT NULL, title tsvector NOT NULL);
-- The blocks of 1, 8, 64, 512 and 4096 days that a row lies in, each as a number of its own.
CREATE FUNCTION articles_search_days(key bigint) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        (key >> 30)::int,
        30000000 + (key >> 33)::int,
        60000000 + (key >> 36)::int,
        90000000 + (key >> 39)::int,
        120000000 + (key >> 42)::int
    ]
$$;
-- GIN keeps no order: one index holds words and days, so that the search can ask for the words within some days, the
-- newest first. In it, b are the topics and c is the provider. What was just written waits in a list, which each search
-- reads whole: 4 MB of it, as is usual, would take longer than the search.
CREATE INDEX articles_search_words ON articles_search
USING gin (vector, title, ts_filter(vector, '{b}'), ts_filter(vector, '{c}'), articles_search_days(key))
WITH (gin_pending_list_limit = 512);
"""

# The windows that a search goes through, the newest first: the keys from `first` to before `last`, and the at most 16
# blocks of days that cover them. A block is a number of articles_search_days; `level` says of which length, in bits: 0, 3,
# 6, 9 or 12. The first window holds the newest 250 articles and is as long as they need; each further one is eight times
# longer. The days of the first are those that there are, not all between: a document may be dated in the year 9999.
POSTGRESQL_WINDOWS = """
CREATE FUNCTION articles_search_windows(since bigint, until bigint)
RETURNS TABLE (first bigint, last bigint, days int[]) LANGUAGE plpgsql STABLE ROWS 5 AS $$
DECLARE
    newest bigint[] := ARRAY(SELECT key FROM articles_search WHERE key >= since AND key < until ORDER BY key DESC LIMIT 250);
    many int := cardinality(newest);
    width bigint;
    oldest bigint;
    level int := 0;
BEGIN
    IF many = 0 THEN
        RETURN;
    END IF;
    first := newest[many] >> 30 << 30;
    last := until;
    LOOP
        days := ARRAY(SELECT DISTINCT level * 10000000 + (key >> 30 + level)::int FROM unnest(newest) key);
        EXIT WHEN cardinality(days) <= 16 OR level = 12;
        level := level + 3;
    END LOOP;
    RETURN NEXT;
    IF many < 250 THEN
        RETURN;
    END IF;
    oldest := (SELECT min(key) FROM articles_search WHERE key >= since);
    width := greatest(1, 2 * ((newest[125] >> 30) - (newest[250] >> 30))) << 30;
    WHILE first > oldest LOOP
        width := width * 8;
        last := first;
        first := greatest(last - width, oldest >> 30 << 30);
        level := 0;
        WHILE (last - 1 >> 30 + level) - (first >> 30 + level) >= 16 AND level < 12 LOOP
            level := level + 3;
        END LOOP;
        days := ARRAY(
            SELECT level * 10000000 + block::int
            FROM generate_series(first >> 30 + level, last - 1 >> 30 + level) block
        );
        RETURN NEXT;
    END LOOP;
END $$;
"""

# articles_search_put indexes articles anew; the other functions are those of the triggers below.
POSTGRESQL_FUNCTIONS = f"""
CREATE FUNCTION articles_search_put(articles bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO articles_search (key, vector, title)
    SELECT key, vector, title FROM articles_searchtext WHERE article_id = ANY (articles)
    ON CONFLICT (key) DO UPDATE SET vector = EXCLUDED.vector, title = EXCLUDED.title
$$;
CREATE FUNCTION articles_search_article() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM articles_search WHERE key = {postgresql_key("OLD")};
    IF TG_OP = 'UPDATE' THEN PERFORM articles_search_put(ARRAY[NEW.id]); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_articles() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT id FROM written WHERE published));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_topics() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT DISTINCT article_id FROM written));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_topic() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT article_id FROM articles_articletopic WHERE topic_id = NEW.id));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_provider() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT id FROM articles_article WHERE provider_id = NEW.id AND published));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    TRUNCATE articles_search;
    RETURN NULL;
END $$;
"""


def postgresql_triggers():
    def differ(*columns):
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        return f"({old}) IS DISTINCT FROM ({new})"

    shown = "(OLD.published OR NEW.published)"
    yield (
        f"AFTER UPDATE OF {', '.join(FACTS)}",
        "articles_article",
        f"FOR EACH ROW WHEN ({shown} AND {differ(*FACTS)})",
        "article",
    )
    yield "AFTER DELETE", "articles_article", "FOR EACH ROW WHEN (OLD.published)", "article"
    yield "AFTER TRUNCATE", "articles_article", "FOR EACH STATEMENT", "nothing"
    # By statement: an import writes hundreds at once.
    yield "AFTER INSERT", "articles_article", "REFERENCING NEW TABLE AS written FOR EACH STATEMENT", "articles"
    yield "AFTER INSERT", "articles_articletopic", "REFERENCING NEW TABLE AS written FOR EACH STATEMENT", "topics"
    yield "AFTER DELETE", "articles_articletopic", "REFERENCING OLD TABLE AS written FOR EACH STATEMENT", "topics"
    yield "AFTER UPDATE", "articles_articletopic", "REFERENCING NEW TABLE AS written FOR EACH STATEMENT", "topics"
    yield "AFTER UPDATE OF name, slug", "articles_topic", f"FOR EACH ROW WHEN ({differ('name', 'slug')})", "topic"
    yield (
        "AFTER UPDATE OF name, domain",
        "providers_provider",
        f"FOR EACH ROW WHEN ({differ('name', 'domain')})",
        "provider",
    )


def create_on_postgresql():
    yield POSTGRESQL_STEMS
    yield POSTGRESQL_WORDS
    yield POSTGRESQL_VIEW
    yield POSTGRESQL_INDEX
    yield POSTGRESQL_WINDOWS
    yield POSTGRESQL_FUNCTIONS
    for moment, table, how, function in postgresql_triggers():
        yield f"CREATE TRIGGER {trigger(moment, table)} {moment} ON {table} {how} EXECUTE FUNCTION articles_search_{function}()"
    yield "INSERT INTO articles_search (key, vector, title) SELECT key, vector, title FROM articles_searchtext"


def drop_on_postgresql():
    for moment, table, _, _ in postgresql_triggers():
        yield f"DROP TRIGGER {trigger(moment, table)} ON {table}"
    for name in ("article", "articles", "topics", "topic", "provider", "nothing"):
        yield f"DROP FUNCTION articles_search_{name}()"
    yield "DROP FUNCTION articles_search_put(bigint[])"
    yield "DROP FUNCTION articles_search_windows(bigint, bigint)"
    yield "DROP TABLE articles_search"
    yield "DROP FUNCTION articles_search_days(bigint)"
    yield "DROP VIEW articles_searchtext"
    yield "DROP FUNCTION articles_search_phrase(text, text)"
    yield "DROP FUNCTION articles_search_words(text)"
    yield "DROP TEXT SEARCH CONFIGURATION newsroom"
    yield "DROP TEXT SEARCH DICTIONARY newsroom_stem"


def create(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in create_on_postgresql() if postgresql else create_on_sqlite():
        schema_editor.execute(statement, None)


def drop(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in drop_on_postgresql() if postgresql else drop_on_sqlite():
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_topic_entries"), ("providers", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
