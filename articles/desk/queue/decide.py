"""POST /desk/articles/<pk>/<verb>/: one decision on one article, from the queue or from the page of the article.

The form has the `version` that the person saw, and in `next` the page that sent it. What moderation refuses is shown
with the current article, beside what was typed.
"""

from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import staff_only, way_back
from articles.desk.queue.forms import form_in_queue
from articles.desk.queue.place import QueuePlace, queue_path
from articles.desk.queue.rows import QueueItem, QueueRow, offered_names
from articles.desk.queue.views import answer_parts, find_item
from articles.desk.undo_offer import UndoOffer
from articles.forms.conflict import version_in
from articles.forms.errors import errors_of
from articles.history.labels import SILENT_FIELDS, label, readable, short_text
from articles.history.related import links_delta
from articles.history.since import rolled_back
from articles.history.snapshot import logged_value, value_of
from articles.importing.saving.take_source_values import sources_of, with_source_values
from articles.models import Article, Event
from articles.moderation import DECIDE, VERBS
from articles.moderation.access import permit
from articles.moderation.refusals import Impossible, NotAllowed, Refused, Stale, VersionMissing
from articles.moderation.verbs import Verb

# Beyond, the databases cannot even look.
LARGEST_KEY = 2**63 - 1


@require_POST
@staff_only(DECIDE)
def decide(request, pk, verb):
    if pk > LARGEST_KEY:
        raise Http404
    verb_class = VERBS[verb]
    form, version = form_in_queue(verb_class)(request.POST, auto_id="again_%s"), version_in(request.POST)
    try:
        if not form.is_valid():
            require_current(pk, version)
            raise Impossible("Please mend what was typed.", errors_of(form))
        # Topics and images that the document brings are rolled back with a refusal.
        with transaction.atomic():
            if verb_class.settles_conflicts:
                permit(request.user, verb_class.permission)
                require_current(pk, version)
                require_source(pk, request.POST.get("source"))
            decision = with_source_values(form.decision(verb_class), [pk])
            event = moderation.write_one(pk, decision, by=request.user, version=version)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        return refused(request, pk, verb_class(), refusal, form)
    if event is None:
        return done(request, Article(pk=pk), "Nothing was changed: it is like that already.")
    undo = reverse("desk_event_undo", args=[event.pk])
    return done(request, event.article, f"“{event.title}” {verb_class.past}.", undo, verb_class())


def require_current(pk: int, version: int | None) -> None:
    """Raises Refused if the version is not the current one, before the form asks for corrections."""
    if version is None:
        raise VersionMissing()
    article = Article.objects.filter(pk=pk).first()
    if article is None or article.version != version:
        raise Stale(article, version)


def require_source(pk: int, seen: str | None) -> None:
    """Raises Impossible if the document of the article is another one than the form names."""
    if seen and seen != sources_of([pk]):
        raise Impossible("The source has changed what it says since you opened it: see what it says now.")


# Claims need no version: they change nothing that a decision is about


@require_POST
@staff_only(DECIDE)
def claim(request, pk):
    """The script claims what is `open` in the queue for a moment; a person claims with a button."""
    return _claimed(request, pk, partial(moderation.claim, if_waiting="open" in request.POST))


@require_POST
@staff_only(DECIDE)
def release(request, pk):
    return _claimed(request, pk, moderation.release)


def _claimed(request, pk, do):
    article = Article.objects.filter(pk=pk).first()
    message, status = "", 200
    try:
        if article is None:
            raise Stale(None, 0)
        do(article, by=request.user)
    except Refused as refusal:
        message, status = str(refusal), refusal.status
    if "part" in request.POST and (article := find_item(pk)):
        row = QueueRow(article, request.user)
        context = {"place": QueuePlace.to_return_to(request) or QueuePlace(request, QueryDict()), "row": row}
        return TemplateResponse(request, "desk/queue/answers.html#claimed", context, status=status)
    if message:
        messages.error(request, message)
    return redirect(return_to(request, item=pk))


# Answers


def done(request, article: Article, text: str, undo_address: str = "", verb: Verb | None = None):
    """Reports the decision with the offer to undo it, and shows what comes next."""
    place, back = QueuePlace.to_return_to(request), return_to(request, item=article.pk)
    undo = UndoOffer(undo_address, back) if undo_address else None
    if place is None:
        messages.success(request, text, extra_tags=str(undo or ""))
        return redirect(back)
    # After a note or a score the same article is shown.
    goes_on = verb is not None and _goes_on(request, article, verb)
    shown = place.next_after(article) if goes_on else find_item(article.pk)
    if "part" in request.POST:
        response = answer_parts(request, place, article=shown, toasts=[(text, undo)])
        if verb is not None and goes_on:
            response["X-Settled"] = verb.past if verb.settles else "settled"
        return response
    messages.success(request, text, extra_tags=str(undo or ""))
    return redirect(place.address(shown.pk if shown else ""))


def _goes_on(request, article: Article, verb: Verb) -> bool:
    """Returns whether the next article is shown: after a decision, and where only a conflict kept this one waiting."""
    if not verb.settles_conflicts:
        return verb.settles
    done_with = Article.objects.filter(pk=article.pk, queue="").first()
    if done_with:
        moderation.release(done_with, by=request.user)
    return done_with is not None


def return_to(request, *, item: int) -> str:
    """Returns the page of our site that the form names, else the queue with this article open."""
    place = QueuePlace.to_return_to(request)
    return place.address(item) if place else way_back(request, f"{queue_path()}?item={item}")


@dataclass(frozen=True)
class RefusedField:
    """A field that others changed since, or that the person wanted to change."""

    label: str
    seen_value: str
    current_value: str
    wanted: str


def refused(request, pk: int, verb: Verb | None, refusal: Refused, form: forms.Form):
    """Shows what moderation refused: both values, who changed what since, and what was typed."""
    article = find_item(pk)
    place = QueuePlace.to_return_to(request)
    since = refusal.since if isinstance(refusal, Stale) else []
    context = {
        "refusal": refusal,
        "verb": verb,
        "typed": form,
        "since": since,
        "fields": _fields(article, since, form, verb) if article else [],
        "errors": [message for messages in getattr(refusal, "errors", {}).values() for message in messages],
        "choices": offered_names(),
        "next": request.POST.get("next", ""),
    }
    if place and "part" in request.POST:
        return answer_parts(request, place, article=article, status=refusal.status, **context)
    return TemplateResponse(
        request,
        "desk/queue/refused.html",
        {
            **context,
            "section": "queue",
            "item": article and QueueItem(article, request.user),
            "back": return_to(request, item=pk),
        },
        status=refusal.status,
    )


def _disputed(article: Article, since: list[Event]) -> list[str]:
    """Returns the conflicts that the person saw: the oldest event since then may have settled some."""
    seen = next((event.before["conflicts"] for event in reversed(since) if "conflicts" in event.before), None)
    return article.conflicts if seen is None else seen


def _fields(article: Article, since: list[Event], form: forms.Form, verb: Verb | None) -> list[RefusedField]:
    wanted = {name: form.data.get(name) for name in ("quality", "heat", "notes") if form.data.get(name)}
    if verb and verb.settles_conflicts:
        wanted |= dict.fromkeys(form.cleaned_data.get("names") or _disputed(article, since), verb.label.lower())
    changed = [name for event in reversed(since) for name in event.after if name not in SILENT_FIELDS]
    fields = []
    for name in dict.fromkeys([*changed, *(wanted if since else ())]):
        current = logged_value(value_of(article, name))
        # The oldest event since then has the value that the person saw.
        seen_value = next((event.before[name] for event in reversed(since) if name in event.after), current)
        if name == "related":
            seen_value, current = links_delta(rolled_back(current, since), current)
        seen_words, current_words = map(short_text, readable(name, seen_value, current))
        fields.append(RefusedField(label(name), seen_words, current_words, wanted.get(name) or ""))
    return fields
