"""The related links of an article as rows of a form."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import Exists, OuterRef

from articles import links
from articles.desk.article.loading import find_by_number
from articles.desk.article.lookup import search_articles
from articles.desk.article.rows import ListRowForm, Rows
from articles.forms.fields import LineField, LinkField, TextField, as_typed
from articles.forms.values import value_in_words
from articles.history.since import ChangesSince
from articles.models import Article, RelatedLink, Tombstone, Type
from articles.models.article import URL_LENGTH
from articles.models.keys import key_of


class RelatedRowForm(ListRowForm):
    url = LinkField(label="URL", max_length=URL_LENGTH)
    title = LineField(required=False, max_length=500)
    excerpt = TextField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    type = forms.ChoiceField(choices=Type, required=False)
    hidden = forms.BooleanField(required=False, label="Hidden from readers")
    remove = forms.BooleanField(required=False, label="Remove")

    # The link in the database, with what `RelatedRows.links` adds to it.
    link: Any = None

    def clean_url(self):
        if problem := links.problem_with(self.cleaned_data["url"]):
            raise forms.ValidationError(f"This {problem}.")
        return self.cleaned_data["url"]

    @property
    def target(self) -> Article | None:
        return self.link.target if self.link else None

    @property
    def trouble(self) -> str:
        """Why the link to one of our articles leads to no page of ours."""
        if self.target is None:
            return "Our article of this link was deleted." if self.link and self.link.was_deleted else ""
        if self.link.leads_to_visible:
            return ""
        state = self.target.get_state_display()
        return (
            f"Our article is {state if not self.target.published else 'not visible now'}: readers go to the original."
        )

    @property
    def is_dead(self) -> bool:
        target = self.target
        gone = target is not None and (
            target.state in ("withdrawn", "rejected") or (target.removed and not target.published)
        )
        return gone or bool(self.target is None and self.trouble)


class RelatedRows(Rows[RelatedRowForm]):
    """The links, and whether the list is closed: links that documents add from now on arrive hidden."""

    name, prefix = "related", "related"
    names = ("related", "related_closed")
    form_class = RelatedRowForm

    # What was searched for without script, and our articles of these words.
    search = ""
    found: list[Article] = []

    def __init__(self, changes, data=None, files=None, *, rows=None, site: str = ""):
        self.site = site
        super().__init__(changes, data, files, rows=rows)
        self.closed = changes.seen_value("related_closed") if data is None else "related-closed" in data

    @cached_property
    def links(self) -> dict[int | None, RelatedLink]:
        visible = Article.objects.visible().filter(pk=OuterRef("page__target"))
        deleted = Tombstone.objects.filter(canonical_key=OuterRef("page__canonical_key"))
        found = (
            RelatedLink.objects.filter(article=self.article)
            .select_related("page__provider", "page__target")
            .annotate(leads_to_visible=Exists(visible), was_deleted=Exists(deleted))
            .defer(*(f"page__target__{name}" for name in ("excerpt", "body", "secured", "source", "extra")))
        )
        return {link.pk: link for link in found}

    def _existing(self):
        return [
            {name: getattr(link, name) for name in ("pk", "url", "title", "excerpt", "type", "hidden")}
            for link in self.links.values()
        ]

    def _is_filled(self, row):
        return bool(row.pk_sent or row.text("url") or row.text("title"))

    def _look_up(self, rows):
        for place, row in enumerate(rows, start=1):
            row.link, row.place = self.links.get(row.pk_sent), place

    def still_exists(self, row):
        return row.link is not None

    @property
    def dead(self) -> int:
        return sum(row.is_dead for row in self.rows)

    def is_valid(self):
        self._resolve()
        return super().is_valid()

    def _resolve(self) -> None:
        """Turns a link to a page of ours into a link to the original; one without a title gets that of the article."""
        new = [row for row in self.rows if not row.pk_sent and row.is_bound]
        slugs = {row.number: slug for row in new if (slug := self._slug_of(row.text("url")))}
        urls = {row.number: _canonical(row.text("url")) for row in new}
        if not new:
            return
        twins = [key_of(links.twin_key(url)) for url in urls.values() if url]
        found = Article.objects.filter(twin_key__in=twins) | Article.objects.filter(slug__in=slugs.values())
        ours = list(found.exclude(pk=self.article.pk).without_payload().order_by("-pk"))
        by_url = {article.canonical_url: article for article in ours}
        by_slug: dict[str | None, Article] = {article.slug: article for article in ours}
        data = self.data.copy()
        for row in new:
            target = by_slug.get(slugs.get(row.number)) or by_url.get(urls[row.number])
            if target is None:
                continue
            if row.number in slugs and target.url:
                data[row.add_prefix("url")] = target.url
            if not row.text("title"):
                data[row.add_prefix("title")] = target.title
                data[row.add_prefix("excerpt")] = row.text("excerpt") or target.excerpt
            row.data = data

    def _slug_of(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return ""
        found = re.fullmatch(r"/articles/([\w-]+)/?", parts.path, re.ASCII)
        return found[1] if found and self.site and parts.netloc == self.site else ""

    @property
    def changed_data(self) -> list[str]:
        if f"{self.prefix}-sent" not in self.data:
            return []
        return [name for name in self.names if self.differs(name, self.changes.seen_value(name))]

    def differs(self, name: str, value: Any) -> bool:
        if name == "related_closed":
            return self.closed != value
        return [_typed_link(row) for row in self.kept] != [_logged_link(link) for link in value]

    def again(self, article, names=()):
        again = super().again(article) if "related" in names else type(self)(ChangesSince(article))
        again.closed = self.closed if "related_closed" in names else article.related_closed
        return again

    def unsaved(self, do, more=()):
        """Also `add-7` (our article 7), `search` (for `q`), `more` (the row that was typed)."""
        verb, _, number = do.partition("-")
        added = find_by_number(number) if verb == "add" else None
        if added:
            more = [{name: getattr(added, name) for name in ("url", "title", "excerpt", "type")}]
        again = super().unsaved(do, more)
        again.closed = self.closed
        if verb in ("search", "add"):
            again.search = self.data.get("q", "")
            again.found = search_articles(again.search, but=self.article)
        return again

    def typed(self, name: str) -> str:
        if name == "related_closed":
            return value_in_words(name, self.closed)
        return value_in_words(
            name, [{"title": t or url, "hidden": hidden} for url, t, *_, hidden in map(_typed_link, self.kept)]
        )

    def wanted(self, names) -> dict[str, Any]:
        values = {"related": [self._item(row) for row in self.kept]} if "related" in names else {}
        return values | ({"related_closed": self.closed} if "related_closed" in names else {})

    def _item(self, row: RelatedRowForm) -> dict[str, Any]:
        values = {name: row.cleaned_data[name] for name in ("url", "title", "excerpt", "hidden")}
        values["type"] = row.cleaned_data["type"] or Type.ARTICLE
        link = self.links.get(row.pk_sent)
        if link is None:
            return values
        # Browsers change blanks and line ends: that is no change by a person.
        return {"pk": link.pk} | {n: v for n, v in values.items() if as_typed(v) != as_typed(getattr(link, n))}


def _typed_link(row: RelatedRowForm) -> tuple:
    return (
        row.text("url"),
        row.text("title"),
        row.text("excerpt"),
        row.text("type") or Type.ARTICLE.value,
        bool(row["hidden"].value()),
    )


def _logged_link(link: dict[str, Any]) -> tuple:
    texts = (as_typed(link.get(name) or "") for name in ("url", "title", "excerpt"))
    return (*texts, link.get("type") or Type.ARTICLE.value, bool(link.get("hidden")))


def _canonical(url: str) -> str:
    return links.canonical(repaired) if (repaired := links.repaired(url)) else ""
