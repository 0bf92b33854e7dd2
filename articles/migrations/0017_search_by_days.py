"""PostgreSQL finds the newest matches of a word that is everywhere without reading all of them.

GIN keeps no order: beside its words, a row of the search's indexes has the blocks of 1, 8, 64, 512 and 4096 days that
it lies in, and the search asks for the words within one window of days after the other (docs/decisions/0010).
"""

from django.db import migrations

BLOCKS = """
CREATE FUNCTION articles_search_days(key bigint) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        (key >> 30)::int,
        30000000 + (key >> 33)::int,
        60000000 + (key >> 36)::int,
        90000000 + (key >> 39)::int,
        120000000 + (key >> 42)::int
    ]
$$;
"""
# The first window holds the newest 250 and is as long as they need, each further one is eight times longer. The days
# of the first are those that there are, not all between: a document may be dated in the year 9999.
WINDOWS = """
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


# In one index, so that all that is asked of a row is looked up at once; b are the topics, c is the provider. What was just written waits in a list, which
# each search reads whole: 4 MB of it, as is usual, would take longer than the search.
INDEX = """
CREATE INDEX articles_search_words ON articles_search
USING gin (vector, title, ts_filter(vector, '{b}'), ts_filter(vector, '{c}'), articles_search_days(key))
WITH (gin_pending_list_limit = 512)
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX articles_search_words, articles_search_titles")
        schema_editor.execute(BLOCKS)
        schema_editor.execute(WINDOWS)
        schema_editor.execute(INDEX)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX articles_search_words")
        schema_editor.execute("DROP FUNCTION articles_search_windows(bigint, bigint)")
        schema_editor.execute("DROP FUNCTION articles_search_days(bigint)")
        schema_editor.execute("CREATE INDEX articles_search_words ON articles_search USING gin (vector)")
        schema_editor.execute("CREATE INDEX articles_search_titles ON articles_search USING gin (title)")


class Migration(migrations.Migration):
    dependencies = [("articles", "0016_topic_entries")]

    operations = [migrations.RunPython(create, drop)]
