"""Saves the article page: one form, one version, one transaction, one batch of events.

The form carries the `version` that the person saw. If others have changed different fields since, both changes stand;
if the same one, nothing is saved: the page shows all three values and keeps what was typed, in every section. A
decision that is sent along (`decide`) is carried out on what is saved, and only on the version that was seen.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from articles import moderation
from articles.desk.article.answers import gone, return_to
from articles.desk.article.decision import Decision
from articles.desk.article.loading import find_article
from articles.desk.article.page import Unsaved, article_page
from articles.desk.article.sections import Sent
from articles.desk.undo_offer import UndoOffer
from articles.forms.conflict import Conflict, conflict_of, version_in
from articles.forms.values import labels_of
from articles.history.labels import label
from articles.history.since import ChangesSince, changes_since
from articles.models import Article, Event
from articles.moderation.refusals import NotAllowed, Refused, Stale

# How often a colleague may write between our reading and our writing.
TRIES = 3


def save(request, pk: int):
    """Saves what the person changed beside what others changed since; shows the page if both changed the same."""
    version, decision = version_in(request.POST), Decision.asked(request)
    for tries_left in reversed(range(TRIES)):
        article = find_article(pk)
        if article is None:
            return gone(request, pk, version)
        sent = Sent(request, changes_since(article, version))
        is_valid = sent.is_valid()
        if not is_valid or (decision and not decision.is_valid()):
            return show(request, article, sent, 422, decision=decision)
        if conflict := _conflict(sent, version, decision):
            return conflict_page(request, article, sent, conflict, decision)
        try:
            events = _write(request, article, sent, decision)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            if isinstance(refusal, Stale) and tries_left:
                continue
            why = "" if sent.refuse(refusal) else str(refusal)
            return show(request, find_article(pk) or article, sent, refusal.status, why, decision)
        return _saved(request, article, sent, events, decision)
    raise AssertionError("a loop that always returns")


def show(request, article: Article, sent: Sent, status: int, why: str = "", decision: Decision | None = None):
    """Returns the page as it was sent, on the version that the person saw, and why it was not saved."""
    unsaved = Unsaved(sent.forms, sent.dirty, version_in(request.POST), decision)
    return article_page(request, article, unsaved, status=status, refused=why)


def conflict_page(request, article: Article, sent: Sent, conflict: Conflict, decision: Decision | None = None):
    """Returns the page of the current version, with what was typed: the next Save is about what this page shows."""
    unsaved = Unsaved(sent.again(article), sent.dirty, decision=decision)
    return article_page(request, article, unsaved, status=conflict.status, conflict=conflict)


def _conflict(sent: Sent, version: int | None, decision: Decision | None) -> Conflict | None:
    """Returns the conflict if what was typed, or the decision, cannot stand beside what others changed since."""
    changes, comparison = sent.changes, sent.comparison
    if not changes.is_stale:
        return None
    # Who typed nothing on a page that is out of date is shown the new one.
    if changes.is_known and not comparison.clashes and comparison.mine and not decision:
        return None
    return conflict_of(changes, comparison.clashes, version, section="article" if comparison.mine else "")


def _write(request, article: Article, sent: Sent, decision: Decision | None) -> list[Event]:
    verb, wanted = decision.verb if decision else None, sent.wanted
    if not wanted and verb is None:
        return []
    at = moderation.Context()
    return moderation.apply(article, by=request.user, version=article.version, at=at, then=verb, **wanted)


def _saved(request, article: Article, sent: Sent, events: list[Event], decision: Decision | None):
    page = return_to(request, article.pk)
    if events:
        said = [f"Saved: {labels_of(sent.comparison.unsaved)}."] if sent.comparison.unsaved else []
        said += [f"“{article}” {decision.past}."] if decision else []
        text = f"{' '.join(said)}{_beside(request, sent)}"
        messages.success(request, text, extra_tags=str(UndoOffer(_undo_address(events), page)))
    elif sent.comparison.mine:
        messages.info(request, "This is saved already: the article says just that.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    return redirect(page)


def _undo_address(events: list[Event]) -> str:
    if len(events) == 1:
        return reverse("desk_event_undo", args=[events[0].pk])
    return reverse("desk_batch_undo", args=[events[0].batch])


def _beside(request, sent: Sent) -> str:
    """Returns a sentence about what others changed since the version that the person saw."""
    events = [event for event in sent.changes.events if event.by != request.user]
    if not events:
        return ""
    saved = {label(name) for name in sent.comparison.unsaved}
    others = sorted({label(name) for event in events for name in event.after} - saved)
    people = sorted({event.by.username if event.by else "an import" for event in events})
    return f" Meanwhile {', '.join(people)} changed {', '.join(others)}; both stand."


def typed_beside(request, changes: ChangesSince, names: list[str]) -> Sent | None:
    """Returns what else was typed when a button was pressed that is about these fields; None if nothing."""
    sent = Sent(request, changes, but=names)
    return sent if sent.dirty else None
