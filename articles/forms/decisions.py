"""Forms of the staff's pages: what was typed, checked; they write nothing."""

from collections.abc import Iterable

from django import forms

from articles import links
from articles.forms.filters import LARGEST
from articles.history.snapshot import RELATED_FIELDS
from articles.models import Reason
from articles.moderation import Why
from articles.moderation.refusals import Refused

FLAG_AND_SCORES = ("published", "quality", "heat")


class RowForm(forms.Form):
    """One article in a list or on a decision page: the version that the person saw; `do` keeps the row in."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    do = forms.BooleanField(required=False, initial=True, label="Do this")


class EditedRowForm(RowForm):
    """One article edited in a list: for each cell what the person saw, and what they want."""

    seen_published = forms.BooleanField(required=False, widget=forms.HiddenInput)
    seen_quality = forms.IntegerField(widget=forms.HiddenInput)
    seen_heat = forms.IntegerField(widget=forms.HiddenInput)
    published = forms.BooleanField(required=False)
    quality = forms.IntegerField(min_value=0, max_value=LARGEST)
    heat = forms.IntegerField(min_value=-1, max_value=LARGEST)

    @property
    def changed_cells(self) -> list[str]:
        """The cells that the person changed: what they see now against what they saw, not against the database."""
        return [name for name in FLAG_AND_SCORES if self._differs(name)]

    def _differs(self, name: str) -> bool:
        if f"seen_{name}" not in self.cleaned_data or name not in self.cleaned_data:
            return True
        return self.cleaned_data[name] != self.cleaned_data[f"seen_{name}"]


class ScoresForm(forms.Form):
    """Quality and heat for a selection; what is left empty stays as it is."""

    quality = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    heat = forms.IntegerField(required=False, min_value=-1, max_value=LARGEST, help_text="−1: not scored")

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
        self.fields["reason"].choices = [("", nothing), *((slug, str(r)) for slug, r in self.reasons.items())]

    def why(self) -> Why | None:
        """What was chosen; None where no reason was."""
        if not self.is_valid() or not self.cleaned_data["reason"]:
            return None
        return Why(self.reasons[self.cleaned_data["reason"]], self.cleaned_data["note"])


# The form of an article


class UnsavedForm(forms.ModelForm):
    """A form whose instance stays what the database says: moderation checks what was typed, and writes it."""

    def _post_clean(self):
        pass


class ArticleForm(UnsavedForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.ModelChoiceField(
        queryset=Reason.objects.filter(active=True),
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean(self):
        if self.refusal:
            self._show(self.refusal)
        return self.cleaned_data

    def _show(self, refusal: Refused) -> None:
        """What moderation refused, beside the field that it is about, or above all of them."""
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

    position = forms.IntegerField(required=False, min_value=0, max_value=LARGEST, label="Order")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].widget.attrs["class"] = "order"
        if self.instance.pk:
            self.initial["position"] = self.instance.position + 1

    @property
    def place(self) -> tuple[float, int]:
        """Sorts rows: what comes new, or up to a number, stands before the row that has it; what comes down, behind."""
        new, old = self.cleaned_data.get("position"), self.initial.get("position") if self.instance.pk else None
        if new is None:
            return (float("inf"), 0)
        return (new, 0 if new == old else 1 if old is not None and new > old else -1)


class RelatedForm(OrderedForm):
    def clean_url(self):
        if problem := links.problem_with(self.cleaned_data["url"]):
            raise forms.ValidationError(f"This {problem}.")
        return self.cleaned_data["url"]

    @property
    def item(self) -> dict[str, object]:
        """As `moderation.curate` takes it: of a link that is there, what was changed."""
        names = self.changed_data if self.instance.pk else self.fields
        item = {name: self.cleaned_data.get(name) for name in names if name in RELATED_FIELDS}
        return {**item, "pk": self.instance.pk} if self.instance.pk else item
