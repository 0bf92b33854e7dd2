"""What readers narrow a search by: the topics, providers and types of what was found, and its days."""

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

MOST_CHOICES = 20
# Without the value: it is a stranger's text.
NOTHING = "There is nothing of this kind: choose another."


class Day(forms.DateInput):
    def render(self, name, value, attrs=None, renderer=None):
        # What is no day comes back as it was typed.
        shown = {"type": "date", "name": name, "value": cleaned(self.format_value(value) or "") or None}
        return format_html("<input{}>", flatatt({**shown, **self.build_attrs(self.attrs, attrs)}))


# How often each topic is among some articles, and who some providers are: values, names, and numbers to count by.
CHOICES = """
SELECT 'topic', t.slug, t.name, l.number
FROM (SELECT topic_id, count(*) AS number FROM articles_articletopic WHERE article_id IN ({}) GROUP BY topic_id) l
JOIN articles_topic t ON t.id = l.topic_id
UNION ALL SELECT 'provider', domain, name, id FROM providers_provider WHERE id IN ({})
"""


class SearchFilter(django_filters.FilterSet):
    """A form beside the results. Its lists offer what is among them, and say how often."""

    # No longer than there are any: PostgreSQL refuses to look for a word of thousands of letters.
    topic = django_filters.CharFilter(label="Topic", widget=PlainSelect, max_length=100)
    provider = django_filters.CharFilter(label="Provider", widget=PlainSelect, max_length=253)
    type = django_filters.ChoiceFilter(choices=Type, empty_label="All types", widget=PlainSelect)
    after = django_filters.DateFilter(label="On or after", widget=Day, input_formats=["%Y-%m-%d"])
    before = django_filters.DateFilter(label="Before", widget=Day, input_formats=["%Y-%m-%d"])

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
            # They stand beside the results, not in the form itself.
            field.widget.attrs["form"] = "search"
        self.form.fields["type"].error_messages["invalid_choice"] = NOTHING

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that say something."""
        return {name: str(value) for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def query(self) -> Query:
        """What was typed and what was chosen, as one."""
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
        """What matches, the best first; nothing where a value is wrong. With it come the choices."""
        if not self.is_valid() or not self.query.says_something:
            return []
        found = find(self.query)
        if found:
            self._offer_what_is_in(found)
        else:
            self._refuse_what_nobody_knows()
        return found

    def _offer_what_is_in(self, found: list[Found]) -> None:
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
                if rank < MOST_CHOICES or option[2] == self.data.get(name)
            ]
            self._offer(name, [(value, f"{label} ({-count})") for count, label, value in shown])

    def _offer(self, name: str, options: list[tuple[str, str]]) -> None:
        self.form.fields[name].widget.choices = [("", f"All {name}s"), *options]

    def _refuse_what_nobody_knows(self) -> None:
        """An error of the form where a topic or a provider was chosen that readers may not know of, or that is none."""
        for name, known in (
            ("topic", visible_topics().values_list("slug", "name")),
            ("provider", visible_providers().values_list("domain", "name")),
        ):
            if value := self.form.cleaned_data[name]:
                options = list(known.filter(**{"slug" if name == "topic" else "domain": value}))
                self._offer(name, options)
                if not options:
                    self.form.add_error(name, NOTHING)
