"""Filters of runs, and of the files of a run or a preview."""

from datetime import timedelta

import django_filters
from django.db.models import Exists, Model, OuterRef, QuerySet

from articles.forms.filters import ListFilterSet, day_filter, midnight, text_filter
from articles.models import Channel, ImportFile, ImportRun, Noise, PreviewFile, Verdict


class FileFilter(ListFilterSet):
    """Without a choice all that is news; a path is looked for in everything."""

    verdict = django_filters.ChoiceFilter(
        choices=[*Verdict.choices, *Noise.choices], empty_label="Every verdict", method="of_verdict"
    )
    path = text_filter(label="Path contains")

    class Meta:
        model: type[Model] = ImportFile
        fields = ["verdict", "path"]

    def of_verdict(self, files: QuerySet, name: str, value: str) -> QuerySet:
        return files.filter(noise=value) if value in Noise else files.filter(verdict=value, noise="")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        files = super().filter_queryset(queryset)
        if any(self.form.cleaned_data.values()):
            return files
        return files.filter(noise="").exclude(verdict=Verdict.UNCHANGED)


class PreviewFilter(FileFilter):
    class Meta(FileFilter.Meta):
        model = PreviewFile


class RunFilter(ListFilterSet):
    path = text_filter(label="A path contains", method="with_path")
    person = text_filter(label="Person", field_name="by__username")
    status = django_filters.ChoiceFilter(choices=ImportRun.Status, empty_label="Any")
    channel = django_filters.ChoiceFilter(choices=Channel, empty_label="Any")
    since = day_filter(label="From", method="from_day")
    until = day_filter(label="To", method="to_day")

    class Meta:
        model = ImportRun
        fields = ["path", "person", "status", "channel", "since", "until"]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Without a choice no single documents that clients push: they would hide all other runs."""
        runs = super().filter_queryset(queryset)
        return runs if any(self.form.cleaned_data.values()) else runs.exclude(channel=Channel.PUSH, total=1)

    def with_path(self, runs: QuerySet, name: str, value: str) -> QuerySet:
        return runs.filter(Exists(ImportFile.objects.filter(run=OuterRef("pk"), path__icontains=value)))

    def from_day(self, runs: QuerySet, name: str, day) -> QuerySet:
        return runs.filter(started_at__gte=midnight(day))

    def to_day(self, runs: QuerySet, name: str, day) -> QuerySet:
        return runs.filter(started_at__lt=midnight(day + timedelta(days=1)))
