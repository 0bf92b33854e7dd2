"""Forms of the desk's page of one article: what was typed, beside what the person saw; they write nothing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst

from articles.forms.fields import LineField, TextField
from articles.history.labels import label, words
from articles.history.since import Meanwhile
from articles.models import Article, Topic, Verb
from articles.models.fields import ARTICLE_FIELDS, MOMENTS, ArticleField, Kind
from articles.moderation.refusals import Refused
from providers.models import Provider

# A list of topics that nobody has is no list of topics.
MOST_TOPICS = 50


class MomentField(forms.DateTimeField):
    """A date and time to the second, in the site's time zone."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": 1})

    def has_changed(self, initial, data):
        # In the hour that comes twice, what nobody touched would be no valid time.
        shown = self.widget.format_value(self.prepare_value(initial)) or ""
        return (data or "") not in (shown, shown.removesuffix(":00")) and super().has_changed(initial, data)

    def prepare_value(self, value):
        value = super().prepare_value(value)
        return value.replace(microsecond=0) if isinstance(value, datetime) else value


class ProviderField(LineField):
    """A provider by its domain, or by its name where only one has it."""

    def clean(self, value):
        typed = super().clean(value)
        found = list(Provider.objects.filter(Q(domain__iexact=typed) | Q(name__iexact=typed))[:5])
        exact = [provider for provider in found if provider.domain == typed.lower()] or found
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise forms.ValidationError(f"Several have this name: {', '.join(p.domain for p in exact)}.")
        near = Provider.objects.filter(Q(domain__icontains=typed) | Q(name__icontains=typed))[:5]
        raise forms.ValidationError(_unknown("provider", typed, [provider.domain for provider in near]))


class TopicsField(TextField):
    """Topics by their names, one in a line, in their order."""

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return self._lines(initial) != self._lines(data)

    def clean(self, value):
        names = self._lines(super().clean(value))
        if len(names) > MOST_TOPICS:
            raise forms.ValidationError(f"These are more than {MOST_TOPICS} topics.")
        wanted = Q()
        for name in names:
            wanted |= Q(name__iexact=name) | Q(slug=name)
        known = {}
        for topic in Topic.objects.filter(wanted).defer("source") if names else ():
            known |= {topic.slug.casefold(): topic, topic.name.casefold(): topic}
        if missing := [name for name in names if name.casefold() not in known]:
            there = list(Topic.objects.values_list("name", flat=True))
            raise forms.ValidationError([_unknown("topic", n, difflib.get_close_matches(n, there)) for n in missing])
        return list(dict.fromkeys(known[name.casefold()] for name in names))

    @staticmethod
    def _lines(value) -> list[str]:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line for line in (" ".join(line.split()) for line in lines) if line]


def _unknown(kind: str, typed: str, near: list[str]) -> str:
    return f"There is no {kind} “{typed}”." + (f" Did you mean {', '.join(near)}?" if near else "")


class SaidField(BoundField):
    """A field of the page, and what the source says of it where that is something else."""

    @property
    def said(self) -> str:
        value = self.form.said.get(self.name)
        return shown(self.name, value) if self.name in self.form.said else ""

    @property
    def is_in_conflict(self) -> bool:
        return self.name in self.form.conflicts


class SeenForm(forms.Form):
    """A form filled with what the person saw: what they changed is that which differs from it, and only that counts.

    An article that came with a fault elsewhere can so be mended, and a field that was not sent is not emptied.
    """

    bound_field_class = SaidField

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_overtaken = False

    def __init__(self, meanwhile: Meanwhile, data=None, files=None, *, said: Mapping[str, Any] = {}, overlay=None):
        self.meanwhile, self.article, self.said = meanwhile, meanwhile.article, said
        self.conflicts = meanwhile.article.conflicts
        initial = {name: self.initial_of(name, meanwhile.seen(name)) for name in self.base_fields if name != "version"}
        super().__init__(data, initial=initial | {"version": self.article.version} | (overlay or {}))

    @staticmethod
    def initial_of(name: str, value: Any) -> Any:
        """A value of the log as the form would have it."""
        if name in MOMENTS and isinstance(value, str):
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

    # What saving asks of a form of this page

    def differs(self, name: str, value: Any) -> bool:
        """Whether what was typed is something else than this value of the log."""
        return self.fields[name].has_changed(self.initial_of(name, value), self[name].data)

    def typed(self, name: str) -> str:
        return shown(name, self.cleaned_data.get(name, self[name].data))

    def wanted(self, names: list[str]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names}

    def refuse(self, refusal: Refused) -> None:
        """What moderation refused, beside the field that it is about, or above all of them."""
        errors = getattr(refusal, "errors", {})
        for name, messages in errors.items():
            self.add_error(name if name in self.fields else None, messages)
        if not errors:
            self.add_error(None, str(refusal))

    def again(self, meanwhile: Meanwhile, names: list[str]) -> SeenForm:
        """The form on the version that is there now, with what was typed in these fields."""
        overlay = {name: self[name].data for name in names}
        return type(self)(Meanwhile(meanwhile.article), said=self.said, overlay=overlay)


def form_field(field: ArticleField) -> forms.Field:
    """The form's field for a field of the article; what the column needs, the form needs."""
    column = Article._meta.get_field(field.name)
    options: dict[str, Any] = {
        "label": capfirst(field.label),
        "required": not column.blank and field.kind is not Kind.TOPICS,
        "help_text": HELP.get(field.name, ""),
    }
    match field.kind:
        case Kind.LINE | Kind.LINK:
            return LineField(max_length=column.max_length, **options)
        case Kind.TEXT | Kind.BODY:
            return TextField(widget=forms.Textarea(attrs={"rows": 6 if field.kind is Kind.BODY else 4}), **options)
        case Kind.TOPICS:
            return TopicsField(widget=forms.Textarea(attrs={"rows": 3}), **options)
        case Kind.PROVIDER:
            return ProviderField(max_length=253, **options)
        case Kind.MOMENT:
            return MomentField(**options)
        case Kind.CHOICE if field.choices:
            return forms.ChoiceField(choices=field.choices, **options)
        case Kind.FLAG:
            return forms.BooleanField(**options | {"required": False})
        case Kind.SCORE:
            return forms.IntegerField(min_value=field.least, **options)
    raise TypeError(f"No form of the desk shows {field.name}.")


def seen_form(name: str, verb: Verb, order: tuple[str, ...] = ()) -> type[SeenForm]:
    """The form of what a verb changes; pictures have a form of their own. What `order` does not name comes last."""
    fields = {f.name: form_field(f) for f in ARTICLE_FIELDS if f.verb is verb and f.kind is not Kind.IMAGES}
    return type(name, (SeenForm,), {**fields, "field_order": order, "__module__": __name__})


HELP = {
    "topics": "One in a line; the first leads.",
    "provider": "The domain, or the name.",
    "slug": "The address on our site. The old one redirects.",
}
_ORDER = (
    "title", "excerpt", "body", "topics", "provider", "published_at", "type", "category", "web_url", "original_url",
    "amp_url", "cdn_amp_url", "slug",
)  # fmt: skip
TextForm = seen_form("TextForm", Verb.EDIT, _ORDER)
ScheduleForm = seen_form("ScheduleForm", Verb.SCHEDULE)


def shown(name: str, value: Any) -> str:
    """A value of the log, of a form or of a document, in words."""
    if name in MOMENTS and isinstance(value, str):
        value = parse_datetime(value) or value
    match value:
        case Provider():
            return value.domain
        case [Topic(), *_]:
            return ", ".join(topic.name for topic in value)
    return words(value)


def named(names: list[str]) -> str:
    return ", ".join(label(name) for name in names)
