"""The form of the related links: what a browser would send from it, and what it left."""

from tests.desk.article.page import page_of, untouched


def form(desk, article) -> dict[str, str]:
    return untouched(desk, article)


def send(desk, article, sent):
    return desk.post(page_of(article), sent)


def titles(article) -> list[str]:
    return [link.title for link in article.related.order_by("position")]


def listed(answer) -> list[str]:
    """The titles in the order in which the page shows them, saved or not."""
    return [row.title for row in answer.context["related"].rows]
