"""Views of /archive/: the months, one month, and the articles of one day, in the site's time zone."""

from calendar import Calendar, day_name
from itertools import groupby

from django.http import Http404
from django.urls import reverse_lazy
from django.views.generic import TemplateView

from articles.public import archive
from articles.public.cards import cards_of
from articles.public.views.lists import ArticleList


class Archive(TemplateView):
    template_name = "public/archive/archive.html"
    extra_context = {"section": "archive", "canonical": reverse_lazy("archive")}

    def get_context_data(self, **kwargs):
        by_year = groupby(archive.months(), key=lambda month: month[0].first.year)
        rows = [(year, list(months)) for year, months in by_year]
        years = [(year, sum(count for _, count in months), months) for year, months in rows]
        return super().get_context_data(years=years, **kwargs)


class Month(TemplateView):
    template_name = "public/archive/month.html"

    def get_context_data(self, **kwargs):
        span = archive.span_of(kwargs.pop("year"), kwargs.pop("month"))
        counts = dict(zip(span.days, archive.counts([archive.Span.of_day(day) for day in span.days]), strict=True))
        if not any(counts.values()):
            raise Http404
        older, newer = archive.days_beside(span)
        weeks = Calendar().monthdatescalendar(span.first.year, span.first.month)
        return super().get_context_data(
            section="archive",
            month=span.first,
            total=sum(counts.values()),
            # The count is None for a day of another month.
            weeks=[[(day, counts.get(day)) for day in week] for week in weeks],
            weekdays=[(name, name[:3]) for name in day_name],
            older=older,
            newer=newer,
            canonical=self.request.path,
            **kwargs,
        )


class Day(ArticleList):
    template_name = "public/archive/day.html"
    section = "archive"

    def get(self, request, year, month, day):
        self.span = archive.span_of(year, month, day)
        return super().get(request)

    def get_articles(self):
        return cards_of(archive.in_span(self.span).latest_first(), self.order)

    def get_context_data(self, **kwargs):
        if not kwargs["page"].articles:
            raise Http404
        older, newer = archive.days_beside(self.span)
        return super().get_context_data(day=self.span.first, older=older, newer=newer, **kwargs)
