"""GET /desk/articles/<pk>/history/: the log of one article."""

from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from articles.desk.access import staff_only
from articles.desk.article.events import events_with_changes
from articles.desk.article.loading import find_article
from articles.history.labels import full_text, label
from articles.models import Event, ImportFile
from articles.moderation import CHANGE, DECIDE

EVENTS_PER_PAGE = 40
IMPORTS_SHOWN = 50


@require_safe
@staff_only(DECIDE)
def history(request, pk):
    """Shows the log of the article; of a deleted one also its last values."""
    found = find_article(pk)
    all_events = Event.objects.filter(article=pk)
    paginator = Paginator(all_events, EVENTS_PER_PAGE)
    if found is None and not paginator.count:
        raise Http404
    page = paginator.get_page(request.GET.get("page"))
    events = events_with_changes(all_events, found, EVENTS_PER_PAGE, start=max(0, page.start_index() - 1))
    deleted = events[0] if found is None and events else None
    context = {
        "article": found,
        "pk": pk,
        "title": found.title if found else events[0].title,
        "deleted": deleted,
        "was": [(label(name), full_text(value)) for name, value in deleted.before.items()] if deleted else [],
        "page": page,
        "events": events,
        "imports": ImportFile.objects.filter(article=pk).select_related("run").order_by("-pk")[:IMPORTS_SHOWN],
        "section": "queue",
        "may_edit": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "desk/article/history.html", context)
