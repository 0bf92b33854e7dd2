"""What the page of the queue has open, and what became of the articles."""

from collections import Counter

from playwright.sync_api import expect

from articles.models import Article


def opened(page):
    return page.locator("#item-title")


def sees(page, title):
    """Wait until the article is open, and was on screen for so long that it can be decided on."""
    expect(opened(page)).to_have_text(title)
    look(page)


def look(page):
    expect(page.locator("html[data-unseen]")).to_have_count(0)


def states() -> Counter:
    return Counter(Article.objects.values_list("state", flat=True))
