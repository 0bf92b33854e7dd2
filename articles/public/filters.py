"""The filter form of the latest articles; its values are in the query string."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe

from articles.models import Article, Category, Type
from articles.public.prepared_queries import prepared
from articles.public.queries import visible_providers, visible_topics


class PlainSelect(forms.Select):
    """A <select> without groups, rendered without templates: Django's renders one template for each option."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = "" if value is None else str(value)
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if str(key) == chosen else ""}>{escape(label)}</option>'
            for key, label in self.choices
        )
        attributes = flatatt(self.build_attrs({"name": name, **self.attrs}, attrs))
        return mark_safe(f"<select{attributes}>{options}</select>")  # noqa: S308 - each part is escaped


class ReaderFilter(django_filters.FilterSet):
    """Filters of the latest articles. Only topics and providers that have a visible article can be chosen."""

    type = django_filters.ChoiceFilter(choices=Type, empty_label="All types")
    category = django_filters.ChoiceFilter(choices=Category, empty_label="All categories")
    topic = django_filters.ChoiceFilter(field_name="topic_links__topic__slug", label="Topic", empty_label="All topics")
    provider = django_filters.ChoiceFilter(field_name="provider__domain", label="Provider", empty_label="All providers")

    class Meta:
        model = Article
        fields = ["topic", "provider", "type", "category"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Lists, not querysets: the same query then serves the options and the validation.
        now = timezone.now()
        self.filters["topic"].extra["choices"] = _topics(now=now)
        self.filters["provider"].extra["choices"] = _providers(now=now)

    def get_form_class(self):
        form = super().get_form_class()
        for field in form.base_fields.values():
            if isinstance(field, forms.ChoiceField):
                choices, field.widget = field.choices, PlainSelect(attrs=field.widget.attrs)
                field.choices = choices
                # Django's message repeats the value, which anybody may have put into a link.
                field.error_messages["invalid_choice"] = "There is nothing of this kind: choose another."
        return form

    @property
    def chosen(self) -> dict[str, str]:
        """The parameters with a value, for the addresses of other pages of the list."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def qs(self) -> QuerySet:
        """The filtered articles; no article if a value is invalid, where django-filter would return all."""
        return super().qs if self.is_valid() else Article.objects.none()


@prepared
def _topics(now):
    return visible_topics(now).values_list("slug", "name")


@prepared
def _providers(now):
    return visible_providers(now).values_list("domain", "name")
