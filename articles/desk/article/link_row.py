"""One related link on the article page: a line to judge it by, and its form where a person opened it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from articles import links
from articles.forms.fields import LineField, LinkField, TextField, as_typed
from articles.models import Article, Type
from articles.models.article import URL_LENGTH
from articles.relevance import CUT

TEXTS = ("url", "title", "excerpt", "type")


class LinkForm(forms.Form):
    url = LinkField(label="URL", max_length=URL_LENGTH)
    title = LineField(required=False, max_length=500)
    excerpt = TextField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    type = forms.ChoiceField(choices=Type, required=False)

    def clean_url(self):
        if problem := links.problem_with(self.cleaned_data["url"]):
            raise forms.ValidationError(f"This {problem}.")
        return self.cleaned_data["url"]


class LinkRow:
    """A row has no form until it is opened; then it says what the person saw, as `values`.

    `link` is the one in the database, with what `RelatedRows.links` adds to it; None for a new row, and where a
    colleague removed it.
    """

    place = 0
    hidden = placed = removed = ticked = False
    is_shown = True

    def __init__(self, number: int, values: Mapping[str, Any], *, link: Any = None, is_new: bool = False):
        self.number, self.link, self.is_new = number, link, is_new
        self.prefix = f"related-{number}"
        self.values = {name: values.get(name) or "" for name in TEXTS}
        self.was_placed = bool(values.get("placed"))  # when the person saw it
        self.form: LinkForm | None = None

    def open(self, values: Mapping[str, Any] | None = None) -> LinkForm:
        """Opens the form, as it stands or with these values, without checking it."""
        texts = {name: self.text(name) for name in TEXTS}
        self.form = LinkForm(prefix=self.prefix, initial=texts | dict(values or {}))
        return self.form

    def read(self, data: Mapping[str, Any]) -> None:
        """Opens the form with what was sent. A field that was not sent stays as it was."""
        names = {name: f"{self.prefix}-{name}" for name in TEXTS}
        sent = {key: data.get(key, self.values[name]) for name, key in names.items()}
        self.form = LinkForm(sent, prefix=self.prefix)

    def text(self, name: str) -> str:
        return as_typed(str((self.form[name].value() if self.form else self.values[name]) or ""))

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.text("url"), self.text("title"), self.text("excerpt"), self.text("type") or Type.ARTICLE.value)

    @property
    def typed(self) -> dict[str, str]:
        """The texts that the person changed."""
        return {name: self.text(name) for name in TEXTS if self.text(name) != as_typed(str(self.values[name]))}

    @property
    def title(self) -> str:
        return self.text("title")

    @property
    def url(self) -> str:
        return self.text("url")

    @property
    def excerpt(self) -> str:
        return self.text("excerpt")

    @property
    def errors(self) -> Mapping[str, Any]:
        return self.form.errors if self.form else {}

    def is_valid(self) -> bool:
        return self.form is None or self.form.is_valid()

    @property
    def is_removable(self) -> bool:
        return self.link is None or self.link.origin == "editor"

    @property
    def relevance(self) -> float:
        return self.link.relevance if self.link else 0

    @property
    def is_below_cut(self) -> bool:
        """Whether it is too little like the article for readers, unless a person places it."""
        return self.relevance < CUT and not self.is_new

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

    def item(self) -> dict[str, Any]:
        """The link as `moderation.curate` takes it. Browsers change blanks and line ends: that is no change."""
        place = {"hidden": self.hidden, "placed": self.placed}
        if self.form is None:
            return {"pk": self.link.pk} | place if self.link else {**self.values, **place}
        texts = {name: self.form.cleaned_data[name] for name in TEXTS}
        texts["type"] = texts["type"] or Type.ARTICLE
        if self.link is None:
            return texts | place
        changed = {n: text for n, text in texts.items() if as_typed(text) != as_typed(getattr(self.link, n))}
        return {"pk": self.link.pk} | changed | place
