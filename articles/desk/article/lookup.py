"""Finds articles by words of their titles, or by their link."""

from articles import links
from articles.models import Article, typed_words
from articles.models.keys import key_of
from articles.public import search

MOST_FOUND = 10
NEWEST_SEARCHED = 20_000
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
    if not words:
        return []
    # The index holds what readers may see; of the rest, only the newest are searched.
    newest = articles.order_by("-published_at", "-pk").values("pk")[:NEWEST_SEARCHED]
    titled = Article.objects.filter(pk__in=newest)
    for word in words:
        titled = titled.filter(title__written=word)
    found = {one.pk: one for one in titled.select_related("provider").without_payload().latest_first()[:MOST_FOUND]}
    if len(found) < MOST_FOUND:
        is_short = len(text) <= search.MAX_QUERY_LENGTH
        hits = search.find(search.parse(text).typing())[: MOST_FOUND + 1] if is_short else []
        best = [hit.article for hit in hits]
        indexed = articles.in_bulk(best)
        found = found | {pk: indexed[pk] for pk in best if pk in indexed}
    return list(found.values())[:MOST_FOUND]
