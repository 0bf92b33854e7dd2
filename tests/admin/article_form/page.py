"""The form of one article: its address, and what a browser would send from it."""

import html5lib
from django.urls import reverse

from articles.models import Article


def address(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def fields_of(page, name="article_form") -> dict[str, str]:
    """What a browser would send from this form of the page, untouched."""
    document = html5lib.parse(page.text, namespaceHTMLElements=False)
    form = next(f for f in document.iter("form") if f.get("id") == name)
    sent = {}
    for field in form.iter("input"):
        kind = field.get("type")
        if kind == "submit" or (kind in ("checkbox", "radio") and field.get("checked") is None):
            continue
        sent[field.get("name")] = field.get("value", "on" if kind == "checkbox" else "")
    for field in form.iter("select"):
        sent[field.get("name")] = next(
            (o.get("value") for o in field.iter("option") if o.get("selected") is not None), ""
        )
    for field in form.iter("textarea"):
        sent[field.get("name")] = (field.text or "").replace("\n", "\r\n")
    return {name: value for name, value in sent.items() if name and "__prefix__" not in name}
