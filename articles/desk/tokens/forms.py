from django import forms

from articles.intake.tokens import LONGEST_LIFE
from articles.models import PushToken
from articles.texts import problem_with


class TokenForm(forms.Form):
    """What a new token is for."""

    client = forms.CharField(max_length=100, label="Client", help_text="Who gets it: a machine, a person, a partner.")
    scopes = forms.MultipleChoiceField(
        choices=PushToken.Scope, widget=forms.CheckboxSelectMultiple, label="It may", initial=["documents"]
    )
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_LIFE, initial=90, label="Days until it expires", help_text="A year at most."
    )

    def clean_client(self):
        client = self.cleaned_data["client"]
        if problem := problem_with(client):
            raise forms.ValidationError(f"This {problem}.")
        return client
