"""/desk/bulk/: one decision on many articles: first what would happen, then what did, and one Undo for all of it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from articles import moderation
from articles.desk.access import DeskPage, staff_only, way_back
from articles.desk.bulk.forms import AssignForm, BulkForm, ReasonForm, ScoreForm, TopicsForm
from articles.desk.log.views import BY_TIME, entries, shown
from articles.desk.queue.filters import QueueFilter
from articles.models import Article, Event
from articles.moderation import bulk
from articles.moderation.bulk import MOST_AT_ONCE
from articles.moderation.refusals import Refused
from articles.paging import page_of

SHOWN = 50
SHOWN_OF_REASON = 5
PER_PAGE = 100
_PICK = re.compile(r"(\d{1,18}):(\d{1,9})")


@dataclass(frozen=True)
class Kind:
    """One of the actions: how its pages call it, what it asks for, who may do it."""

    title: str
    form: type[BulkForm] = BulkForm
    needs: str = moderation.DECIDE


KINDS = {
    "publish": Kind("Publish"),
    "reject": Kind("Reject", ReasonForm),
    "withdraw": Kind("Withdraw", ReasonForm),
    "reopen": Kind("Reopen"),
    "score": Kind("Score", ScoreForm),
    "topics": Kind("Change topics of", TopicsForm, moderation.CHANGE),
    "assign": Kind("Assign", AssignForm),
}
Picks = dict[int, int]  # key of an article: the version that the person saw


class NotTaken(Exception):
    """The selection is none that can be decided on; the message says why."""


def _or_why_not(view):
    @wraps(view)
    def refusing(request):
        try:
            return view(request)
        except NotTaken as refusal:
            context = {"message": str(refusal), "next": way_back(request, reverse("desk_queue")), "section": "queue"}
            return render(request, "desk/bulk/refused.html", context, status=422)

    return refusing


@require_POST
@staff_only(moderation.DECIDE)
@_or_why_not
def preview(request):
    """What would happen, and what is still to be said."""
    kind = _kind(request)
    picks = _all_that_match(request) if request.POST.get("all") else _picks(request.POST.getlist("selected"))
    said = any(name in request.POST for name in kind.form.base_fields)
    return _page(request, kind, picks, kind.form(request.POST if said else None))


@require_POST
@staff_only(moderation.DECIDE)
@_or_why_not
def confirm(request):
    """Carry out what the preview showed, on the versions that it showed."""
    kind = _kind(request)
    picks = _picks(request.POST.getlist("picks"))
    form = kind.form(request.POST)
    if form.is_valid():
        try:
            outcome = bulk.carry_out(
                picks.items(), form.action(request.POST["action"]), by=request.user, why=form.why()
            )
            return result(request, outcome)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, kind, _picks(request.POST.getlist("selected")), form, status=422)


def result(request, outcome):
    """To the page of the batch; but what was refused is in no log, and shown at once."""
    back = way_back(request, reverse("desk_queue"))
    if outcome.refused:
        return render(request, "desk/bulk/batch.html", batch_context(request, outcome.batch, back, outcome.refused))
    return redirect(f"{reverse('desk_batch', args=[outcome.batch])}?{urlencode({'next': back}, safe='/')}")


class Batch(DeskPage, TemplateView):
    """What a bulk decision did, row by row."""

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
    page = page_of(events, BY_TIME, request.GET, size=PER_PAGE, keep={"next": back})
    return {
        "batch": batch,
        "number": sum(verbs.values()),
        "verbs": verbs,
        "page": page,
        "events": shown(page.articles, request.user),
        "undoable": events.filter(undoable=True).exists(),
        "refused": [Left(title or f"Article {pk}", why, pk) for pk, title, why in refused],
        "next": back,
    }


def _kind(request) -> Kind:
    kind = KINDS.get(request.POST.get("action", ""))
    if kind is None:
        raise BadRequest("There is no such action.")
    if not request.user.has_perm(kind.needs):
        raise PermissionDenied("Your role does not allow this.")
    return kind


def _picks(texts: list[str]) -> Picks:
    """Of `key:version`, each a field of its own as from the queue, or all in one as in our own forms."""
    found = [_PICK.fullmatch(pick) for text in texts for pick in text.split()]
    if not all(found):
        raise NotTaken("The form does not say which versions of the articles you saw: go back and reload the page.")
    if not found:
        raise NotTaken("No article was selected.")
    return _not_too_many({int(match[1]): int(match[2]) for match in found})


def _all_that_match(request) -> Picks:
    chosen = QueueFilter(QueryDict(request.POST.get("filter", "")), Article.objects.all(), request=request)
    if not chosen.form.is_valid():
        problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in chosen.form.errors.items())
        raise NotTaken(f"A choice of the filter is not possible, so nothing matches it. {problems}")
    picks = dict(chosen.qs.values_list("pk", "version")[: MOST_AT_ONCE + 1])
    if not picks:
        raise NotTaken("No article matches the filter any more.")
    return _not_too_many(picks)


def _not_too_many(picks: Picks) -> Picks:
    if len(picks) > MOST_AT_ONCE:
        raise NotTaken(f"These are more than {MOST_AT_ONCE:,} articles. Narrow the list, and decide part by part.")
    return picks


@dataclass(frozen=True)
class Left:
    """An article that a decision leaves as it is."""

    title: str
    told: str
    pk: int | None = None

    @property
    def why(self) -> str:
        """Below its title the reason need not name it again."""
        named = f"“{self.title}” "
        return capfirst(self.told.removeprefix(named)) if self.told.startswith(named) else self.told


def _by_reason(left) -> list[tuple[str, list[Left], int]]:
    """Each reason once, the most frequent first: some of its articles, and how many more there are."""
    reasons = defaultdict(list)
    for row in left:
        reasons[row.why].append(row)
    groups = sorted(reasons.items(), key=lambda reason: -len(reason[1]))
    return [(why, rows[:SHOWN_OF_REASON], len(rows)) for why, rows in groups[:SHOWN]]


def _page(request, kind, picks, form, status=200):
    articles = Article.objects.filter(pk__in=picks)
    action = form.action(request.POST["action"]) if form.is_valid() else form.usual(request.POST["action"])
    left = _left_alone(picks, articles, action, by=request.user)
    doable = [pk for pk in picks if pk not in left]
    first = articles.select_related("provider").without_payload().in_bulk(doable[:SHOWN])
    return render(
        request,
        "desk/bulk/preview.html",
        {
            "kind": kind,
            "action": request.POST["action"],
            "form": form,
            "selected": _written(picks, picks),
            "picks": _written(picks, doable),
            "total": len(picks),
            "number": len(doable),
            "first": [first[pk] for pk in doable if pk in first],
            "more": max(0, len(doable) - SHOWN),
            "left": _by_reason(left.values()),
            "left_number": len(left),
            "next": way_back(request, reverse("desk_queue")),
            "section": "queue",
        },
        status=status,
    )


def _written(picks: Picks, pks) -> str:
    return " ".join(f"{pk}:{picks[pk]}" for pk in pks)


def _left_alone(picks: Picks, articles, action, *, by) -> dict[int, Left]:
    """The exceptions: what is gone, was changed since, or is nothing that the action can be carried out on."""
    versions = dict(articles.values_list("pk", "version"))
    gone = {pk: Left(f"Article {pk}", "It has been deleted.") for pk in picks if pk not in versions}
    stale = [pk for pk, version in versions.items() if version != picks[pk]]
    found = bulk.preview(articles, action, by=by)
    refused = {article.pk: Left(article.title, why, article.pk) for article, why in found.exceptions}
    return refused | gone | _changed_since(articles.filter(pk__in=stale)) if stale else refused | gone


def _changed_since(articles) -> dict[int, Left]:
    last = Event.objects.filter(article__in=articles.values("pk")).order_by("version")
    who = {
        pk: f"{name or 'an import'} ({verb})" for pk, verb, name in last.values_list("article", "verb", "by__username")
    }
    why = "It has been changed since you saw it, last by {}."
    titles = articles.values_list("pk", "title")
    return {pk: Left(title, why.format(who.get(pk, "an import")), pk) for pk, title in titles}
