"""Actions on the article page beside its forms: duplicate, pin, take the source’s value, restore, delete."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import staff_only, version_in
from articles.desk.article.edit import _text, _undo, find_added, gone, return_to
from articles.desk.article.forms import named, shown
from articles.desk.article.loading import find
from articles.desk.article.views import Clash, Conflict, page
from articles.history.labels import label
from articles.history.since import Meanwhile, since
from articles.importing.saving.take_source_values import source_values
from articles.models import Article, Event
from articles.models.fields import SOURCE_FIELDS
from articles.moderation import CHANGE, DELETE
from articles.moderation.refusals import Impossible, NotAllowed, Refused, Stale, VersionMissing
from articles.moderation.restore import earlier_value


@require_POST
@staff_only(CHANGE)
def duplicate(request, pk):
    typed = request.POST.get("of", "").strip()
    other = _other(typed)

    def write(article, **seen):
        if typed and other is None:
            raise Impossible(f"There is no article “{typed}”: give its number, or the link to its original.")
        return moderation.mark_duplicate(article, of=other, **seen)

    return _one_fact(request, pk, "duplicate_of", write, "The mark as a duplicate was changed.")


def _other(typed: str) -> Article | None:
    """The article with this number, or this page of the desk."""
    number = typed.rstrip("/").rpartition("/")[2]
    return find_added(number)


@require_POST
@staff_only(CHANGE)
def pin(request, pk):
    pinned = request.POST.get("pinned") == "1"
    done = "Pinned: it leads the front page." if pinned else "No longer pinned."
    return _one_fact(request, pk, "pinned_at", lambda a, **seen: moderation.pin(a, pinned=pinned, **seen), done)


@require_POST
@staff_only(CHANGE)
def take_source_values(request, pk):
    """Take the source's value of the fields that the button names; what else was typed in the form stays there."""
    names = [name for name in request.POST.getlist("field") if name in SOURCE_FIELDS]
    if "keep" in request.POST:
        return _keep(request, pk, request.POST.getlist("keep"))

    def write(article, **seen):
        values = source_values(article, names)
        if not values:
            raise Impossible("The source says nothing of this.")
        events = moderation.apply(article, **values, **seen)
        return events[-1] if events else None

    def typed(article, meanwhile):
        form = _text(request, meanwhile)
        others = [name for name in form.changed_data if name not in names]
        return {"text": form.again(Meanwhile(article), others)} if others else {}

    return _one_fact(request, pk, names, write, f"Taken from the source: {named(names)}.", typed)


def _keep(request, pk, names):
    """What the article says stands, though its source says something else: that is no conflict any more."""
    return _one_fact(
        request, pk, names, lambda a, **seen: moderation.keep(a, names=names, **seen), f"Kept: {named(names)}."
    )


@require_POST
@staff_only(CHANGE)
def restore(request, pk):
    """Let a field say again what it said before an entry of the history."""
    name, number = request.POST.get("field", ""), request.POST.get("event", "")
    event = Event.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None

    def write(article, **seen):
        if event is None:
            raise Impossible("This entry of the history is not there.")
        events = moderation.apply(article, **{name: earlier_value(article, event, name)}, **seen)
        return events[-1] if events else None

    return _one_fact(request, pk, name, write, f"Restored: {label(name)}.")


def _one_fact(request, pk, names, write, done: str, typed=lambda article, meanwhile: {}):
    """Carry out `write` if nobody has changed these fields since the version that was seen."""
    names = [names] if isinstance(names, str) else names
    version, article = version_in(request.POST), find(pk)
    if article is None:
        return gone(request, pk, version)
    meanwhile = since(article, version)
    try:
        if version is None:
            raise VersionMissing("The form does not say which version of the article you saw: look at it again.")
        if not meanwhile.is_known or any(meanwhile.last_change(name) for name in names):
            raise Stale(article, version)
        # With what it made for that, topics and pictures; and nobody else writes meanwhile.
        with transaction.atomic():
            event = write(article, by=request.user, version=article.version, at=moderation.Context())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        clashes = [
            Clash(name, label(name), shown(name, meanwhile.seen(name)), shown(name, meanwhile.now(name)), "", e)
            for name in names
            if (e := meanwhile.last_change(name))
        ]
        said = "" if isinstance(refusal, Stale) else str(refusal)
        conflict = Conflict("", meanwhile.events if isinstance(refusal, Stale) else [], clashes, said)
        now = find(pk)
        return page(request, now, status=refusal.status, conflict=conflict, **typed(now, Meanwhile(now)))
    if event is None:
        messages.info(request, "Nothing was changed: it is like that already.")
        return redirect(return_to(request, pk))
    messages.success(request, done, extra_tags=_undo(event, return_to(request, pk)))
    if forms := typed(now := find(pk), meanwhile):
        messages.warning(request, "What else you typed is below, and not saved yet.")
        return page(request, now, **forms)
    return redirect(return_to(request, pk))


@require_POST
@staff_only(DELETE)
def delete(request, pk):
    """Ask once more, then delete the article and leave a tombstone."""
    version, article = version_in(request.POST), find(pk)
    if article is None:
        return gone(request, pk, version)
    try:
        if version is None:
            raise VersionMissing("The form does not say which version of the article you saw: look at it again.")
        if version != article.version:
            raise Stale(article, version)
        if "sure" not in request.POST:
            return _ask_to_delete(request, article)
        moderation.delete(article, by=request.user, version=version)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        article = find(pk)
        return gone(request, pk, version) if article is None else _ask_to_delete(request, article, refusal)
    messages.success(request, f"“{article}” was deleted: no import brings it back until its tombstone is lifted.")
    return redirect(reverse("desk_article_history", args=[pk]))


def _ask_to_delete(request, article, refusal=None):
    context = {"article": article, "refusal": refusal, "since": getattr(refusal, "since", []), "section": "queue"}
    context["links"] = article.linked_from.count()
    return TemplateResponse(request, "desk/article_delete.html", context, status=refusal.status if refusal else 200)
