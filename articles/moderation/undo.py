"""Undoes events: a new event restores what an earlier one changed, if nobody has changed the article since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from articles.history.related import with_part
from articles.history.snapshot import SnapshotRows, logged_value, value_of
from articles.models import Article, Event, RelatedLink
from articles.models.fields import EDITED_LINK_FIELDS
from articles.models.querysets import EventQuerySet
from articles.moderation.access import DECIDE, KEEP_RULES, permit
from articles.moderation.decision import AT_DESK, Context
from articles.moderation.refusals import Impossible, Overtaken, Refused, UndoneAlready
from articles.moderation.verbs import VERBS, Changes, Verb
from articles.moderation.writer import locked, write_all

# What a merge of providers or a rule did is a batch of any size; SQLite takes so many keys in a statement, and no more.
EVENTS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Undo(Verb):
    """Restore what an event of each article changed, if nobody has changed the article since."""

    name, past = "undo", "undone"
    can_be_undone, never_undone = False, "An undo is not undone: decide again."

    events: Mapping[int, Event] = field(default_factory=dict)  # by article
    snapshot_rows: SnapshotRows = field(default_factory=lambda: SnapshotRows([]))
    permission: str = DECIDE
    reads_topics: bool = False

    def undoes(self, row: Article) -> int | None:
        return self.events[row.pk].pk

    def changes(self, row: Article) -> Changes:
        return _restored(row, self.events[row.pk], self.snapshot_rows)


@dataclass(frozen=True)
class Outcome:
    """What became of a decision on many articles: how many are done, and which were refused and why."""

    batch: UUID
    done: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # primary key, title, why


def with_undoable(events: QuerySet[Event]) -> QuerySet[Any]:
    """Returns the events with `undoable`: whether an undo finds the article as the event left it.

    Later events count, except those that were undone themselves, and their undoing.
    """
    later = later_events()
    article = Article.objects.filter(pk=OuterRef("article"))
    undoable = Q(undone_by=None) & Q(verb__in=undoable_verbs()) & ~Exists(later) & Exists(article)
    return events.annotate(undoable=ExpressionWrapper(undoable, BooleanField()))


def later_events() -> EventQuerySet:
    """Returns the later events of its article that keep an event of an outer query from being undone."""
    return Event.objects.filter(article=OuterRef("article"), version__gt=OuterRef("version")).in_force()


def undoable_verbs() -> list[str]:
    return [name for name, verb in VERBS.items() if verb.can_be_undone]


def may_undo(event: Event, by: User) -> bool:
    """Returns whether the person's role allows to undo this event: its verb, and what a rule did."""
    verb = VERBS[event.verb]
    if event.rule_id and not by.has_perm(KEEP_RULES):
        return False
    return verb.can_be_undone and by.has_perm(verb.permission)


def is_undoable(event: Event) -> bool:
    """Returns whether `undo` would find the article as the event left it; for lists, use `with_undoable`."""
    return with_undoable(Event.objects.all()).filter(pk=event.pk, undoable=True).exists()


def undo(event: Event, *, by: User, at: Context = AT_DESK) -> Event:
    """Restores what the event changed. Raises a refusal if a later decision or import has changed the article."""
    events, refused = _undo([event], by=by, at=at)
    for refusal in refused.values():
        raise refusal
    return events[0]


def undo_batch(batch: UUID, *, by: User, at: Context = AT_DESK) -> Outcome:
    """Undoes the events of a batch, the newest first, in a batch of its own; `done` counts articles.

    An article that somebody changed since is left alone; of the others, events are undone until one is refused. What
    of the batch was undone before stays undone.
    """
    at = Context(at.channel, at.batch or uuid4())
    assert at.batch  # noqa: S101 - for mypy: it has just been given
    done: set[int] = set()
    refused: dict[int, Refused] = {}
    titles: dict[int, str] = {}
    with transaction.atomic():
        for layer in _layers(Event.objects.filter(batch=batch).not_undone().order_by("-version", "-pk")):
            titles |= {event.article_id: event.title for event in layer}
            wanted = [event for event in layer if event.article_id not in refused]
            for some in batched(wanted, EVENTS_AT_ONCE, strict=False):
                events, refusals = _undo(some, by=by, at=at)
                done |= {event.article_id for event in events}
                refused |= refusals
    return Outcome(at.batch, len(done - set(refused)), [(pk, titles[pk], str(why)) for pk, why in refused.items()])


def _layers(events: Iterable[Event]) -> list[list[Event]]:
    """Returns the newest event of each article, then the one before it, and so on."""
    layers: list[list[Event]] = []
    depth: dict[int, int] = {}
    for event in events:
        level = depth[event.article_id] = depth.get(event.article_id, -1) + 1
        if level == len(layers):
            layers.append([])
        layers[level].append(event)
    return layers


def _undo(events: Iterable[Event], *, by: User, at: Context) -> tuple[list[Event], dict[int, Refused]]:
    """Undoes one event each of different articles, in a number of queries that does not grow with them."""
    undone = {event.article_id: event for event in events}
    done: list[Event] = []
    by_permission: dict[str, dict[int, Event]] = {}
    with transaction.atomic():
        versions = {pk: row.version for pk, row in locked(undone).items()}
        refused = _refusals(undone, by)
        for pk, event in undone.items():
            verb_undone = VERBS[event.verb]
            if verb_undone.can_be_undone:
                permit(by, verb_undone.permission)
                if event.rule_id:
                    permit(by, KEEP_RULES)
                if pk not in refused:
                    by_permission.setdefault(verb_undone.permission, {})[pk] = event
        snapshot_rows = SnapshotRows([state for event in undone.values() for state in (event.before, event.after)])
        for permission, some in sorted(by_permission.items()):
            topics = any("topics" in event.before for event in some.values())
            verb = Undo(events=some, snapshot_rows=snapshot_rows, permission=permission, reads_topics=topics)
            written, refusals = write_all({pk: versions.get(pk, 0) for pk in some}, verb, by=by, at=at)
            done, refused = done + written, refused | refusals
            same = set(some) - {event.article_id for event in written} - set(refusals)
            refused |= {pk: Impossible(f"“{some[pk].title}” is as it was before already.") for pk in same}
    return done, refused


def _refusals(undone: Mapping[int, Event], by: User) -> dict[int, Refused]:
    """Returns of each article whose event the log says is not to be undone, or not any more, why not."""
    later, undoing = _later(undone), _undoing(undone)
    refused: dict[int, Refused] = {}
    for pk, event in undone.items():
        if not VERBS[event.verb].can_be_undone:
            refused[pk] = Impossible(VERBS[event.verb].never_undone)
        elif event.pk in undoing:
            refused[pk] = UndoneAlready(event, undoing[event.pk], by)
        elif event.pk in later:
            refused[pk] = overtaken(event, later[event.pk], by)
    return refused


def overtaken(event: Event, later: Event, by: User) -> Overtaken:
    return Overtaken(event, later, VERBS[later.verb].past, by)


def _later(undone: Mapping[int, Event]) -> dict[int, Event]:
    """Returns for each event the last later one of its article that is in force."""
    since = min((event.version for event in undone.values()), default=0)
    events = Event.objects.filter(article__in=undone, version__gt=since).in_force().select_related("by")
    return {
        undone[event.article_id].pk: event
        for event in events.defer("before", "after").order_by("version")
        if event.version > undone[event.article_id].version
    }


def _undoing(undone: Mapping[int, Event]) -> dict[int, Event]:
    """Returns for each undone event the one that has undone it."""
    pks = [event.pk for event in undone.values()]
    undoing = Event.objects.filter(undoes__in=pks).select_related("by").defer("before", "after")
    return {event.undoes_id: event for event in undoing if event.undoes_id}


def _restored(row: Article, event: Event, snapshot_rows: SnapshotRows) -> dict[str, Any]:
    """Returns the values before the event; raises Impossible if the row is not as the event left it."""
    try:
        left = {
            name: logged_value(snapshot_rows.value(name, stored))
            for name, stored in event.after.items()
            if name not in ("conflicts", "related")
        }
        found = {
            name: snapshot_rows.value(name, stored) for name, stored in event.before.items() if name in event.after
        }
    except LookupError as gone:
        raise Impossible(f"“{row}” was with something that is no longer there: {gone.args[0]}.") from gone
    if different := [name for name, stored in left.items() if logged_value(value_of(row, name)) != stored]:
        raise Impossible(f"“{row}” is not as that left it: {', '.join(different)}.")
    if "related" in found:
        links = value_of(row, "related")
        current = logged_value(links)
        if with_part(current, event.after["related"]) != current:
            raise Impossible(f"“{row}” is not as that left it: related links.")
        found["related"] = _matched(links, with_part(current, event.before["related"]))
    return found | {"conflicts": _disagreeing(row.conflicts, event)}


def _disagreeing(current: list[str], event: Event) -> list[str]:
    """Returns the conflicts, with those that the event settled: document and person disagree again."""
    before, after = event.before.get("conflicts", current), event.after.get("conflicts", current)
    return [name for name in before if name in current or name not in after] + [
        name for name in current if name not in before
    ]


def _matched(links: list[RelatedLink], items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the items for `links_from`: with the `pk` of the link that each was, by URL, else by likeness."""
    free = {link.url: link for link in links}
    pks = {item["url"]: free.pop(item["url"]).pk for item in items if item["url"] in free}
    for item in items:
        if item["url"] not in pks:
            alike = [link for link in free.values() if link.origin == item["origin"]]
            if alike:
                link = max(
                    alike, key=lambda link: sum(logged_value(getattr(link, n)) == item[n] for n in EDITED_LINK_FIELDS)
                )
                pks[item["url"]] = free.pop(link.url).pk
    return [item | {"pk": pks.get(item["url"]), "published_at": _date(item["published_at"])} for item in items]


def _date(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
