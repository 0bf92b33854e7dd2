"""Forms of the desk's page of one article. They compare what was typed with what the person saw, and write nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst

from articles.desk.article.fields import PersonField, Problem, ProviderField, SecondsField, SourceField, TopicsField
from articles.forms.fields import LineField, LinkField, TextField
from articles.forms.filters import LARGEST_INTEGER
from articles.forms.values import value_in_words
from articles.history.since import ChangesSince
from articles.models import Article, Topic, Verb
from articles.models.fields import ARTICLE_FIELDS, MOMENTS, ArticleField, Kind
from articles.moderation.refusals import Refused


class SeenForm(forms.Form):
    """A form filled with what the person saw. Only fields that differ from that are checked and saved.

    So a fault in another field does not stop anyone, and a field that was not sent is not emptied.
    """

    bound_field_class = SourceField

    def __init__(
        self, changes: ChangesSince, data=None, files=None, *, source_values: Mapping[str, Any] = {}, overlay=None
    ):
        self.changes, self.article, self.source_values = changes, changes.article, source_values
        self.conflicts = changes.article.conflicts
        initial = {name: self.initial_of(name, changes.seen_value(name)) for name in self.base_fields}
        super().__init__(data, initial=initial | (overlay or {}))

    @staticmethod
    def initial_of(name: str, value: Any) -> Any:
        """Returns a value of the log as the initial value of the form."""
        if name in MOMENTS and isinstance(value, str):
            return parse_datetime(value)
        if name == "topics":
            names = dict(Topic.objects.filter(slug__in=value).values_list("slug", "name"))
            return [names.get(slug, slug) for slug in value]
        return value

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if self.add_prefix(name) in self.data]

    def _clean_fields(self):
        for name in self.changed_data:
            try:
                self.cleaned_data[name] = self.fields[name].clean(self[name].data)
            except forms.ValidationError as error:
                self.add_error(name, error)

    # The methods of `sections.SectionForm`

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.fields)

    @property
    def problems(self) -> list[Problem]:
        """The errors, each with the address of its field on the page."""
        return [
            Problem(self[name].id_for_label if name in self.fields else "", self._label(name), str(message))
            for name, messages in self.errors.items()
            for message in messages
        ]

    def _label(self, name: str) -> str:
        return str(self[name].label) if name in self.fields else ""

    def differs(self, name: str, value: Any) -> bool:
        """Whether what was typed differs from this value of the log."""
        return self.fields[name].has_changed(self.initial_of(name, value), self[name].data)

    def typed(self, name: str) -> str:
        return value_in_words(name, self.cleaned_data.get(name, self[name].data))

    def wanted(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names}

    def refuse(self, refusal: Refused) -> None:
        """Shows what moderation refused, beside the field that it is about, or above all of them."""
        errors = getattr(refusal, "errors", {})
        for name, messages in errors.items():
            self.add_error(name if name in self.fields else None, messages)
        if not errors:
            self.add_error(None, str(refusal))

    def again(self, article: Article, names: Iterable[str]) -> SeenForm:
        """Returns the form of the current article, with what was typed in these fields."""
        overlay = {name: self[name].data for name in names}
        return type(self)(ChangesSince(article), source_values=self.source_values, overlay=overlay)


# As in the queue.
LONGEST = {"notes": 10_000}


def form_field(field: ArticleField) -> forms.Field:
    """Returns the field of a form for a field of the article; it is required where the column is."""
    column: Any = Article._meta.get_field(field.name)
    options: dict[str, Any] = {
        "label": capfirst(field.label),
        "required": not column.blank and field.kind is not Kind.TOPICS,
        "help_text": HELP.get(field.name, ""),
    }
    match field.kind:
        case Kind.LINE:
            return LineField(max_length=column.max_length, **options)
        case Kind.LINK:
            return LinkField(max_length=column.max_length, **options)
        case Kind.TEXT | Kind.BODY:
            rows = 6 if field.kind is Kind.BODY else 4
            return TextField(widget=forms.Textarea(attrs={"rows": rows}), max_length=LONGEST.get(field.name), **options)
        case Kind.TOPICS:
            return TopicsField(widget=forms.Textarea(attrs={"rows": 3}), **options)
        case Kind.PROVIDER:
            return ProviderField(max_length=253, **options)
        case Kind.MOMENT:
            return SecondsField(**options)
        case Kind.CHOICE if field.choices:
            return forms.ChoiceField(choices=field.choices, **options)
        case Kind.FLAG:
            return forms.BooleanField(**options | {"required": False})
        case Kind.SCORE:
            return forms.IntegerField(min_value=field.least, max_value=LARGEST_INTEGER, **options)
        case Kind.PERSON:
            return PersonField(**options)
    raise TypeError(f"No form of the desk shows {field.name}.")


def seen_form(name: str, *verbs: Verb, order: tuple[str, ...] = ()) -> type[SeenForm]:
    """Returns the form of the fields that verbs change, but images. Fields that `order` does not name come last."""
    fields = {f.name: form_field(f) for f in ARTICLE_FIELDS if f.verb in verbs and f.kind is not Kind.IMAGES}
    return type(name, (SeenForm,), {**fields, "field_order": order, "__module__": __name__})


HELP = {
    "topics": "One in a line; the first leads.",
    "provider": "The domain, or the name.",
    "slug": "The address on our site. The old one redirects.",
    "flag": "Why it wants another look. Empty: it does not.",
    "assigned_to": "Who is asked to decide.",
}
_ORDER = (
    "title", "excerpt", "body", "topics", "provider", "published_at", "type", "category", "web_url", "original_url",
    "amp_url", "cdn_amp_url", "slug",
)  # fmt: skip
TextForm = seen_form("TextForm", Verb.EDIT, order=_ORDER)
ScheduleForm = seen_form("ScheduleForm", Verb.SCHEDULE)
ScoresForm = seen_form("ScoresForm", Verb.SCORE)
ColleaguesForm = seen_form("ColleaguesForm", Verb.NOTE, Verb.FLAG, Verb.ASSIGN, order=("notes", "flag", "assigned_to"))
