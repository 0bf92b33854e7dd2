"""Titles that a search finds, and whether the index is in step with the articles."""

from django.core.management import call_command
from django.db import connection

from articles.models import Article
from articles.public.search import find, load, parse


def titles(text: str) -> list[str]:
    return [article.title for article in load(find(parse(text)))]


def index_now() -> list:
    """All that the index holds, in a shape that can be compared."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT key, vector::text, title::text FROM articles_search ORDER BY key")
            return cursor.fetchall()
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab('main', 'articles_search', 'instance')"
        )
        cursor.execute("SELECT doc, col, term, offset FROM temp.words ORDER BY 1, 2, 3, 4")
        return cursor.fetchall()


def assert_in_step(articles: int) -> None:
    """The index holds so many articles, and is what making it anew gives."""
    before = index_now()
    assert len({row[0] for row in before}) == articles == Article.objects.filter(published=True).count()
    call_command("rebuild_search", verbosity=0)
    assert index_now() == before
