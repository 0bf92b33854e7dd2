"""Finds articles by words of their titles, or by their link."""

from articles import links
from articles.models import Article, typed_words
from articles.models.keys import key_of
from articles.models.titles import find, words_of

MOST_FOUND = 10
MOST_READ = 200
MOST_WORDS = 6


def search_articles(text: str, *, but: Article | None = None) -> list[Article]:
    """Returns the articles whose titles hold all the words, or that have the link; the newest first.

    Each word may be the beginning of one.
    """
    articles = Article.objects.select_related("provider").without_payload().latest_first()
    if but is not None:
        articles = articles.exclude(pk=but.pk)
    if url := links.repaired(text):
        return list(articles.filter(twin_key=key_of(links.twin_key(url)))[:MOST_FOUND])
    words = typed_words(text.replace("\x00", " "))[:MOST_WORDS]
    way = [{part} for parts in words_of(" ".join(words)) for part in parts]
    return list(articles.filter(pk__in=find([way], MOST_READ))[:MOST_FOUND])
