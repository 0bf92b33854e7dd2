"""The history of an article: its events, with word differences."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from articles.desk.access import staff_only
from articles.desk.article.forms import shown
from articles.desk.article.loading import find
from articles.history.diff import as_text
from articles.history.labels import SILENT, label, words
from articles.history.since import Meanwhile
from articles.models import Article, Event, ImportFile
from articles.moderation import CHANGE, DECIDE
from articles.moderation.restore import RESTORABLE
from articles.moderation.undo import with_undoable
from articles.word_diff import Piece, compare

EVENTS_PER_PAGE = 40
IMPORTS_SHOWN = 50


@dataclass
class Change:
    name: str
    label: str
    pieces: list[Piece]
    before: str
    can_restore: bool


def _told(events, article: Article | None, most: int = EVENTS_PER_PAGE, start: int = 0) -> list[Event]:
    """The events, each with its `changes` and whether it can be undone."""
    events = list(with_undoable(events).select_related("by", "reason", "run", "undone_by__by")[start : start + most])
    facts = Meanwhile(article) if article else None
    names = {name for event in events for name in event.after if name in RESTORABLE}
    now = {name: facts.now(name) for name in names} if facts else {}
    for event in events:
        event.changes = [
            Change(
                name,
                label(name),
                compare(_plain(name, event.before.get(name)), _plain(name, event.after[name])),
                words(_plain(name, event.before.get(name))),
                name in now and name in event.before and event.before[name] != now[name],
            )
            for name in event.after
            if name not in SILENT
        ]
    return events


def _plain(name: str, value: Any) -> Any:
    return shown(name, value) if name.endswith("_at") else value


@require_safe
@staff_only(DECIDE)
def history(request, pk):
    """All that happened to the article; the log outlives it."""
    found = find(pk)
    events = Event.objects.filter(article=pk)
    paginator = Paginator(events, EVENTS_PER_PAGE)
    if found is None and not paginator.count:
        raise Http404
    shown_page = paginator.get_page(request.GET.get("page"))
    told = _told(events, found, start=max(0, shown_page.start_index() - 1))
    deleted = told[0] if found is None and told else None
    context = {
        "article": found,
        "pk": pk,
        "title": found.title if found else told[0].title,
        "deleted": deleted,
        "was": [(label(name), as_text(value)) for name, value in deleted.before.items()] if deleted else [],
        "page": shown_page,
        "events": told,
        "imports": ImportFile.objects.filter(article=pk).select_related("run").order_by("-pk")[:IMPORTS_SHOWN],
        "section": "queue",
        "may_edit": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "desk/article_history.html", context)
