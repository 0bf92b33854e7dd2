"""The forms of a provider's page."""

from django import forms

from articles.forms.fields import LinesField
from articles.forms.taxonomy import CheckedTexts, checked_domain
from articles.words import folded
from providers.models import Provider, domain_in_use

SORT_BY = "sort"
MOST_NAMED = 5


class ProviderChange(CheckedTexts):
    """Name, other names and trust. Written by `articles.vocabulary.writer`, never by the form."""

    other_names = LinesField()

    class Meta:
        model = Provider
        fields = ("name", "other_names", "trust")


class MergeForm(forms.Form):
    into = forms.CharField(label="Merge into", max_length=253, help_text="Its domain, or its name.")

    def clean_into(self) -> Provider:
        typed = self.cleaned_data["into"].strip()
        found = Provider.objects.filter(domain=domain_in_use(typed.lower())).first()
        if found:
            return found
        named = [one for one in Provider.objects.in_use() if folded(one.name) == folded(typed)]
        if len(named) == 1:
            return named[0]
        if named:
            domains = ", ".join(one.domain for one in named[:MOST_NAMED])
            raise forms.ValidationError(f"Several have this name: {domains}.")
        raise forms.ValidationError("There is no provider with this domain or name.")


class RenameForm(forms.Form):
    domain = forms.CharField(label="New domain", max_length=253, help_text="The old one goes on to stand for it.")

    def clean_domain(self) -> str:
        return checked_domain(self.cleaned_data["domain"])
