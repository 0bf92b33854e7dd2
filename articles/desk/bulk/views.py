"""/desk/bulk/: one decision on many articles: the preview, the result, and one undo for all of it."""

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from articles import moderation
from articles.desk.access import DeskPage, staff_only, way_back
from articles.desk.bulk.forms import BulkForm, form_in_bulk
from articles.desk.bulk.left_alone import LeftAlone, by_reason, left_alone
from articles.desk.bulk.of_selection import carry_out
from articles.desk.bulk.selection import BadSelection, left_out_in, picks_as_text, picks_in, selection_in
from articles.desk.log.entries import BY_TIME, entries, log_lines
from articles.documents.source import source_word_differences
from articles.importing.saving.take_source_values import sources_of
from articles.models import Article, Event
from articles.models.querysets import ArticleQuerySet
from articles.moderation import VERBS
from articles.moderation.access import KEEP_RULES
from articles.moderation.refusals import Refused
from articles.moderation.verbs import Verb
from articles.paging import page_of

ARTICLES_SHOWN = 200  # each can be left out
EVENTS_PER_PAGE = 100


def _or_refuse(view):
    @wraps(view)
    def refusing(request):
        try:
            return view(request)
        except BadSelection as refusal:
            context = {"message": str(refusal), "next": way_back(request, reverse("desk_queue")), "section": "queue"}
            return render(request, "desk/bulk/refused.html", context, status=422)

    return refusing


@require_POST
@staff_only(moderation.DECIDE)
@_or_refuse
def preview_bulk(request):
    """Shows what would happen, and asks for the options of the verb."""
    return _preview(request, request.POST)


@require_safe
@staff_only(moderation.DECIDE)
@_or_refuse
def preview_selection(request):
    """Shows the same for a selection that another page names in the address."""
    return _preview(request, request.GET)


def _preview(request, data):
    verb = _verb(request, data)
    form = form_in_bulk(verb)
    is_filled = any(name in data for name in form.base_fields)
    return _page(request, verb, selection_in(data, request), form(data if is_filled else None), left_out_in(data))


@require_POST
@staff_only(moderation.DECIDE)
@_or_refuse
def confirm_bulk(request):
    """Carries out what the preview showed, on the versions that it showed."""
    verb = _verb(request, request.POST)
    out = left_out_in(request.POST)
    previewed = picks_in(request.POST.getlist("picks"))
    picks = {pk: version for pk, version in previewed.items() if pk not in out}
    form = form_in_bulk(verb)(request.POST)
    if request.POST.get("sources") and request.POST["sources"] != sources_of(previewed):
        form.add_error(None, "The source has changed what it says of some of them: see what it says now.")
    if not picks:
        form.add_error(None, "You left out all of them: tick those that are meant.")
    if form.is_valid():
        try:
            return show_result(request, carry_out(form.decision(verb), picks, by=request.user))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, verb, picks_in(request.POST.getlist("selected")), form, out, status=422)


def show_result(request, outcome):
    """Leads to the page of the batch. What was refused is in no log, so it is shown at once."""
    back = way_back(request, reverse("desk_queue"))
    if outcome.refused:
        return render(request, "desk/bulk/batch.html", batch_context(request, outcome.batch, back, outcome.refused))
    return redirect(f"{reverse('desk_batch', args=[outcome.batch])}?{urlencode({'next': back}, safe='/')}")


class Batch(DeskPage, TemplateView):
    """The result of a bulk decision, row by row."""

    permission = moderation.DECIDE
    section = "queue"
    template_name = "desk/bulk/batch.html"

    def get(self, request, batch):
        context = batch_context(request, batch, way_back(request, reverse("desk_queue")))
        if context["page"].starts_over:
            return redirect(f"{request.path}?{urlencode({'next': context['next']}, safe='/')}")
        if not context["number"]:
            raise Http404
        return self.render_to_response(self.get_context_data(**context))


def batch_context(request, batch, back, refused=()):
    verbs = dict(Event.objects.filter(batch=batch).order_by().values_list("verb").annotate(Count("pk")))
    events = entries().filter(batch=batch)
    page = page_of(events, BY_TIME, request.GET, size=EVENTS_PER_PAGE, keep={"next": back})
    may_undo_it = request.user.has_perm(KEEP_RULES) or not events.filter(rule__isnull=False).exists()
    return {
        "batch": batch,
        "number": sum(verbs.values()),
        "verbs": verbs,
        "page": page,
        "events": log_lines(page.articles, request.user),
        "undoable": may_undo_it and events.filter(undoable=True).exists(),
        "refused": [LeftAlone(title or f"Article {pk}", why, pk) for pk, title, why in refused],
        "next": back,
    }


def _verb(request, data) -> type[Verb]:
    verb = VERBS.get(data.get("action", ""))
    if verb is None or not verb.in_bulk:
        raise BadRequest("There is no such action.")
    if not request.user.has_perm(verb.permission):
        raise PermissionDenied("Your role does not allow this.")
    return verb


def _page(request, verb, picks, form, out=frozenset(), status=200):
    articles = Article.objects.filter(pk__in=picks)
    left = left_alone(picks, articles, form.decision(verb) if form.is_valid() else form.usual(verb), by=request.user)
    doable = [pk for pk in picks if pk not in left]
    first = _first(articles, doable[:ARTICLES_SHOWN], form)
    return render(
        request,
        "desk/bulk/preview.html",
        {
            "verb": verb(),
            "heading": form.heading or verb.label,
            "action": verb.name,
            "form": form,
            "selected": picks_as_text(picks, picks),
            "picks": picks_as_text(picks, doable),
            "sources": sources_of(doable) if form.shows_conflicts else "",
            "total": len(picks),
            "number": len(doable) - len(out & set(doable)),
            "doable": len(doable),
            "out": out,
            "first": first,
            "more": max(0, len(doable) - ARTICLES_SHOWN),
            "left": by_reason(left.values()),
            "left_number": len(left),
            "next": way_back(request, reverse("desk_queue")),
            "section": "queue",
        },
        status=status,
    )


def _first(articles: ArticleQuerySet, pks: list[int], form: BulkForm) -> list[Article]:
    """Returns the articles that the preview shows, with the conflicts in `differences` where the form shows them."""
    rows = articles.select_related("provider")
    found = (rows if form.shows_conflicts else rows.without_payload()).in_bulk(pks)
    if form.shows_conflicts:
        article: Any
        for article in found.values():
            article.differences = source_word_differences(article, article.conflicts)
    return [found[pk] for pk in pks if pk in found]
