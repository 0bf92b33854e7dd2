"""The admin's forms of an article and of its rows."""

from datetime import datetime

from django import forms
from django.utils.text import capfirst

from articles import links
from articles.forms.fields import TextField, require_whole_year
from articles.forms.filters import LARGEST_INTEGER
from articles.models import Reason
from articles.models.fields import ARTICLE_FIELDS, Kind
from articles.moderation import Why
from articles.moderation.refusals import Refused


def _repair_links(values: dict[str, object]) -> None:
    """Repairs what a browser repairs in the links of a form."""
    for field in ARTICLE_FIELDS:
        if field.kind is Kind.LINK and isinstance(url := values.get(field.name), str):
            values[field.name] = links.repaired(url) or url


class UnsavedForm(forms.ModelForm):
    """A form that leaves its instance as it is in the database: moderation checks what was typed, and writes it."""

    def _post_clean(self):
        pass


class ArticleForm(UnsavedForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.ModelChoiceField(
        queryset=Reason.objects.offered(),
        required=False,
        empty_label="—",
        help_text="Needed to withdraw or reject. Readers of a withdrawn article see it.",
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="In your own words",
        help_text="For colleagues, beside the reason.",
    )
    refusal: Refused | None = None

    class Meta:
        labels = {field.name: capfirst(field.label) for field in ARTICLE_FIELDS}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean(self):
        _repair_links(self.cleaned_data)
        self._require_whole_years()
        if self.refusal:
            self._show(self.refusal)
        return self.cleaned_data

    def _require_whole_years(self) -> None:
        """Asks about years that were typed with two digits. A date that nobody touched stays, whatever its year."""
        for name in self.changed_data:
            if isinstance(moment := self.cleaned_data.get(name), datetime):
                try:
                    require_whole_year(moment.year)
                except forms.ValidationError as error:
                    self.add_error(name, error)

    def _show(self, refusal: Refused) -> None:
        """Shows what moderation refused, beside the field that it is about, or above all of them."""
        errors = getattr(refusal, "errors", {})
        for name, messages in errors.items():
            if name in self.fields:
                self.add_error(name, messages)
        if not set(errors) & set(self.fields):
            self.add_error(None, str(refusal))

    @property
    def wanted(self) -> dict[str, object]:
        """What the person changed, as `moderation.apply` takes it."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.fields_of_the_article}

    @property
    def fields_of_the_article(self) -> list[str]:
        return [name for name in self.fields if name not in self.declared_fields]

    @property
    def why(self) -> Why | None:
        reason = self.cleaned_data.get("reason")
        return Why(reason, self.cleaned_data.get("note", "")) if reason else None


class OrderedForm(UnsavedForm):
    """One row of an ordered list inside the form of an article; people count from 1."""

    position = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_INTEGER, label="Order")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].widget.attrs["class"] = "order"
        if self.instance.pk:
            self.initial["position"] = self.instance.position + 1

    @property
    def place(self) -> tuple[float, int]:
        """Sorts rows: one that is new or moves up stands before the row with that number; one that moves down after."""
        new, old = self.cleaned_data.get("position"), self.initial.get("position") if self.instance.pk else None
        if new is None:
            return (float("inf"), 0)
        return (new, 0 if new == old else 1 if old is not None and new > old else -1)


class OrderedImageForm(OrderedForm):
    """A row with an image, and what the article says of it."""

    title = TextField(required=False, label="Alternative text", widget=forms.Textarea(attrs={"rows": 1, "cols": 30}))
    attribution = TextField(required=False, label="Credit", widget=forms.Textarea(attrs={"rows": 1, "cols": 30}))

    def text_of(self, name: str) -> str:
        """Returns the text as typed; what only a browser made of it is no change."""
        return self.cleaned_data[name] if name in self.changed_data else self.initial.get(name, "")
