"""The forms of bulk decisions: each asks for the options of its verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User

from articles.desk.colleagues import colleagues
from articles.forms.decisions import WhyForm
from articles.forms.filters import LARGEST_INTEGER, article_named
from articles.models import Article, Reason, Topic
from articles.moderation import Why
from articles.moderation.colleague_verbs import Assign, Score
from articles.moderation.content_verbs import ChangeTopics, Keep, NameTopics, TakeSource
from articles.moderation.story_verbs import Cover, MarkDuplicate
from articles.moderation.verbs import Verb
from articles.texts import problem_with

SCORES = ("quality", "heat")


class BulkForm(forms.Form):
    """The form of a verb in bulk. This one is for verbs that need nothing more, such as publish."""

    # Whether the preview depends on what is typed.
    asks = False
    # The label in the menu of the queue, and that before the number of articles, if not that of the verb.
    offer = ""
    heading = ""
    # Whether the preview shows what article and document say of the conflicts.
    shows_conflicts = False

    @staticmethod
    def usual(verb: type[Verb]) -> Verb:
        """Returns the verb that finds the exceptions before anything is typed."""
        return verb()

    def decision(self, verb: type[Verb]) -> Verb:
        """Returns what the person asks for; the form is valid."""
        return verb()


class BulkReasonForm(BulkForm):
    """One reason for all of them."""

    reason = forms.ModelChoiceField(
        Reason.objects.offered(),
        to_field_name="slug",
        empty_label="Choose a reason",
        error_messages={"required": "Choose a reason: readers and colleagues will ask."},
    )
    note = WhyForm.declared_fields["note"]

    def clean_note(self):
        if problem := problem_with(self.cleaned_data["note"]):
            raise forms.ValidationError(f"This {problem}.")
        return self.cleaned_data["note"]

    def decision(self, verb):
        return verb(Why(self.cleaned_data["reason"], self.cleaned_data["note"]))


def _any_change(verb: type[Verb]) -> Verb:
    # Scores can be changed in every state: this refuses only what a colleague works on.
    return Score(quality_by=1)


def _number(label: str, low: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=low, max_value=LARGEST_INTEGER, **options)


class BulkScoreForm(BulkForm):
    """Quality and heat: set to a number, or shifted by one; what is left empty stays."""

    asks, offer = True, "Set quality or heat"
    usual = staticmethod(_any_change)
    quality = _number("Set quality to", 0)
    quality_by = _number("or change it by", -LARGEST_INTEGER, help_text="Such as 10 or -10; never below 0.")
    heat = _number("Set heat to", -1, help_text="−1: not scored")
    heat_by = _number("or change it by", -LARGEST_INTEGER, help_text="Such as 10 or -10; never below −1.")

    def clean(self):
        for name in SCORES:
            if self.cleaned_data.get(name) is not None and self.cleaned_data.get(f"{name}_by") is not None:
                self.add_error(f"{name}_by", "Set it or change it: not both.")
        if not self.errors and not self._scores:
            raise forms.ValidationError("Say what becomes of quality, heat, or both.")
        return self.cleaned_data

    @property
    def _scores(self) -> dict[str, int]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    def decision(self, verb):
        return verb(**self._scores)


class BulkTopicsForm(BulkForm):
    asks, offer = True, "Add or remove topics"
    usual = staticmethod(_any_change)
    how = forms.ChoiceField(choices=[("add_topics", "Add"), ("remove_topics", "Remove")], label="What")
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.order_by("folded"),
        to_field_name="slug",
        help_text="With Ctrl or ⌘ you choose several. Added ones come behind those that an article has.",
        error_messages={"required": "Choose a topic."},
    )

    def decision(self, verb):
        topics = list(self.cleaned_data["topics"])
        return verb(add=topics) if self.cleaned_data["how"] == "add_topics" else verb(remove=topics)


class BulkAssignForm(BulkForm):
    asks = True
    usual = staticmethod(_any_change)
    to = forms.ModelChoiceField(
        User.objects.none(), to_field_name="username", required=False, empty_label="Nobody", label="Colleague"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = colleagues()

    def decision(self, verb):
        return verb(self.cleaned_data["to"])


class BulkDuplicateForm(BulkForm):
    """Of which article they are duplicates."""

    asks, offer, heading = True, "Mark as duplicates", "Mark as duplicates"
    usual = staticmethod(_any_change)
    of = forms.CharField(label="Of the article", max_length=300, help_text="Its number, or its address at the desk.")

    def clean_of(self) -> Article:
        if other := article_named(self.cleaned_data["of"]):
            return other
        raise forms.ValidationError("There is no such article: give its number, or its address at the desk.")

    def decision(self, verb):
        return verb(self.cleaned_data["of"])


class BulkCoverForm(BulkForm):
    heading = "Cover with what is published of their stories:"


class BulkNameTopicsForm(BulkForm):
    offer, heading = "Add the topics that titles name", "Add the topics that the title names to"


class BulkKeepForm(BulkForm):
    heading, shows_conflicts = "Keep our values of", True


class BulkTakeForm(BulkForm):
    heading, shows_conflicts = "Take the source’s values of", True


FORMS: dict[type[Verb], type[BulkForm]] = {
    Score: BulkScoreForm,
    ChangeTopics: BulkTopicsForm,
    Assign: BulkAssignForm,
    MarkDuplicate: BulkDuplicateForm,
    Cover: BulkCoverForm,
    NameTopics: BulkNameTopicsForm,
    Keep: BulkKeepForm,
    TakeSource: BulkTakeForm,
}


def form_in_bulk(verb: type[Verb]) -> type[BulkForm]:
    return FORMS.get(verb) or (BulkReasonForm if verb.asks_reason else BulkForm)
