"""The filter of the log: who, what, on which article, from where, why and when."""

from datetime import timedelta

import django_filters
from django import forms
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.forms.filters import ListFilterSet, WholeNumberFilter, day_filter, midnight, text_filter
from articles.models import Channel, Event, KeptEvent, Reason, typed_words
from articles.moderation import VERBS
from providers.models import Provider


class EventForm(forms.Form):
    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", "This is before the range begins.")
        return self.cleaned_data


def _people(request) -> QuerySet:
    return people_in(Event)


def people_in(log: type[Event] | type[KeptEvent]) -> QuerySet:
    """Returns the staff, and everybody else who is in this log."""
    in_the_log = Exists(log._default_manager.filter(by=OuterRef("pk")))
    return User.objects.filter(Q(is_staff=True) | in_the_log).order_by("username")


def logged_verbs() -> list[tuple[str, str]]:
    return [(name, verb.label) for name, verb in VERBS.items() if verb.logged_as == name]


class EventFilter(ListFilterSet):
    """The filter of the log; pages link to a batch, a run and one article."""

    person = django_filters.ModelChoiceFilter(
        field_name="by",
        label="Person",
        queryset=_people,  # type: ignore[arg-type]  # the stubs know no function here
        to_field_name="username",
        empty_label="Everyone",
    )
    verb = django_filters.ChoiceFilter(choices=logged_verbs, empty_label="Everything")
    article = text_filter(
        label="Article",
        method="of_article",
        widget=forms.TextInput(attrs={"placeholder": "number, or words of its title"}),
    )
    since = day_filter(label="From", method="from_day")
    until = day_filter(label="To", method="to_day")
    provider = text_filter(label="Provider", method="of_provider")
    reason = django_filters.ModelChoiceFilter(
        queryset=Reason.objects.all(), to_field_name="slug", empty_label="Any reason"
    )
    channel = django_filters.ChoiceFilter(choices=Channel, empty_label="Any channel")
    run = WholeNumberFilter(field_name="run_id", label="Run")
    batch = django_filters.UUIDFilter(label="Batch")

    class Meta:
        model = Event
        form = EventForm
        fields = ["person", "verb", "article", "since", "until", "provider", "reason", "channel", "run", "batch"]

    def of_article(self, events: QuerySet, name: str, value: str) -> QuerySet:
        """Filters by the number of the article, or by words that are all in the title that it had then."""
        if value.isascii() and value.isdecimal() and len(value) < 19:
            return events.filter(article=int(value))
        for word in typed_words(value):
            events = events.filter(title__written=word)
        return events

    def of_provider(self, events: QuerySet, name: str, value: str) -> QuerySet:
        # As a list: where there is none, nothing need be read.
        named = Provider.objects.filter(Q(domain__written=value) | Q(name__written=value))
        in_use = {merged or pk for pk, merged in named.values_list("pk", "merged_into")}
        return events.filter(article__provider__in=in_use)

    def from_day(self, events: QuerySet, name: str, day) -> QuerySet:
        return events.filter(at__gte=midnight(day))

    def to_day(self, events: QuerySet, name: str, day) -> QuerySet:
        return events.filter(at__lt=midnight(day + timedelta(days=1)))

    @property
    def chosen(self) -> dict[str, str]:
        """The parameters that are not empty, as they were typed, for the addresses of other pages."""
        return {name: str(self.data[name]) for name in self.filters if self.data.get(name)}
