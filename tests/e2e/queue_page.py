"""What the page of the queue has open, and what became of the articles."""

from collections import Counter

from articles.models import Article


def opened(page):
    return page.locator("#item-title")


def states() -> Counter:
    return Counter(Article.objects.values_list("state", flat=True))
