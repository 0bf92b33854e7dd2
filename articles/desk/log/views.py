"""/desk/log/: what happened to which article, by whom and why; on the page and as CSV and JSON."""

from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from articles.desk.access import DeskPage, staff_only
from articles.desk.download import download
from articles.desk.log import reports
from articles.desk.log.entries import BY_TIME, entries, log_lines
from articles.desk.log.filters import EventFilter
from articles.models import Event
from articles.paging import page_of

READ_LOG = "articles.view_event"
PER_PAGE = 50
# These fields of the filter are folded away until one is used.
RARE_FILTERS = ("provider", "reason", "channel", "run", "batch")


class Log(DeskPage, TemplateView):
    permission = READ_LOG
    section = "log"
    template_name = "desk/log/log.html"

    def get(self, request, *args, **kwargs):
        chosen = EventFilter(request.GET, entries())
        page = page_of(chosen.qs, BY_TIME, request.GET, size=PER_PAGE, keep=chosen.chosen)
        if page.starts_over:
            return redirect(f"{request.path}?{urlencode(chosen.chosen)}")
        days = groupby(log_lines(page.articles, request.user), key=lambda event: timezone.localdate(event.at))
        return self.render_to_response(
            self.get_context_data(
                filter=chosen,
                kept=urlencode(chosen.chosen),
                more=any(name in chosen.chosen for name in RARE_FILTERS),
                page=page,
                days=[(day, list(events)) for day, events in days],
                **kwargs,
            )
        )


@require_safe
@staff_only(READ_LOG)
def log_csv(request):
    return _export(request, reports.as_csv, "text/csv", "log.csv")


@require_safe
@staff_only(READ_LOG)
def log_json(request):
    return _export(request, reports.as_json, "application/json", "log.json")


def _export(request, write, content_type, name):
    chosen = EventFilter(request.GET, Event.objects.all())
    if not chosen.is_valid():
        problems = "\n".join(f"{field}: {' '.join(texts)}" for field, texts in chosen.errors.items())
        return HttpResponse(f"Nothing is exported.\n{problems}\n", status=422, content_type="text/plain")
    return download(write(chosen.qs), content_type, name)
