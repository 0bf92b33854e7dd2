"""Fields of the article page's forms."""

import difflib
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.forms.boundfield import BoundField

from articles.desk.colleagues import colleagues
from articles.forms.fields import LineField, MomentField, TextField
from articles.forms.values import value_in_words
from articles.models import Topic
from articles.texts import fold
from providers.models import Provider, domain_in_use

# No article has as many.
MOST_TOPICS = 50


class SecondsField(MomentField):
    """A date and time to the second, in the site's time zone."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": 1})

    def has_changed(self, initial, data):
        # In the hour that comes twice, a time that nobody touched would not be valid.
        offered = self.widget.format_value(self.prepare_value(initial)) or ""
        return (data or "") not in (offered, offered.removesuffix(":00")) and super().has_changed(initial, data)

    def prepare_value(self, value):
        value = super().prepare_value(value)
        return value.replace(microsecond=0) if isinstance(value, datetime) else value


class ProviderField(LineField):
    """A provider by its domain, or by its name where only one has it."""

    def clean(self, value):
        typed = super().clean(value)
        named = Provider.objects.filter(Q(domain__iexact=typed) | Q(name__iexact=typed, merged_into=None))
        found = list(dict.fromkeys(one.stands_for for one in named.select_related("merged_into")[:5]))
        exact = [provider for provider in found if provider.domain == domain_in_use(typed.lower())] or found
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise forms.ValidationError(f"Several have this name: {', '.join(p.domain for p in exact)}.")
        near = Provider.objects.in_use().filter(Q(domain__written=typed) | Q(name__written=typed))[:5]
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
            wanted |= Q(folded=fold(name)) | Q(slug=name)
        known: dict[str, Topic] = {}
        for topic in Topic.objects.filter(wanted).defer("source") if names else ():
            known |= {fold(topic.slug): topic, topic.folded: topic}
        if missing := [name for name in names if fold(name) not in known]:
            existing = list(Topic.objects.values_list("name", flat=True))
            raise forms.ValidationError([_unknown("topic", n, difflib.get_close_matches(n, existing)) for n in missing])
        return list(dict.fromkeys(known[fold(name)] for name in names))

    @staticmethod
    def _lines(value) -> list[str]:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line for line in (" ".join(line.split()) for line in lines) if line]


def _unknown(kind: str, typed: str, near: list[str]) -> str:
    return f"There is no {kind} “{typed}”." + (f" Did you mean {', '.join(near)}?" if near else "")


class PersonField(forms.ChoiceField):
    """A colleague by the user name; whoever the article is assigned to now stays a choice."""

    def __init__(self, **options):
        super().__init__(choices=self._offered, **options)

    @staticmethod
    def _offered() -> list[tuple[str, str]]:
        names = colleagues().order_by("username").values_list("username", flat=True)
        return [("", "Nobody in particular"), *((name, name) for name in names)]

    def get_bound_field(self, form, field_name):
        bound = super().get_bound_field(form, field_name)
        # A widget without the current one would send another choice than the person saw.
        current = form.get_initial_for_field(self, field_name)
        choices = list(form.fields[field_name].choices)
        if current and current not in dict(choices):
            choices.append((current, f"{current} (decides no more)"))
        form.fields[field_name].choices = choices
        return bound

    def clean(self, value):
        name = super().clean(value)
        person = User.objects.filter(username=name).first() if name else None
        if name and person is None:
            raise forms.ValidationError("Nobody has this name.")
        return person


class Problem(NamedTuple):
    """What is wrong on the page: the id of the field, its label, and the message."""

    anchor: str
    label: str
    message: str


class SourceField(BoundField):
    """A field of the page, and the value of the source where that differs."""

    form: Any

    @property
    def source_value(self) -> str:
        values = self.form.source_values
        return value_in_words(self.name, values[self.name]) if self.name in values else ""

    @property
    def is_in_conflict(self) -> bool:
        return self.name in self.form.conflicts
