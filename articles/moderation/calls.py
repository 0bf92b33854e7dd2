"""The verbs as functions, for callers who know which verb they want; `apply` carries out several at once.

Each takes the person (`by`) and the `version` of the article that the person saw, and raises a `Refused` before any
write. The class of a verb documents what it does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction

from articles import models
from articles.models import Article, Event
from articles.models.fields import EDITABLE, fields_of
from articles.moderation.colleague_verbs import Assign, Flag, Note, Score
from articles.moderation.content_verbs import SCHEDULED, Curate, Delete, Edit, Keep, Pin, Schedule
from articles.moderation.decision import AT_DESK, Context, Why
from articles.moderation.refusals import Refused
from articles.moderation.story_verbs import MarkDuplicate
from articles.moderation.verbs import Publish, Reject, Reopen, Verb, Withdraw
from articles.moderation.writer import decide

SCORES = fields_of(models.Verb.SCORE)


def publish(article: Article, *, by: User, version: int | None, at: Context = AT_DESK) -> Event | None:
    return decide(article, Publish(), by=by, version=version, at=at)


def withdraw(
    article: Article, *, by: User, version: int | None, why: Why | None, at: Context = AT_DESK
) -> Event | None:
    return decide(article, Withdraw(why), by=by, version=version, at=at)


def reject(article: Article, *, by: User, version: int | None, why: Why | None, at: Context = AT_DESK) -> Event | None:
    return decide(article, Reject(why), by=by, version=version, at=at)


def reopen(article: Article, *, by: User, version: int | None, at: Context = AT_DESK) -> Event | None:
    return decide(article, Reopen(), by=by, version=version, at=at)


def score(
    article: Article,
    *,
    by: User,
    version: int | None,
    quality: int | None = None,
    heat: int | None = None,
    at: Context = AT_DESK,
) -> Event | None:
    return decide(article, Score(quality, heat), by=by, version=version, at=at)


def schedule(
    article: Article, *, by: User, version: int | None, at: Context = AT_DESK, **dates: datetime | None
) -> Event | None:
    return decide(article, Schedule(dates), by=by, version=version, at=at)


def edit(article: Article, *, by: User, version: int | None, at: Context = AT_DESK, **fields: Any) -> Event | None:
    return decide(article, Edit(fields), by=by, version=version, at=at)


def keep(
    article: Article, *, by: User, version: int | None, names: Collection[str], at: Context = AT_DESK
) -> Event | None:
    return decide(article, Keep(names), by=by, version=version, at=at)


def curate(
    article: Article,
    *,
    by: User,
    version: int | None,
    related: Iterable[Mapping[str, Any]] | None = None,
    related_closed: bool | None = None,
    at: Context = AT_DESK,
) -> Event | None:
    items = None if related is None else list(related)
    return decide(article, Curate(items, related_closed), by=by, version=version, at=at)


def note(article: Article, *, by: User, version: int | None, notes: str, at: Context = AT_DESK) -> Event | None:
    return decide(article, Note(notes), by=by, version=version, at=at)


def flag(article: Article, *, by: User, version: int | None, why: str, at: Context = AT_DESK) -> Event | None:
    return decide(article, Flag(why), by=by, version=version, at=at)


def assign(article: Article, *, by: User, version: int | None, to: User | None, at: Context = AT_DESK) -> Event | None:
    return decide(article, Assign(to), by=by, version=version, at=at)


def mark_duplicate(
    article: Article, *, by: User, version: int | None, of: Article | None, at: Context = AT_DESK
) -> Event | None:
    return decide(article, MarkDuplicate(of), by=by, version=version, at=at)


def pin(article: Article, *, by: User, version: int | None, pinned: bool, at: Context = AT_DESK) -> Event | None:
    return decide(article, Pin(pinned), by=by, version=version, at=at)


def delete(article: Article, *, by: User, version: int | None, at: Context = AT_DESK) -> Event | None:
    return decide(article, Delete(), by=by, version=version, at=at)


def apply(
    article: Article,
    *,
    by: User,
    version: int | None,
    at: Context,
    why: Why | None = None,
    then: Verb | None = None,
    **fields: Any,
) -> list[Event]:
    """Carries out all that a form says, by the verbs that this needs, in one transaction and one batch.

    `fields` are those of `Edit`, `Score`, `Schedule`, `Curate` (`related`, `related_closed`), `Note`, `Flag` and
    `Assign`, and `published`: the flag that a person set or cleared. `then` is a decision on what they make of it.
    A refusal names the verb that was refused.
    """
    at = Context(at.channel, at.batch or uuid4())
    events = []
    verb = None
    try:
        with transaction.atomic():
            for verb in [*_verbs_for(fields, why), *([then] if then else [])]:
                if event := decide(article, verb, by=by, version=version, at=at):
                    events.append(event)
                    version = event.version
    except Refused as refusal:
        refusal.verb = verb.name if verb else ""
        # What the first verbs wrote is rolled back, but still set on the object.
        if Article.objects.filter(pk=article.pk).exists():
            article.refresh_from_db()
        raise
    return events


def _verbs_for(fields: Mapping[str, Any], why: Why | None) -> list[Verb]:
    """Returns the verbs that give the fields their values."""
    rest = dict(fields)
    verbs: list[Verb] = []
    if text := _taken(rest, EDITABLE):
        verbs.append(Edit(text))
    if scores := _taken(rest, SCORES):
        verbs.append(Score(**scores))
    if dates := _taken(rest, SCHEDULED):
        verbs.append(Schedule(dates))
    if links := _taken(rest, fields_of(models.Verb.CURATE)):
        verbs.append(Curate(links.get("related"), links.get("related_closed")))
    if "notes" in rest:
        verbs.append(Note(rest.pop("notes")))
    if "flag" in rest:
        verbs.append(Flag(rest.pop("flag")))
    if "assigned_to" in rest:
        verbs.append(Assign(rest.pop("assigned_to")))
    if "published" in rest:
        verbs.append(Publish() if rest.pop("published") else Withdraw(why))
    if rest:
        raise TypeError(f"apply() does not change {', '.join(sorted(rest))}")
    return verbs


def _taken(fields: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: fields.pop(name) for name in names if name in fields}
