"""The forms of the verbs that the queue sends: each asks for the options of its verb."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import User

from articles.desk.colleagues import colleagues
from articles.forms.decisions import ScoresForm, WhyForm
from articles.models import Reason
from articles.models.fields import SOURCE_FIELDS
from articles.moderation import VERBS
from articles.moderation.colleague_verbs import Assign, Flag, Note, Score
from articles.moderation.content_verbs import Keep, NameTopics, TakeSource
from articles.moderation.verbs import Verb


class DecisionForm(forms.Form):
    """The form of a verb. This one is for verbs that need nothing more, such as publish."""

    def decision(self, verb: type[Verb]) -> Verb:
        """Returns what the person asks for; the form is valid."""
        return verb()


class ReasonForm(WhyForm, DecisionForm):
    """The reason why readers will not see the article, and a note."""

    def __init__(self, data, **options):
        super().__init__(data, reasons=Reason.objects.offered(), **options)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = "Choose a reason: readers and colleagues will ask."

    def decision(self, verb):
        return verb(self.why())


class ScoreForm(ScoresForm, DecisionForm):
    def decision(self, verb):
        return verb(**self.scores)


class NoteForm(DecisionForm):
    notes = forms.CharField(required=False, max_length=10_000, label="Notes", widget=forms.Textarea(attrs={"rows": 5}))

    def decision(self, verb):
        return verb(self.cleaned_data["notes"])


class FlagForm(DecisionForm):
    why = forms.CharField(required=False, max_length=500, label="Why")
    clear = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self):
        if not self.cleaned_data.get("clear") and not self.cleaned_data.get("why") and not self.errors:
            self.add_error("why", "Say why: a colleague will look for it.")
        return self.cleaned_data

    def decision(self, verb):
        return verb("" if self.cleaned_data["clear"] else self.cleaned_data["why"])


class AssignForm(DecisionForm):
    to = forms.CharField(required=False, max_length=150, label="To", widget=forms.TextInput(attrs={"list": "people"}))

    def clean_to(self) -> User | None:
        name = self.cleaned_data["to"]
        person = colleagues().filter(username=name).first() if name else None
        if name and person is None:
            raise forms.ValidationError("Nobody of this name decides on articles.")
        return person

    def decision(self, verb):
        return verb(self.cleaned_data["to"])


class SettleForm(DecisionForm):
    """The fields whose conflict with the source is settled; without names: all of them."""

    names = forms.MultipleChoiceField(
        required=False, choices=[(name, name) for name in SOURCE_FIELDS], widget=forms.MultipleHiddenInput
    )

    def decision(self, verb):
        return verb(self.cleaned_data["names"] or None)


FORMS: dict[type[Verb], type[DecisionForm]] = {
    Score: ScoreForm,
    Note: NoteForm,
    Flag: FlagForm,
    Assign: AssignForm,
    NameTopics: DecisionForm,
    Keep: SettleForm,
    TakeSource: SettleForm,
}


def form_in_queue(verb: type[Verb]) -> type[DecisionForm]:
    return FORMS.get(verb) or (ReasonForm if verb.asks_reason else DecisionForm)


def verbs_of_queue() -> list[type[Verb]]:
    """Returns the verbs that are sent from the queue: those with a button, and those with a form there."""
    return [verb for verb in VERBS.values() if verb.key or verb in FORMS]
