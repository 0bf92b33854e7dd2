"""Articles of ours that are like the open one and not among its related links, for the page of the article."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q

from articles import links
from articles.models import Article, Likeness
from articles.models.keys import key_of

MOST_SUGGESTED = 5
MOST_READ = 50


class Suggestion(NamedTuple):
    """An article, visible or not, with the words that it shares with the open one, the weightiest first."""

    article: Article
    words: list[str]


def suggested(article: Article, linked: Collection[str]) -> list[Suggestion]:
    """Returns what is most like the article, without what `linked`, the canonical URLs of its links, lead to."""
    pairs = Likeness.objects.filter(Q(one=article.pk) | Q(other=article.pk)).order_by("-score", "pk")
    words = {
        (other if one == article.pk else one): shared
        for one, other, shared in pairs.values_list("one", "other", "words")[:MOST_READ]
    }
    if not words:
        return []
    found = Article.objects.select_related("provider").without_payload().in_bulk(words)
    keys = {key_of(links.twin_key(url)) for url in linked}
    alike = [found[pk] for pk in words if pk in found]
    free = [other for other in alike if other.url and other.twin_key not in {*keys, article.twin_key}]
    return [Suggestion(other, words[other.pk]) for other in free[:MOST_SUGGESTED]]
