"""Filters of runs, and of the files of a run or a preview. A wrong value shows nothing, and says so."""

from datetime import datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from articles.forms.filters import DAYS
from articles.models import Channel, ImportFile, ImportRun, PreviewFile, Verdict


class Strict(django_filters.FilterSet):
    @property
    def qs(self) -> QuerySet:
        """None where a value is wrong: django-filter would give all."""
        return super().qs if self.is_valid() else self.queryset.none()

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
    return django_filters.DateFilter(validators=DAYS, widget=widget, **options)


class FileFilter(Strict):
    verdict = django_filters.ChoiceFilter(choices=Verdict, empty_label="Every verdict")
    path = text_filter(label="Path contains")

    class Meta:
        model = ImportFile
        fields = ["verdict", "path"]


class PreviewFilter(FileFilter):
    class Meta(FileFilter.Meta):
        model = PreviewFile


class RunFilter(Strict):
    path = text_filter(label="A path contains", method="with_path")
    person = text_filter(label="Person", field_name="by__username")
    status = django_filters.ChoiceFilter(choices=ImportRun.Status, empty_label="Any")
    channel = django_filters.ChoiceFilter(choices=Channel, empty_label="Any")
    since = day_filter(label="From", method="from_day")
    until = day_filter(label="To", method="to_day")

    class Meta:
        model = ImportRun
        fields = ["path", "person", "status", "channel", "since", "until"]

    def with_path(self, runs: QuerySet, name: str, value: str) -> QuerySet:
        return runs.filter(Exists(ImportFile.objects.filter(run=OuterRef("pk"), path__icontains=value)))

    def from_day(self, runs: QuerySet, name: str, day) -> QuerySet:
        return runs.filter(started_at__gte=midnight(day))

    def to_day(self, runs: QuerySet, name: str, day) -> QuerySet:
        return runs.filter(started_at__lt=midnight(day + timedelta(days=1)))


def midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
