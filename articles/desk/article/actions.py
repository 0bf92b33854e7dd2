"""The buttons of the article page beside Save and the decisions: each changes one thing, on the version that was seen.

They are buttons of the page's one form: what else was typed there comes back, and is not saved.
"""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from articles import moderation
from articles.desk.access import staff_only
from articles.desk.article.answers import gone, return_to, undo_tags
from articles.desk.article.loading import find_article
from articles.desk.article.page import Unsaved, article_page
from articles.desk.article.place import ListPlace
from articles.desk.article.save import conflict_page, show, typed_beside
from articles.desk.article.sections import Sent
from articles.desk.queue.place import QueuePlace
from articles.desk.queue.stories import STEPS
from articles.desk.undo_offer import UndoOffer
from articles.forms.conflict import Conflict, clash_of, version_in
from articles.forms.filters import is_key
from articles.forms.values import labels_of
from articles.history.since import changes_since
from articles.importing.saving.take_source_values import source_values
from articles.models import Article, Event
from articles.models.fields import SOURCE_FIELDS
from articles.moderation import CHANGE, DECIDE
from articles.moderation.content_verbs import NameTopics
from articles.moderation.refusals import Impossible, NotAllowed, Refused, Stale, VersionMissing
from articles.moderation.restore import earlier_value


@require_POST
@staff_only(DECIDE)
def story(request, pk, verb):
    """What a person says of the story of the article, or of what it is a duplicate of."""
    if verb not in STEPS:
        raise Http404

    def write(article, **on_version):
        return STEPS[verb](request, article.pk, **on_version)

    return _change(request, pk, ["published", "duplicate_of", "together", "apart", "lead_at"], write)


@require_POST
@staff_only(CHANGE)
def pin(request, pk):
    pinned = request.POST.get("pinned") == "1"
    done = "Pinned: it leads the front page." if pinned else "No longer pinned."
    return _change(request, pk, ["pinned_at"], partial(moderation.pin, pinned=pinned), done)


@require_POST
@staff_only(CHANGE)
def settle(request, pk):
    """Takes the source's value of the fields that the button names, or keeps ours; both settle the conflict."""
    if "keep" in request.POST:
        names = request.POST.getlist("keep")
        return _change(request, pk, names, partial(moderation.keep, names=names), f"Kept: {labels_of(names)}.")
    names = [name for name in request.POST.getlist("field") if name in SOURCE_FIELDS]

    def write(article, **on_version):
        values = source_values(article, names)
        if not values:
            raise Impossible("The source says nothing of this.")
        return _last_event(moderation.apply(article, **values, **on_version))

    return _change(request, pk, names, write, f"Taken from the source: {labels_of(names)}.")


@require_POST
@staff_only(CHANGE)
def name_topics(request, pk):
    """Adds the topics that the title names, as it is saved."""

    def write(article, **on_version):
        return moderation.decide(article, NameTopics(), **on_version)

    return _change(request, pk, ["topics"], write, "Added: the topics that the title names.")


@require_POST
@staff_only(CHANGE)
def restore(request, pk):
    """Gives a field the value that it had before an entry of the history: the button says `<entry>-<field>`."""
    number, _, name = request.POST.get("restore", "").partition("-")

    def write(article, **on_version):
        event = Event.objects.filter(pk=number).first() if is_key(number) else None
        if event is None:
            raise Impossible("This entry of the history is not there.")
        return _last_event(moderation.apply(article, **{name: earlier_value(article, event, name)}, **on_version))

    return _change(request, pk, [name], write, f"Restored: {labels_of([name])}.")


def hold(request, pk: int):
    """Claims the article, or gives it back. Claims need no version: they change nothing that a decision is about."""
    article, version = find_article(pk), version_in(request.POST)
    if article is None:
        return gone(request, pk, version)
    claims = request.POST["hold"] == "claim"
    try:
        (moderation.claim if claims else moderation.release)(article, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    sent = typed_beside(request, changes_since(article, version), [])
    return show(request, article, sent, 200) if sent else redirect(return_to(request, pk))


@require_POST
@staff_only(DECIDE)
def next_article(request, pk):
    """Opens the next article that no colleague has, of the list from which this one was opened, else of the queue."""
    article = find_article(pk)
    place = ListPlace.of(request) or ListPlace(QueuePlace(request, QueryDict()))
    found = article and place.claim_next(article, request.user)
    if found:
        return redirect(place.address_of(found.pk))
    messages.info(request, "Nothing is left here that no colleague has.")
    return redirect(return_to(request, pk) if article else place.queue.address())


def _last_event(events: list[Event]) -> Event | None:
    return events[-1] if events else None


def _change(request, pk: int, names: list[str], write, done: str = ""):
    """Carries out `write` if nobody has changed these fields since the version that the person saw.

    `write` returns its event, or what it did in words and the address of its undo.
    """
    version, article = version_in(request.POST), find_article(pk)
    if article is None:
        return gone(request, pk, version)
    changes = changes_since(article, version)
    try:
        if version is None:
            raise VersionMissing()
        if not changes.is_known or any(map(changes.last_change, names)):
            raise Stale(article, version)
        # Topics and images that `write` creates are rolled back with it.
        with transaction.atomic():
            event = write(article, by=request.user, version=article.version, at=moderation.Context())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        current = find_article(pk)
        return gone(request, pk, version) if current is None else _refused(request, current, names, refusal)
    match event:
        case None:
            messages.info(request, "Nothing was changed: it is like that already.")
        case text, undo:
            messages.success(request, text, extra_tags=str(UndoOffer(undo, return_to(request, pk)) if undo else ""))
        case _:
            messages.success(request, done, extra_tags=undo_tags(event, return_to(request, pk)))
    current = find_article(pk)
    sent = typed_beside(request, changes_since(current, version), names) if current else None
    if current is None or sent is None:
        return redirect(return_to(request, pk))
    messages.warning(request, "What else you typed is below, and not saved yet.")
    # Later, Save compares with what the person saw: what others changed before this button is not overwritten.
    return article_page(request, current, Unsaved(sent.again(current), sent.dirty, version))


def _refused(request, article: Article, names: list[str], refusal: Refused):
    """Returns the page that says why, with what was typed."""
    changes = changes_since(article, version_in(request.POST))
    sent = Sent(request, changes, but=names)
    clashes = [clash_of(changes, name) for name in names if changes.last_change(name)]
    if isinstance(refusal, Stale):
        return conflict_page(request, article, sent, Conflict(clashes + sent.comparison.clashes, changes.events))
    conflict = Conflict(clashes, message=str(refusal), status=refusal.status)
    unsaved = Unsaved(sent.again(article), sent.dirty, version_in(request.POST))
    return article_page(request, article, unsaved, status=refusal.status, conflict=conflict)
