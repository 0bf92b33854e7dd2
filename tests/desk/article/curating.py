"""The form of the related links: what a browser would send from it, and what it left."""

from tests.desk.article.page import form_of, page_of


def form(desk, article) -> dict[str, str]:
    return form_of(desk.get(page_of(article)), "form-related")


def send(desk, article, sent):
    return desk.post(page_of(article, "related/"), sent)


def titles(article) -> list[str]:
    return [link.title for link in article.related.order_by("position")]
