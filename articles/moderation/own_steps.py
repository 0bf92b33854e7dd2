"""A person's own last steps at the desk, and their undo: nobody has to remember what `u` takes back.

A step is an event of the person, or all events of one batch, that nobody has undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from articles.models import Channel, Event
from articles.moderation.decision import Context
from articles.moderation.refusals import Impossible, Refused, UndoneAlready
from articles.moderation.undo import later_events, may_undo, overtaken, undo, undo_batch, with_undoable
from articles.moderation.verbs import VERBS

AT_DESK = (Channel.DESK, Channel.BULK)
MOST_STEPS = 20
# What is older is undone by whoever has seen it in the list, and by no key that was pressed by mistake.
FRESH = timedelta(hours=12)


@dataclass(frozen=True)
class Step:
    """What a person did in one go: `event` is the newest event of it."""

    event: Event
    verbs: list[str]  # without repetitions
    articles: int
    refusal: str = ""  # why it cannot be undone any more


@dataclass(frozen=True)
class UndoneStep:
    """What became of the undo of a step: how many articles are as before, and which were refused and why."""

    step: Step
    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)  # title, why


def last_steps(by: User, most: int = MOST_STEPS, *, fresh: bool = False, before: Event | None = None) -> list[Step]:
    """Returns the newest steps of the person, in three queries at most; with `before`, those older than that event."""
    newest = list(steps_query(by, fresh=fresh, before=before)[:most])
    later = (
        Event.objects.select_related("by")
        .defer("before", "after")
        .in_bulk({event.later for event in newest if event.later})
    )
    batches = _batches(event.batch for event in newest if event.batch)
    steps = []
    for event in newest:
        verbs, articles = batches.get(event.batch, ([event.verb], 1))
        # Of several articles, one may be as the step left it: the undo says which are not.
        can_be_undone = event.undoable or articles > 1
        refusal = _refusal(event, later.get(event.later), by, can_be_undone=can_be_undone)
        steps.append(Step(event, verbs, articles, refusal))
    return steps


def undo_last(
    number: int, *, by: User, newest: int | None = None, shown_at: datetime | None = None
) -> list[UndoneStep]:
    """Undoes the newest steps of the person, the newest first; one that is refused stops none of the others.

    `newest` is the event of the first step that the person saw in the list: if that is not the first one now, nothing
    is undone. Without it, only what is FRESH is undone, and nothing if the person has undone something since the page
    was shown: the same form was sent twice.
    """
    if shown_at and (undoing := _undone_since(shown_at, by)):
        raise undoing
    steps = last_steps(by, number, fresh=newest is None)
    if newest is not None and (not steps or steps[0].event.pk != newest):
        raise _list_is_old(newest, by)
    return [_undo(step, by) for step in steps]


def _undo(step: Step, by: User) -> UndoneStep:
    event = step.event
    try:
        if event.batch:
            outcome = undo_batch(event.batch, by=by, at=Context(Channel(event.channel)))
            return UndoneStep(step, outcome.done, [(title, why) for _, title, why in outcome.refused])
        undo(event, by=by)
    except Refused as refusal:
        return UndoneStep(step, refused=[(event.title, str(refusal))])
    return UndoneStep(step, 1)


def steps_query(by: User, *, fresh: bool = False, before: Event | None = None) -> QuerySet[Any]:
    """Returns the newest event of each step, with whether it is `undoable`, and what came `later`."""
    events = Event.objects.filter(by=by, channel__in=AT_DESK).exclude(verb="undo").not_undone()
    if fresh:
        events = events.filter(at__gt=timezone.now() - FRESH)
    if before is not None:
        events = events.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk), at__lte=before.at)
    of_batch = Event.objects.filter(batch=OuterRef("batch")).not_undone().order_by("-pk")
    # One look into the index of the batch for each event; a join would read the log of everybody.
    events = events.filter(Q(batch=None) | Q(pk=Subquery(of_batch.values("pk")[:1])))
    later = Subquery(later_events().values("pk")[:1])
    return with_undoable(events).annotate(later=later).defer("before", "after")


def _batches(batches: Iterable[UUID]) -> dict[UUID, tuple[list[str], int]]:
    """Returns of each batch its verbs and the number of its articles, as far as it is not undone."""
    keys = list(batches)
    if not keys:
        return {}
    found: dict[UUID, tuple[list[str], int]] = {key: ([], 0) for key in keys}
    events = Event.objects.filter(batch__in=keys).not_undone().order_by("batch", "verb")
    for batch, verb, number in events.values_list("batch", "verb").annotate(Count("article", distinct=True)):
        verbs, articles = found[batch]
        found[batch] = ([*verbs, verb], max(articles, number))
    return found


def _refusal(event: Event, later: Event | None, by: User, *, can_be_undone: bool) -> str:
    if not VERBS[event.verb].can_be_undone:
        return VERBS[event.verb].never_undone
    if not may_undo(event, by):
        return "Your role does not allow this any more."
    if can_be_undone:
        return ""
    if later is None:
        return "The article is not there any more."
    since = overtaken(event, later, by)
    return f"{since.why}: undo that first" if later.by_id == by.pk and VERBS[later.verb].can_be_undone else since.why


def _undone_since(moment: datetime, by: User) -> Refused | None:
    events = Event.objects.filter(by=by, verb="undo", at__gt=moment).select_related("by", "undoes")
    undoing = events.first()
    return UndoneAlready(undoing.undoes, undoing, by) if undoing and undoing.undoes else None


def _list_is_old(newest: int, by: User) -> Refused:
    """Returns why the list that the person saw is no longer the list: it was undone already, or more was done."""
    event = Event.objects.filter(pk=newest).first()
    undoing = Event.objects.filter(undoes=newest).select_related("by").first()
    if event and undoing:
        return UndoneAlready(event, undoing, by)
    return Impossible("You did something else since this list was shown: nothing was undone. Look at the list again.")
