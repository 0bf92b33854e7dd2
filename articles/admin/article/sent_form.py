"""The form of one article as it was sent. Its fields and lists can be compared with values of the log."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from articles.admin.article.sent_rows import LIST_PREFIXES, rows_differ, rows_in_words
from articles.forms.values import value_in_words
from articles.history.labels import short_text
from articles.models.fields import MOMENTS
from providers.models import Provider, domain_in_use


class SentArticleForm:
    """What `compare` needs: the fields come from the form, the lists from the rows that were sent."""

    def __init__(self, form: forms.ModelForm, data: QueryDict):
        self.form, self.data = form, data

    def differs(self, name: str, value: Any) -> bool:
        if name in LIST_PREFIXES:
            return rows_differ(name, value, self.data)
        bound = self.form[name]
        return bound.field.has_changed(_initial_of(name, value), bound.data)

    def typed(self, name: str) -> str:
        if name in LIST_PREFIXES:
            return rows_in_words(name, self.data)
        bound = self.form[name]
        try:
            return value_in_words(name, bound.field.clean(bound.data))
        except forms.ValidationError:
            return short_text(bound.data)


def _initial_of(name: str, value: Any) -> Any:
    """Returns a value of the log as the initial value of the form."""
    if name == "provider":
        return Provider.objects.filter(domain=domain_in_use(value)).values_list("pk", flat=True).first()
    if name in MOMENTS and isinstance(value, str):
        moment = parse_datetime(value)
        return localtime(moment).replace(microsecond=0) if moment else value
    return value
