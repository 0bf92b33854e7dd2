"""/desk/log/kept/: what happened to topics, providers, pictures, reasons, rules and feeds; and its undo."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from articles import tasks
from articles.desk.access import DeskPage, staff_only, way_back
from articles.desk.log.entries import BY_TIME
from articles.desk.log.filters import people_in
from articles.desk.log.views import PER_PAGE, READ_LOG
from articles.forms.filters import ListFilterSet, WholeNumberFilter, text_filter
from articles.importing.runs.lock import Held, import_lock
from articles.models import KeptEvent, typed_words
from articles.moderation.refusals import NotAllowed, Refused
from articles.paging import page_of
from articles.vocabulary.history import JOINING, entries, lines, may_undo
from articles.vocabulary.merging import undo_joining
from articles.vocabulary.writer import Kind, undo

BUSY = "An import is at work: try again when it is done."


class KeptFilter(ListFilterSet):
    kind = django_filters.ChoiceFilter(choices=Kind, empty_label="Everything")
    person = django_filters.ModelChoiceFilter(
        field_name="by",
        label="Person",
        queryset=lambda request: people_in(KeptEvent),  # type: ignore[arg-type]  # the stubs know no function here
        to_field_name="username",
        empty_label="Everyone",
    )
    named = text_filter(label="Name", method="with_words")
    row = WholeNumberFilter(label="Number of the row")

    class Meta:
        model = KeptEvent
        fields = ["kind", "person", "named", "row"]

    def with_words(self, events, name, value):
        for word in typed_words(value):
            events = events.filter(title__written=word)
        return events

    @property
    def chosen(self) -> dict[str, str]:
        return {name: str(self.data[name]) for name in self.filters if self.data.get(name)}


class KeptLog(DeskPage, TemplateView):
    permission = READ_LOG
    section = "log"
    template_name = "desk/log/kept.html"

    def get(self, request, *args, **kwargs):
        chosen = KeptFilter(request.GET, entries())
        page = page_of(chosen.qs, BY_TIME, request.GET, size=PER_PAGE, keep=chosen.chosen)
        if page.starts_over:
            return redirect(f"{request.path}?{urlencode(chosen.chosen)}")
        events = lines(page.articles, request.user)
        return self.render_to_response(self.get_context_data(filter=chosen, page=page, events=events, **kwargs))


@require_POST
@staff_only()
def undo_kept(request, pk):
    """Undoes an entry, where the row is as it left it; says why not otherwise."""
    event = get_object_or_404(KeptEvent, pk=pk)
    if not may_undo(event, request.user):
        raise PermissionDenied
    back = way_back(request, reverse("desk_log_kept"))
    try:
        left = _undo(event, request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Held, Refused) as refusal:
        messages.error(request, f"Not undone. {BUSY if isinstance(refusal, Held) else refusal}")
        return redirect(back)
    messages.success(request, f"Undone: {event.get_verb_display().lower()} “{event.title}”.")
    for _, title, why in left[:20]:
        messages.warning(request, f"Left alone: “{title}”. {why}")
    if len(left) > 20:
        messages.warning(request, f"So it is with {len(left) - 20:,} more articles.")
    return redirect(back)


def _undo(event: KeptEvent, by: Any) -> list[tuple[int, str, str]]:
    """Returns the articles that were left alone: key, title, why."""
    if event.verb in JOINING:
        with import_lock():
            return undo_joining(event, by=by)[1].refused
    undo(event, by=by)
    if event.kind == Kind.IMAGE:
        tasks.fetch_images_later()
    return []
