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
from articles.models import Channel, Event
from articles.moderation.refusals import NotAllowed, Refused


@require_POST
@staff_only(moderation.DECIDE)
def undo_event(request, pk):
    event = get_object_or_404(Event, pk=pk)
    back = way_back(request, f"{reverse('desk_log')}?article={event.article_id}")
    wants_json = request.headers.get("Accept") == "application/json"
    try:
        undone = moderation.undo(event, by=request.user, at=moderation.Context())
    except Refused as refusal:
        later = entries().filter(article=event.article_id, version__gt=event.version)
        since = log_lines(list(later[:20]), request.user)
        if wants_json:
            events = [{"event": one.pk, "verb": one.verb, "by": one.by and one.by.username} for one in since]
            return JsonResponse({"message": str(refusal), "since": events}, status=refusal.status)
        context = {"event": event, "refusal": refusal, "since": since, "next": back, "section": "log"}
        return render(request, "desk/bulk/not_undone.html", context, status=refusal.status)
    message = f"Undone: {event.verb} “{event.title}”."
    if wants_json:
        values = {"event": undone.pk, "article": undone.article_id, "version": undone.version}
        return JsonResponse({"message": message, **values, "next": back})
    messages.success(request, message)
    return redirect(back)


@require_POST
@staff_only(moderation.DECIDE)
def undo_batch(request, batch):
    if not Event.objects.filter(batch=batch).exists():
        raise Http404
    try:
        outcome = moderation.undo_batch(batch, by=request.user, at=moderation.Context(Channel.BULK))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    one, back = Event.objects.filter(batch=batch).first(), way_back(request, reverse("desk_queue"))
    if one and not outcome.refused and back.startswith(reverse("desk_article", args=[one.article_id])):
        # What one Save of an article's page did: the person stays there.
        messages.success(request, f"Undone: all that was saved of “{one.title}”.")
        return redirect(back)
    return show_result(request, outcome)
