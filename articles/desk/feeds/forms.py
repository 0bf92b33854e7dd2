"""The form of a feed of documents."""

from __future__ import annotations

from typing import Any

from articles.forms.taxonomy import CheckedTexts
from articles.intake import places
from articles.models import DocumentFeed

Kind = DocumentFeed.Kind
LIMITS = ("max_rejected", "max_changed", "max_gone")


class FeedForm(CheckedTexts):
    class Meta:
        model = DocumentFeed
        fields = ("name", "kind", "location", "branch", "folder", "prefix", "mode", "minutes", *LIMITS)
        labels = {
            "mode": "What comes in",
            "minutes": "Minutes between two looks",
            "max_rejected": "Held above: rejected",
            "max_changed": "Held above: changed",
            "max_gone": "Held above: gone",
        }
        help_texts = {"minutes": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs |= {"spellcheck": "false", "autocomplete": "off"}
            if name in LIMITS:
                field.widget.attrs |= {"max": 100}
        if self.instance.pk:
            # What was taken, and by whose tokens, belongs to the kind.
            self.fields["kind"].disabled = True

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        for name in LIMITS:
            if self.cleaned_data.get(name, 0) > 100:
                self.add_error(name, "This is a share: at most 100 percent.")
        if self.cleaned_data.get("minutes", 1) < 1:
            self.add_error("minutes", "At least one minute.")
        self._check_place()
        return data

    def _check_place(self) -> None:
        kind = self.cleaned_data.get("kind")
        if kind == Kind.PUSH:
            self.cleaned_data |= {"location": "", "branch": "", "folder": ""}
        elif kind and not self.cleaned_data.get("location"):
            self.add_error("location", "Where is it read?")
        if kind == Kind.FOLDER:
            self.cleaned_data |= {"branch": "", "folder": ""}
        if self.errors:
            return
        feed = DocumentFeed(pk=self.instance.pk, **{name: self.cleaned_data[name] for name in self.Meta.fields})
        try:
            places.check(feed)
        except places.Refused as refusal:
            self.add_error(refusal.field, str(refusal))
