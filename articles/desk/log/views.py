"""/desk/log/: what happened to which article, by whom and why; on the page and as CSV and JSON."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from articles.desk.access import DeskPage, staff_only
from articles.desk.imports.runs import download
from articles.desk.log import reports as event_reports
from articles.desk.log.filters import EventFilter
from articles.history.diff import Difference, differences
from articles.history.labels import SILENT
from articles.models import Article, Event
from articles.moderation.undo import may_undo, with_undoable
from articles.paging import BY_DATE, page_of

READ_LOG = "articles.view_event"
PER_PAGE = 50
# These fields of the filter are folded away, until one is used.
SELDOM = ("provider", "reason", "channel", "run", "batch")
BY_TIME = replace(BY_DATE, field="at")


class Log(DeskPage, TemplateView):
    permission = READ_LOG
    section = "log"
    template_name = "desk/log/log.html"

    def get(self, request, *args, **kwargs):
        chosen = EventFilter(request.GET, entries())
        page = page_of(chosen.qs, BY_TIME, request.GET, size=PER_PAGE, keep=chosen.chosen)
        if page.starts_over:
            return redirect(f"{request.path}?{urlencode(chosen.chosen)}")
        days = groupby(shown(page.articles, request.user), key=lambda event: timezone.localdate(event.at))
        return self.render_to_response(
            self.get_context_data(
                filter=chosen,
                kept=urlencode(chosen.chosen),
                more=any(name in chosen.chosen for name in SELDOM),
                page=page,
                days=[(day, list(events)) for day, events in days],
                **kwargs,
            )
        )


def entries():
    """Events with all that a line of the log shows, newest first, in one query."""
    # Of what undid an entry only its name is shown, not what it changed.
    return (
        with_undoable(Event.objects.all())
        .select_related("by", "reason", "undone_by__by")
        .defer("undone_by__before", "undone_by__after", "undone_by__note")
        .order_by("-at", "-pk")
    )


def shown(events: list[Event], user) -> list[Event]:
    """The events with the article that is still `there`, their `differences`, and whether the user may undo them."""
    articles = Article.objects.only("slug", "title", "version").in_bulk({event.article_id for event in events})
    for event in events:
        event.there = articles.get(event.article_id)
        event.differences = changes_of(event)
        event.can_be_undone = event.undoable and may_undo(event, user)
    return events


def changes_of(event: Event) -> list[Difference]:
    """What the event changed; of a deleted article only that it was deleted."""
    names: Iterable[str] = (name for name in event.after if name not in SILENT)
    return differences({name: [event.before.get(name), event.after[name]] for name in names})


@require_safe
@staff_only(READ_LOG)
def log_csv(request):
    return _export(request, event_reports.as_csv, "text/csv", "log.csv")


@require_safe
@staff_only(READ_LOG)
def log_json(request):
    return _export(request, event_reports.as_json, "application/json", "log.json")


def _export(request, write, content_type, name):
    chosen = EventFilter(request.GET, Event.objects.all())
    if not chosen.is_valid():
        problems = "\n".join(f"{field}: {' '.join(texts)}" for field, texts in chosen.errors.items())
        return HttpResponse(f"Nothing is exported.\n{problems}\n", status=422, content_type="text/plain")
    return download(write(chosen.qs), content_type, name)
