"""The filter form of the search: topics, providers and types of the results, and dates."""

from collections import Counter
from dataclasses import replace
from functools import cached_property

import django_filters
from django import forms
from django.db import connection
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html

from articles.models import Article, Type
from articles.public.filters import PlainSelect
from articles.public.queries import visible_providers, visible_topics
from articles.public.search import Found, Query, Term, cleaned, find, parse

MAX_CHOICES = 20
# Django's message repeats the value, which anybody may have put into a link.
NO_SUCH_CHOICE = "There is nothing of this kind: choose another."


class DayInput(forms.DateInput):
    def render(self, name, value, attrs=None, renderer=None):
        # An invalid day is shown as it was typed.
        shown = {"type": "date", "name": name, "value": cleaned(self.format_value(value) or "") or None}
        return format_html("<input{}>", flatatt({**shown, **self.build_attrs(self.attrs, attrs)}))


# The topics of some articles, each with the number of the articles; and some providers with their primary keys.
CHOICES = """
SELECT 'topic', t.slug, t.name, l.number
FROM (SELECT topic_id, count(*) AS number FROM articles_articletopic WHERE article_id IN ({}) GROUP BY topic_id) l
JOIN articles_topic t ON t.id = l.topic_id
UNION ALL SELECT 'provider', domain, name, id FROM providers_provider WHERE id IN ({})
"""


class SearchFilter(django_filters.FilterSet):
    """The search and its filters. The choices are the topics and providers of the results, with their counts."""

    # The lengths of the columns: PostgreSQL refuses to search for a word of thousands of letters.
    topic = django_filters.CharFilter(label="Topic", widget=PlainSelect, max_length=100)
    provider = django_filters.CharFilter(label="Provider", widget=PlainSelect, max_length=253)
    type = django_filters.ChoiceFilter(choices=Type, empty_label="All types", widget=PlainSelect)
    after = django_filters.DateFilter(label="On or after", widget=DayInput, input_formats=["%Y-%m-%d"])
    before = django_filters.DateFilter(label="Before", widget=DayInput, input_formats=["%Y-%m-%d"])

    class Meta:
        model = Article
        fields = ["topic", "provider", "type", "after", "before"]

    data: QueryDict

    def __init__(self, data: QueryDict):
        super().__init__(data, queryset=Article.objects.none())
        self.text = cleaned(data.get("q", ""))
        for name in ("topic", "provider"):
            self._offer(name, [])
        for field in self.form.fields.values():
            # The fields are outside of the <form>, beside the results.
            field.widget.attrs["form"] = "search"
        self.form.fields["type"].error_messages["invalid_choice"] = NO_SUCH_CHOICE

    @property
    def chosen(self) -> dict[str, str]:
        """The filters with a value."""
        return {name: str(value) for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def query(self) -> Query:
        """The typed words and the chosen filters as one query."""
        query, chosen = parse(self.text), self.form.cleaned_data
        exact = [Term(chosen[name], within=name, exact=True) for name in ("topic", "provider", "type") if chosen[name]]
        return replace(
            query,
            terms=(*query.terms, *exact),
            since=max(filter(None, (query.since, chosen["after"])), default=None),
            until=min(filter(None, (query.until, chosen["before"])), default=None),
        )

    @cached_property
    def found(self) -> list[Found]:
        """The matches, the best first; [] if a filter is invalid. Also fills the choices of topics and providers."""
        if not self.is_valid() or not self.query.says_something:
            return []
        found = find(self.query)
        if found:
            self._offer_choices_among(found)
        else:
            self._refuse_unknown_choices()
        return found

    def _offer_choices_among(self, found: list[Found]) -> None:
        by_provider = Counter(one.provider for one in found)
        with connection.cursor() as cursor:
            keys = (",".join(map(str, some)) for some in ([one.article for one in found], by_provider))
            cursor.execute(CHOICES.format(*keys))
            rows = cursor.fetchall()
        choices: dict[str, list[tuple[int, str, str]]] = {"topic": [], "provider": []}
        for what, value, name, number in rows:
            count = by_provider[number] if what == "provider" else number
            choices[what].append((-count, name, value))
        for name, options in choices.items():
            shown = [
                option
                for rank, option in enumerate(sorted(options))
                if rank < MAX_CHOICES or option[2] == self.data.get(name)
            ]
            self._offer(name, [(value, f"{label} ({-count})") for count, label, value in shown])

    def _offer(self, name: str, options: list[tuple[str, str]]) -> None:
        self.form.fields[name].widget.choices = [("", f"All {name}s"), *options]

    def _refuse_unknown_choices(self) -> None:
        """Adds an error for a chosen topic or provider that does not exist or has no visible article."""
        for name, known in (
            ("topic", visible_topics().values_list("slug", "name")),
            ("provider", visible_providers().values_list("domain", "name")),
        ):
            if value := self.form.cleaned_data[name]:
                options = list(known.filter(**{"slug" if name == "topic" else "domain": value}))
                self._offer(name, options)
                if not options:
                    self.form.add_error(name, NO_SUCH_CHOICE)
