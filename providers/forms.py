from articles.forms.fields import LinesField
from articles.forms.taxonomy import CheckedTexts, checked_domain


class ProviderForm(CheckedTexts):
    other_names = LinesField()

    def clean_domain(self):
        return checked_domain(self.cleaned_data["domain"])
