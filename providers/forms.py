from django import forms
from django.core.validators import validate_domain_name

from articles import links
from articles.forms.fields import LinesField
from articles.forms.taxonomy import CheckedTexts


class ProviderForm(CheckedTexts):
    other_names = LinesField()

    def clean_domain(self):
        domain = self.cleaned_data["domain"].lower().rstrip(".")
        # A domain from a document may be one that a person could not type, and must not block other changes.
        if domain != self.instance.domain:
            validate_domain_name(domain)
            if "." not in domain or links.problem_with(f"https://{domain}/"):
                raise forms.ValidationError("This is no domain, like example.com.")
        return domain
