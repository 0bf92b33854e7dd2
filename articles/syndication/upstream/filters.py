"""The parameters that narrow the lists of the upstream JSON. Upstream itself has none."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime

from articles.models.querysets import ArticleQuerySet


class InstantField(forms.CharField):
    """A day or a moment, in UTC unless it has an offset."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return _instant(text) if text else None
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                "Write a day such as 2021-01-07, or a moment such as 2021-01-07T08:00:00Z (a + as %2B)."
            ) from error


def _instant(text: str) -> datetime:
    if day := parse_date(text):
        return datetime.combine(day, time(), UTC)
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


class ListFilter(forms.Form):
    minimum_heat = forms.IntegerField(required=False, max_value=2**31 - 1, min_value=-(2**31))
    since = InstantField(required=False)

    def narrow(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        chosen = self.cleaned_data
        if chosen["minimum_heat"] is not None:
            articles = articles.filter(heat__gte=chosen["minimum_heat"])
        if chosen["since"] is not None:
            articles = articles.filter(published_at__gte=chosen["since"])
        return articles
