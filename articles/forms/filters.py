"""Filters of the staff's lists. They also find what readers must not see."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import smart_split, unescape_string_literal

from articles.models import Article, ArticleTopic, Category, State, Topic, Type, typed_words
from articles.models.querysets import ArticleQuerySet
from providers.models import Provider

# The largest value that integer columns of both databases can be compared with.
LARGEST_INTEGER = 2_147_483_647
Picks = dict[int, int]  # key of an article: the version that the person saw
_PICK = re.compile(r"(\d{1,18}):(\d{1,9})")
# Beyond these, a day more or less would be no date.
DAY_LIMITS = [MinValueValidator(date(1000, 1, 1)), MaxValueValidator(date(9000, 1, 1))]


def is_key(text: str) -> bool:
    """Whether a row of either database could have this primary key."""
    return text.isascii() and text.isdigit() and len(text) < 19


def article_named(text: str) -> Article | None:
    """Returns the article whose number was typed, or the address of its page at the desk."""
    number = text.strip().rstrip("/").rpartition("/")[2]
    return Article.objects.without_payload().filter(pk=number).first() if is_key(number) else None


def picks_of(texts: Iterable[str]) -> Picks | None:
    """Reads `key:version`, each in a text of its own or several with blanks between; None if one is neither."""
    found = [_PICK.fullmatch(pick) for text in texts for pick in text.split()]
    return None if None in found else {int(match[1]): int(match[2]) for match in found if match}


class SafeAutocomplete(AutocompleteSelect):
    """Shows no option for a value that is no key; Django's own widget raises an error."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if is_key(key)], attr)


class WholeNumberFilter(django_filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"min_value": -1, "max_value": LARGEST_INTEGER} | kwargs)


class StrictFilterSet(django_filters.FilterSet):
    """A filter that finds nothing where a value is wrong; django-filter would find all."""

    data: QueryDict
    queryset: QuerySet

    @property
    def qs(self) -> QuerySet:
        return super().qs if self.is_valid() else self.queryset.none()


class StaffArticleForm(forms.Form):
    def clean(self):
        for name in ("quality", "heat"):
            low, high = (self.cleaned_data.get(f"{name}_{end}") for end in ("from", "to"))
            if low is not None and high is not None and low > high:
                self.add_error(f"{name}_to", ValidationError("This is less than where the range begins."))
        return self.cleaned_data


class StaffArticleFilter(StrictFilterSet):
    """All articles, by state, provider, topic, type, category, ranges of the scores, and day."""

    state = django_filters.ChoiceFilter(choices=State, empty_label="Any")
    provider: django_filters.Filter = django_filters.ModelChoiceFilter(
        queryset=Provider.objects.in_use(),
        widget=SafeAutocomplete(Article._meta.get_field("provider"), admin.site),
    )
    topic: django_filters.Filter = django_filters.ModelChoiceFilter(
        field_name="topic_links__topic",
        queryset=Topic.objects.all(),
        label="Topic",
        widget=SafeAutocomplete(ArticleTopic._meta.get_field("topic"), admin.site),
    )
    type = django_filters.ChoiceFilter(choices=Type, empty_label="Any")
    category = django_filters.ChoiceFilter(choices=Category, empty_label="Any")
    quality_from = WholeNumberFilter(field_name="quality", lookup_expr="gte", label="Quality from")
    quality_to = WholeNumberFilter(field_name="quality", lookup_expr="lte", label="Quality to")
    heat_from = WholeNumberFilter(field_name="heat", lookup_expr="gte", label="Heat from")
    heat_to = WholeNumberFilter(field_name="heat", lookup_expr="lte", label="Heat to")
    conflict: django_filters.Filter | None = django_filters.ChoiceFilter(
        method="with_conflict", label="Conflict with the source", choices=[("yes", "yes")], empty_label="Any"
    )
    day: django_filters.Filter = django_filters.DateFilter(
        method="of_day", label="Day", validators=DAY_LIMITS, widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Article
        form = StaffArticleForm
        fields = ["state", "provider", "topic", "type", "category"]

    def with_conflict(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.exclude(conflicts=[])

    def of_day(self, queryset: QuerySet, name: str, day: date) -> QuerySet:
        return queryset.filter(published_at__gte=midnight(day), published_at__lt=midnight(day + timedelta(days=1)))

    @property
    def qs(self) -> ArticleQuerySet:
        articles: Any = super().qs  # the stubs know no queryset of ours
        return articles


# Fields of an article in which the search of the staff looks.
SEARCHED_FIELDS = (
    "title__written", "excerpt__written", "web_url__icontains", "original_url__icontains", "provider__name__written",
    "provider__domain__written",
)  # fmt: skip


def found_by(articles: QuerySet, words: str) -> QuerySet:
    """Returns the articles that hold each of the words in one of the SEARCHED_FIELDS fields; “quoted words” are one."""
    for word in typed_words(words, smart_split):
        text = unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] and len(word) > 1 else word
        articles = articles.filter(Q.create([(name, text) for name in SEARCHED_FIELDS], connector=Q.OR))
    return articles


class ArticleListForm(StaffArticleForm):
    """The form of an address: a name that is no filter is an error, for to ignore it would be to find too much."""

    IGNORED = frozenset({"o", "p", "all", "e"})  # order and page of the list

    def clean(self):
        if unknown := sorted(set(self.data) - set(self.fields) - self.IGNORED):
            raise ValidationError([f"There is no filter “{name[:50]}”." for name in unknown])
        return super().clean()


class ArticleListFilter(StaffArticleFilter):
    """All that narrows the admin's list of articles: its filter, its search, and year, month and day."""

    q = django_filters.CharFilter(method="search")
    published_at__year = WholeNumberFilter(
        field_name="published_at", lookup_expr="year", min_value=1000, max_value=9000
    )
    published_at__month = WholeNumberFilter(field_name="published_at", lookup_expr="month", min_value=1, max_value=12)
    published_at__day = WholeNumberFilter(field_name="published_at", lookup_expr="day", min_value=1, max_value=31)

    class Meta(StaffArticleFilter.Meta):
        form = ArticleListForm

    def search(self, articles: QuerySet, name: str, words: str) -> QuerySet:
        return found_by(articles, words)


class ListFilterSet(StrictFilterSet):
    """The filter of a list of the desk; it does not repeat a choice that does not exist."""

    def get_form_class(self):
        form = super().get_form_class()
        for field in form.base_fields.values():
            if "invalid_choice" in field.error_messages:
                field.error_messages["invalid_choice"] = "There is nothing of this kind: choose another."
        return form


def text_filter(**options):
    return django_filters.CharFilter(lookup_expr="icontains", max_length=200, **options)


def day_filter(**options):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(validators=DAY_LIMITS, widget=widget, **options)


def midnight(day: date) -> datetime:
    """Returns the beginning of the day in the time zone of the site."""
    return timezone.make_aware(datetime.combine(day, time.min))
