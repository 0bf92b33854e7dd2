"""What a database needs that has grown: statistics, by which it chooses its indexes."""

from django.db import connection

FILLED_BY_IMPORTS = (
    "articles_article", "articles_articletopic", "articles_articleimage", "articles_image", "articles_linkedpage",
    "articles_relatedlink", "articles_search", "articles_topicentry",
)  # fmt: skip


def analyse() -> None:
    """Renews SQLite's statistics. PostgreSQL does so by itself (autovacuum)."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        # Not `PRAGMA optimize`: before SQLite 3.46 it leaves out tables that this connection has not read. And not from
        # a sample: of two indexes of the same rows it may find one half as long, and then sorts the whole queue by it.
        # Writers wait meanwhile: 0.2 s at 100,000 articles, 2 s at a million.
        cursor.execute("PRAGMA analysis_limit = 0")
        cursor.execute("ANALYZE")
        # Of a unique column that is mostly NULL it has counted the NULLs as one value that fills the table, and would
        # read all of the log to find who has undone an event. Without statistics it knows that a value is there once.
        cursor.execute("DELETE FROM sqlite_stat1 WHERE idx LIKE 'sqlite_autoindex_%' AND stat NOT LIKE '% 1'")
        cursor.execute("ANALYZE sqlite_schema")  # so that this connection knows it too


def note_growth() -> None:
    """Renews PostgreSQL's statistics of the tables that an import fills.

    Its triggers keep the plans that they made for small tables until then, and would read whole tables again and again;
    autovacuum comes once a minute, which is late for an import.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(FILLED_BY_IMPORTS)}")
