"""Filters of the lists: fields of a form, checked like a form, whose values live in the address."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from articles.models import Article, Category, Topic, Type
from providers.models import Provider


class PlainSelect(forms.Select):
    """A select without groups, written in one go: Django renders a template for every option."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if str(key) == chosen else "", label) for key, label in self.choices),
        )
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name})), options
        )


class ReaderFilter(django_filters.FilterSet):
    """What readers narrow the latest articles by; they choose from topics and providers that they may know of."""

    type = django_filters.ChoiceFilter(choices=Type, empty_label="All types")
    category = django_filters.ChoiceFilter(choices=Category, empty_label="All categories")
    topic = django_filters.ChoiceFilter(field_name="topic_links__topic__slug", label="Topic", empty_label="All topics")
    provider = django_filters.ChoiceFilter(field_name="provider__domain", label="Provider", empty_label="All providers")

    class Meta:
        model = Article
        fields = ["topic", "provider", "type", "category"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Lists, not querysets: one query gives both the options and the check of the value.
        self._choose_from("topic", Topic.objects.with_visible_articles().values_list("slug", "name"))
        self._choose_from("provider", Provider.objects.with_visible_articles().values_list("domain", "name"))

    def _choose_from(self, name: str, choices: QuerySet) -> None:
        self.filters[name].extra["choices"] = list(choices)

    def get_form_class(self):
        form = super().get_form_class()
        for field in form.base_fields.values():
            choices, field.widget = field.choices, PlainSelect(attrs=field.widget.attrs)
            field.choices = choices
            # Without the value: it is a stranger's text.
            field.error_messages["invalid_choice"] = "There is nothing of this kind: choose another."
        return form

    @property
    def chosen(self) -> dict[str, str]:
        """The parameters that say something, for the addresses of other pages."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def qs(self) -> QuerySet:
        """None where a value is wrong: django-filter would give all."""
        return super().qs if self.is_valid() else self.queryset.none()
