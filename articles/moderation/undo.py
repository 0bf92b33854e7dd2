"""Undo: a new event that brings back what an earlier one changed, where nobody has changed the article since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from articles.history.snapshot import SnapshotRows, as_json, value_of
from articles.models import Article, Event, RelatedLink
from articles.models.fields import EDITED_LINK_FIELDS
from articles.moderation.access import DECIDE
from articles.moderation.decision import AT_DESK, Context
from articles.moderation.refusals import Impossible, Overtaken, Refused
from articles.moderation.verbs import VERBS, Changes, Verb
from articles.moderation.writer import locked, write_all


@dataclass(frozen=True)
class Undo(Verb):
    """Bring back what an event of each article changed, where nobody has changed the article since."""

    name, past = "undo", "undone"
    can_be_undone, never_undone = False, "An undo is not undone: decide again."

    events: Mapping[int, Event] = field(default_factory=dict)  # by article
    later: Mapping[int, Event] = field(default_factory=dict)  # event → the last one that came after it
    undone: Mapping[int, str] = field(default_factory=dict)  # event → who has undone it
    named: SnapshotRows = field(default_factory=lambda: SnapshotRows([]))
    permission: str = DECIDE
    reads_topics: bool = False

    def undoes(self, row: Article) -> int | None:
        return self.events[row.pk].pk

    def changes(self, row: Article) -> Changes:
        event = self.events[row.pk]
        if event.pk in self.undone:
            raise Impossible(f"This was undone already, by {self.undone[event.pk]}.")
        if event.pk in self.later:
            raise Overtaken(row, self.later[event.pk])
        return _restored(row, event, self.named)


@dataclass(frozen=True)
class Outcome:
    """What became of a decision on many articles: how many are done, and which were refused and why."""

    batch: UUID
    done: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # primary key, title, why


def with_undoable(events: QuerySet[Event]) -> QuerySet[Any]:
    """Events with `undoable`: whether an undo finds the article as the event left it.

    Of what came later, only what was undone itself does not count, nor its undoing.
    """
    later = Event.objects.filter(article=OuterRef("article"), version__gt=OuterRef("version")).in_force()
    there = Article.objects.filter(pk=OuterRef("article"))
    undoable = Q(undone_by=None) & Q(verb__in=undoable_verbs()) & ~Exists(later) & Exists(there)
    return events.annotate(undoable=ExpressionWrapper(undoable, BooleanField()))


def undoable_verbs() -> list[str]:
    return [name for name, verb in VERBS.items() if verb.can_be_undone]


def may_undo(event: Event, by: User) -> bool:
    """Whether the person's role allows to undo an event of this verb."""
    verb = VERBS[event.verb]
    return verb.can_be_undone and by.has_perm(verb.permission)


def is_undoable(event: Event) -> bool:
    """Whether `undo` would find the article as the event left it; for lists, `with_undoable`."""
    return with_undoable(Event.objects.all()).filter(pk=event.pk, undoable=True).exists()


def undo(event: Event, *, by: User, at: Context = AT_DESK) -> Event:
    """Bring back what the event changed. Refused once somebody else's decision, or a document, has come since."""
    events, refused = _undo([event], by=by, at=at)
    for refusal in refused.values():
        raise refusal
    return events[0]


def undo_batch(batch: UUID, *, by: User, at: Context = AT_DESK) -> Outcome:
    """Undo all that a batch did, the newest first, in a batch of its own; `done` counts articles.

    An article that somebody changed since is left alone. Of one article, all that can be is undone.
    """
    at = Context(at.channel, at.batch or uuid4())
    assert at.batch  # noqa: S101 - for mypy: it has just been given
    done: set[int] = set()
    refused: dict[int, Refused] = {}
    titles: dict[int, str] = {}
    with transaction.atomic():
        for layer in _layers(Event.objects.filter(batch=batch).order_by("-version", "-pk")):
            titles |= {event.article_id: event.title for event in layer}
            events, no = _undo([event for event in layer if event.article_id not in refused], by=by, at=at)
            done |= {event.article_id for event in events}
            refused |= no
    return Outcome(at.batch, len(done - set(refused)), [(pk, titles[pk], str(why)) for pk, why in refused.items()])


def _layers(events: Iterable[Event]) -> list[list[Event]]:
    """The newest event of each article, then the one before it, and so on."""
    layers: list[list[Event]] = []
    depth: dict[int, int] = {}
    for event in events:
        level = depth[event.article_id] = depth.get(event.article_id, -1) + 1
        if level == len(layers):
            layers.append([])
        layers[level].append(event)
    return layers


def _undo(events: Iterable[Event], *, by: User, at: Context) -> tuple[list[Event], dict[int, Refused]]:
    """Undo events of as many different articles, in a number of queries that does not grow with them."""
    undone = {event.article_id: event for event in events}
    done: list[Event] = []
    refused: dict[int, Refused] = {}
    by_permission: dict[str, dict[int, Event]] = {}
    for pk, event in undone.items():
        if VERBS[event.verb].can_be_undone:
            by_permission.setdefault(VERBS[event.verb].permission, {})[pk] = event
        else:
            refused[pk] = Impossible(VERBS[event.verb].never_undone)
    with transaction.atomic():
        versions = {pk: row.version for pk, row in locked(undone).items()}
        later, before = _later(undone), _undone(undone)
        named = SnapshotRows([state for event in undone.values() for state in (event.before, event.after)])
        for permission, some in sorted(by_permission.items()):
            topics = any("topics" in event.before for event in some.values())
            verb = Undo(
                events=some, later=later, undone=before, named=named, permission=permission, reads_topics=topics
            )
            written, no = write_all({pk: versions.get(pk, 0) for pk in some}, verb, by=by, at=at)
            done, refused = done + written, refused | no
            same = set(some) - {event.article_id for event in written} - set(no)
            refused |= {pk: Impossible("It is as it was before already.") for pk in same}
    return done, refused


def _later(undone: Mapping[int, Event]) -> dict[int, Event]:
    """Event → the last one of its article that came after it and is in force."""
    since = min((event.version for event in undone.values()), default=0)
    events = Event.objects.filter(article__in=undone, version__gt=since).in_force().select_related("by")
    return {
        undone[event.article_id].pk: event
        for event in events.defer("before", "after").order_by("version")
        if event.version > undone[event.article_id].version
    }


def _undone(undone: Mapping[int, Event]) -> dict[int, str]:
    """Event → who undid it, where somebody did."""
    pks = [event.pk for event in undone.values()]
    undos = Event.objects.filter(undoes__in=pks).select_related("by")
    return {event.undoes_id: str(event.by) for event in undos if event.undoes_id}


def _restored(row: Article, event: Event, named: SnapshotRows) -> dict[str, Any]:
    """What the event found, as values for the row; refused where the row is not as the event left it."""
    try:
        left = {name: as_json(named.value(name, stored)) for name, stored in event.after.items() if name != "conflicts"}
        found = {name: named.value(name, stored) for name, stored in event.before.items()}
    except LookupError as gone:
        raise Impossible(f"“{row}” was with something that is no longer there: {gone.args[0]}.") from gone
    if different := [name for name, stored in left.items() if as_json(value_of(row, name)) != stored]:
        raise Impossible(f"“{row}” is not as that left it: {', '.join(different)}.")
    if "related" in found:
        found["related"] = _matched(value_of(row, "related"), found["related"])
    return found | {"conflicts": _disagreeing(row.conflicts, event)}


def _disagreeing(now: list[str], event: Event) -> list[str]:
    """The conflicts, with those that the event settled: where document and person disagreed, they disagree again."""
    before, after = event.before.get("conflicts", now), event.after.get("conflicts", now)
    return [name for name in before if name in now or name not in after] + [name for name in now if name not in before]


def _matched(links: list[RelatedLink], items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items as `links_from` takes them: with the `pk` of the link that each was, by its URL, else by the rest."""
    free = {link.url: link for link in links}
    pks = {item["url"]: free.pop(item["url"]).pk for item in items if item["url"] in free}
    for item in items:
        if item["url"] not in pks:
            alike = [link for link in free.values() if link.origin == item["origin"]]
            if alike:
                link = max(
                    alike, key=lambda link: sum(as_json(getattr(link, n)) == item[n] for n in EDITED_LINK_FIELDS)
                )
                pks[item["url"]] = free.pop(link.url).pk
    return [item | {"pk": pks.get(item["url"]), "published_at": _date(item["published_at"])} for item in items]


def _date(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
