"""Forms of decisions: they check what was typed, and write nothing."""

from collections.abc import Iterable
from typing import Any

from django import forms

from articles.forms.filters import LARGEST_INTEGER
from articles.models import Reason
from articles.moderation import Why

_CELLS = ("published", "quality", "heat")


class RowForm(forms.Form):
    """One article in a list or on a decision page: the version that the person saw, and whether to carry it out."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    do = forms.BooleanField(required=False, initial=True, label="Do this")


class EditedRowForm(RowForm):
    """One article edited in a list: for each cell what the person saw, and what they want."""

    seen_published = forms.BooleanField(required=False, widget=forms.HiddenInput)
    seen_quality = forms.IntegerField(widget=forms.HiddenInput)
    seen_heat = forms.IntegerField(widget=forms.HiddenInput)
    published = forms.BooleanField(required=False)
    quality = forms.IntegerField(min_value=0, max_value=LARGEST_INTEGER)
    heat = forms.IntegerField(min_value=-1, max_value=LARGEST_INTEGER)

    @property
    def changed_cells(self) -> list[str]:
        """The cells that the person changed: what they typed is compared with what they saw, not with the database."""
        return [name for name in _CELLS if self._differs(name)]

    def _differs(self, name: str) -> bool:
        if f"seen_{name}" not in self.cleaned_data or name not in self.cleaned_data:
            return True
        return self.cleaned_data[name] != self.cleaned_data[f"seen_{name}"]


class ScoresForm(forms.Form):
    """Quality and heat for a selection; what is left empty stays as it is."""

    quality = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_INTEGER)
    heat = forms.IntegerField(required=False, min_value=-1, max_value=LARGEST_INTEGER, help_text="−1: not scored")

    def clean(self):
        if not self.errors and self.scores == {}:
            raise forms.ValidationError("Give quality, heat, or both.")
        return self.cleaned_data

    @property
    def scores(self) -> dict[str, int]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class WhyForm(forms.Form):
    """The reason of a rejection or withdrawal."""

    reason = forms.ChoiceField(required=False)
    note = forms.CharField(
        required=False,
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 40}),
        label="In your own words",
        help_text="Colleagues read this beside the reason.",
    )

    def __init__(self, *args, reasons: Iterable[Reason], nothing: str = "Choose a reason", **kwargs):
        super().__init__(*args, **kwargs)
        # Given, not queried: a page with fifty of these forms asks the database once.
        self.reasons = {reason.slug: reason for reason in reasons}
        reason: Any = self.fields["reason"]
        reason.choices = [("", nothing), *((slug, str(r)) for slug, r in self.reasons.items())]

    def why(self) -> Why | None:
        """Returns the reason with its note; None where no reason was chosen."""
        if not self.is_valid() or not self.cleaned_data["reason"]:
            return None
        return Why(self.reasons[self.cleaned_data["reason"]], self.cleaned_data["note"])
