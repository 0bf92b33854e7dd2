"""Forms of the desk's page of one article: what was typed, beside what the person saw; they write nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from articles.desk.article.fields import MomentField, ProviderField, SourceField, TopicsField
from articles.forms.fields import LineField, TextField
from articles.forms.values import value_in_words
from articles.history.since import ChangesSince
from articles.history.snapshot import DATES
from articles.models import Article, Category, Topic, Type
from articles.models.keys import URL_LENGTH
from articles.moderation.refusals import Refused


class SeenForm(forms.Form):
    """A form filled with what the person saw: what they changed is that which differs from it, and only that counts.

    An article that came with a fault elsewhere can so be mended, and a field that was not sent is not emptied.
    """

    bound_field_class = SourceField

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Nothing stands beside these fields that has no version.
    is_overtaken, text_changes = False, ()

    def __init__(self, changes: ChangesSince, data=None, files=None, *, said: Mapping[str, Any] = {}, overlay=None):
        self.changes, self.article, self.said = changes, changes.article, said
        self.conflicts = changes.article.conflicts
        initial = {
            name: self.initial_of(name, changes.seen_value(name)) for name in self.base_fields if name != "version"
        }
        super().__init__(data, initial=initial | {"version": self.article.version} | (overlay or {}))

    @staticmethod
    def initial_of(name: str, value: Any) -> Any:
        """A value of the log as the form would have it."""
        if name in DATES and isinstance(value, str):
            return parse_datetime(value)
        if name == "topics":
            names = dict(Topic.objects.filter(slug__in=value).values_list("slug", "name"))
            return [names.get(slug, slug) for slug in value]
        return value

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "version" and self.add_prefix(name) in self.data]

    def _clean_fields(self):
        for name in self.changed_data:
            try:
                self.cleaned_data[name] = self.fields[name].clean(self[name].data)
            except forms.ValidationError as error:
                self.add_error(name, error)

    # What `save.SectionForm` asks

    def differs(self, name: str, value: Any) -> bool:
        """Whether what was typed is something else than this value of the log."""
        return self.fields[name].has_changed(self.initial_of(name, value), self[name].data)

    def typed(self, name: str) -> str:
        return value_in_words(name, self.cleaned_data.get(name, self[name].data))

    def wanted(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names}

    def refuse(self, refusal: Refused) -> None:
        """What moderation refused, beside the field that it is about, or above all of them."""
        errors = getattr(refusal, "errors", {})
        for name, messages in errors.items():
            self.add_error(name if name in self.fields else None, messages)
        if not errors:
            self.add_error(None, str(refusal))

    def again(self, article: Article, names: Iterable[str]) -> SeenForm:
        """The form on the article as it is now, with what was typed in these fields."""
        overlay = {name: self[name].data for name in names}
        return type(self)(ChangesSince(article), said=self.said, overlay=overlay)


class TextForm(SeenForm):
    title = LineField(max_length=500)
    excerpt = TextField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    body = TextField(required=False, widget=forms.Textarea(attrs={"rows": 6}))
    topics = TopicsField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="One in a line; the first leads."
    )
    provider = ProviderField(max_length=253, help_text="The domain, or the name.")
    published_at = MomentField(label="Original’s date")
    type = forms.ChoiceField(choices=Type)
    category = forms.ChoiceField(choices=Category)
    web_url = LineField(label="Web URL", required=False, max_length=URL_LENGTH)
    original_url = LineField(label="Original URL", required=False, max_length=URL_LENGTH)
    amp_url = LineField(label="AMP URL", required=False, max_length=URL_LENGTH)
    cdn_amp_url = LineField(label="CDN AMP URL", required=False, max_length=URL_LENGTH)
    slug = LineField(max_length=100, help_text="The address on our site. The old one redirects.")


class ScheduleForm(SeenForm):
    publish_at = MomentField(label="Not before", required=False)
    expires_at = MomentField(label="Not after", required=False)
