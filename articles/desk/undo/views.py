"""Undo of one decision, and of a whole batch. Articles that were changed since stay as they are, and are named."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import staff_only, way_back
from articles.desk.bulk.views import show_result
from articles.desk.log.entries import entries, log_lines
from articles.desk.undo.words import not_undone, tell, tell_refusal
from articles.models import Channel, Event
from articles.moderation.own_steps import Step, UndoneStep
from articles.moderation.refusals import NotAllowed, Refused, UndoneAlready


@require_POST
@staff_only(moderation.DECIDE)
def undo_event(request, pk):
    event = get_object_or_404(Event, pk=pk)
    back = way_back(request, f"{reverse('desk_log')}?article={event.article_id}")
    try:
        undone = moderation.undo(event, by=request.user, at=moderation.Context())
    except Refused as refusal:
        return _refused(request, event, refusal, not_undone(event.title, refusal), back)
    if _wants_json(request):
        values = {"event": undone.pk, "article": undone.article_id, "version": undone.version}
        return JsonResponse({"message": f"Undone: {event.verb} “{event.title}”.", **values, "next": back})
    tell(request, [UndoneStep(Step(event, [event.verb], 1), 1)], back)
    return redirect(back)


@require_POST
@staff_only(moderation.DECIDE)
def undo_batch(request, batch):
    event = Event.objects.filter(batch=batch).first()
    if event is None:
        raise Http404
    try:
        outcome = moderation.undo_batch(batch, by=request.user, at=moderation.Context(Channel.BULK))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    back = way_back(request, reverse("desk_queue"))
    if not outcome.done and not outcome.refused:
        undoing = Event.objects.filter(undoes__batch=batch).select_related("by")[0]
        already = UndoneAlready(event, undoing, request.user)
        return _refused(request, event, already, f"All of it was {already.why}.", back)
    if "part" in request.POST:
        refused = [(title, why) for _, title, why in outcome.refused]
        tell(request, [UndoneStep(Step(event, [event.verb], outcome.done), outcome.done, refused)], back)
        return redirect(back)
    if event.channel == Channel.DESK and not outcome.refused:
        # What one Save of an article's page did.
        messages.success(request, f"Undone: all that was saved of “{event.title}”.")
        return redirect(back)
    return show_result(request, outcome)


def _refused(request, event, refusal, message, back):
    """Says who changed the article since, or has undone it: a script where it stands, else on a page."""
    if "part" in request.POST:
        tell_refusal(request, event, message, back)
        return redirect(back)
    later = entries().filter(article=event.article_id, version__gt=event.version)
    since = log_lines(list(later[:20]), request.user)
    if _wants_json(request):
        events = [{"event": one.pk, "verb": one.verb, "by": one.by and one.by.username} for one in since]
        return JsonResponse({"message": message, "since": events}, status=refusal.status)
    context = {"event": event, "message": message, "since": since, "next": back, "section": "log"}
    return render(request, "desk/undo/not_undone.html", context, status=refusal.status)


def _wants_json(request) -> bool:
    return request.headers.get("Accept") == "application/json"
