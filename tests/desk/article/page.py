"""The desk's page of one article, its forms as a browser sends them, and what it answers."""

import html5lib

from articles.models import Article


def page_of(article: Article, part: str = "") -> str:
    return f"/desk/articles/{article.pk}/{part}"


def form_of(answer, number: str) -> dict[str, str]:
    """What a browser would send from a form of the page, untouched."""
    page = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    form = next(f for f in page.iter("form") if f.get("id") == number)
    sent = {}
    for field in form.iter("input"):
        kind = field.get("type")
        if kind == "file" or (kind in ("checkbox", "radio") and field.get("checked") is None):
            continue
        sent[field.get("name")] = field.get("value", "on" if kind == "checkbox" else "")
    for field in form.iter("select"):
        chosen = [o.get("value") for o in field.iter("option") if o.get("selected") is not None]
        sent[field.get("name")] = chosen[0] if chosen else next(field.iter("option")).get("value")
    for field in form.iter("textarea"):
        sent[field.get("name")] = (field.text or "").replace("\n", "\r\n")
    return {name: value for name, value in sent.items() if name}


def sent_of(answer) -> dict[str, str]:
    """The one form of the page, as it was sent back."""
    return form_of(answer, "article-form")


def untouched(desk, article) -> dict[str, str]:
    return sent_of(desk.get(page_of(article)))


def save(desk, article, sent):
    return desk.post(page_of(article), sent)


def said(answer) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


def clashes(answer) -> list[tuple[str, str, str, str]]:
    return [(c.name, c.seen_value, c.current_value, c.typed) for c in answer.context["conflict"].clashes]
