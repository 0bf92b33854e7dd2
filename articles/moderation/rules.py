"""What each verb makes of an article, and what it refuses: the same for one article, for a thousand, and by any way in.

No rule writes; the door does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from articles import texts
from articles.history.snapshot import value_of
from articles.models import Article, State, Topic, Verb
from articles.models.fields import EDITABLE
from articles.moderation.decision import CHANGE, DECIDE, LEAST, Rule, Why
from articles.moderation.refusals import Impossible
from articles.moderation.writer import permit


def publishing(by: User) -> Rule:
    now = timezone.now()

    def changes(row: Article) -> dict[str, Any]:
        if row.state == "published":
            raise Impossible(f"“{row}” is published already.")
        first = _first_time(row, now, row.publish_at, row.expires_at)
        return {"published": True, "first_published_at": first, "flag": "", **_reviewed(by, now)}

    return Rule(Verb.PUBLISH, DECIDE, changes, settles=True)


def withdrawing(by: User, why: Why | None) -> Rule:
    now = timezone.now()

    def changes(row: Article) -> dict[str, Any]:
        if not row.published:
            raise Impossible(f"“{row}” is not published.")
        first = _if_it_came(row, now)
        return {"published": False, "first_published_at": first, "flag": "", **_reviewed(by, now)}

    return Rule(Verb.WITHDRAW, DECIDE, changes, why=_given(why, by), settles=True)


def rejecting(by: User, why: Why | None) -> Rule:
    now = timezone.now()

    def changes(row: Article) -> dict[str, Any]:
        if row.state != "pending":
            raise Impossible(f"“{row}” is {State(row.state).label}: only a pending article can be rejected.")
        return {"flag": "", **_reviewed(by, now)}

    return Rule(Verb.REJECT, DECIDE, changes, why=_given(why, by), settles=True)


def reopening() -> Rule:
    def changes(row: Article) -> dict[str, Any]:
        if row.reviewed_at is None:
            raise Impossible(f"Nobody has decided on “{row}” yet.")
        return {"reviewed_by": None, "reviewed_at": None}

    return Rule(Verb.REOPEN, DECIDE, changes, settles=True)


def scoring(quality: int | None = None, heat: int | None = None, *, quality_by: int = 0, heat_by: int = 0) -> Rule:
    """Scores set, or shifted by so many points and no further down than they go."""

    def changes(row: Article) -> dict[str, Any]:
        new = {}
        for name, to, by in (("quality", quality, quality_by), ("heat", heat, heat_by)):
            if to is not None:
                new[name] = to
            elif by:
                new[name] = max(LEAST[name], getattr(row, name) + by)
        return new

    return Rule(Verb.SCORE, DECIDE, changes)


def scheduling(dates: Mapping[str, datetime | None]) -> Rule:
    if unknown := set(dates) - {"publish_at", "expires_at"}:
        raise TypeError(f"schedule() does not change {', '.join(sorted(unknown))}")

    def changes(row: Article) -> dict[str, Any]:
        new = {"publish_at": row.publish_at, "expires_at": row.expires_at, **dates}
        if not row.published:
            return new
        return new | {"first_published_at": _first_time(row, timezone.now(), new["publish_at"], new["expires_at"])}

    return Rule(Verb.SCHEDULE, CHANGE, changes)


def editing(fields: Mapping[str, Any]) -> Rule:
    if unknown := set(fields) - set(EDITABLE):
        raise TypeError(f"edit() does not change {', '.join(sorted(unknown))}")
    return Rule(Verb.EDIT, CHANGE, lambda row: fields)


def adding_topics(topics: Collection[Topic]) -> Rule:
    """Behind the topics that an article has."""

    def changes(row: Article) -> dict[str, Any]:
        there = value_of(row, "topics")
        return {"topics": there + [topic for topic in topics if topic not in there]}

    return Rule(Verb.EDIT, CHANGE, changes, reads_topics=True)


def removing_topics(topics: Collection[Topic]) -> Rule:
    return Rule(
        Verb.EDIT,
        CHANGE,
        lambda row: {"topics": [topic for topic in value_of(row, "topics") if topic not in topics]},
        reads_topics=True,
    )


def keeping(names: Collection[str]) -> Rule:
    """What the article says of these fields stands, though its document says something else."""
    return Rule(Verb.EDIT, CHANGE, lambda row: {"conflicts": [name for name in row.conflicts if name not in names]})


def curating(related: Iterable[Mapping[str, Any]]) -> Rule:
    links = list(related)
    return Rule(Verb.CURATE, CHANGE, lambda row: {"related": links})


def noting(notes: str) -> Rule:
    return Rule(Verb.NOTE, DECIDE, lambda row: {"notes": notes})


def flagging(why: str) -> Rule:
    return Rule(Verb.FLAG, DECIDE, lambda row: {"flag": why.strip()})


def assigning(by: User, to: User | None) -> Rule:
    permit(by, DECIDE)
    if to is not None and not to.has_perm(DECIDE):
        raise Impossible(f"{to} does not decide on articles.", {"to": ["Choose a colleague who decides on articles."]})
    return Rule(Verb.ASSIGN, DECIDE, lambda row: {"assigned_to": to})


def marking_duplicate(of: Article | None) -> Rule:
    def changes(row: Article) -> dict[str, Any]:
        if of and row.pk in (of.pk, of.duplicate_of_id):
            raise Impossible(
                f"“{row}” is not a duplicate of itself, nor of its own duplicate.", {"of": ["Choose another article."]}
            )
        return {"duplicate_of": of}

    return Rule(Verb.DUPLICATE, CHANGE, changes)


def pinning(pinned: bool) -> Rule:
    def changes(row: Article) -> dict[str, Any]:
        if pinned and not row.published:
            raise Impossible(f"“{row}” is not published: readers would not see it on the front page.")
        return {"pinned_at": (row.pinned_at or timezone.now()) if pinned else None}

    return Rule(Verb.PIN, CHANGE, changes)


def _given(why: Why | None, by: User) -> Why:
    permit(by, DECIDE)
    if why is None:
        raise Impossible("Say why: readers and colleagues will ask.", {"reason": ["Choose a reason."]})
    if problem := texts.problem_with(why.note):
        raise Impossible(f"The note {problem}.", {"note": [f"This {problem}."]})
    return why


def _reviewed(by: User, now: datetime) -> dict[str, Any]:
    return {"reviewed_by": by, "reviewed_at": now}


def _if_it_came(row: Article, now: datetime) -> datetime | None:
    """When readers could first see the article; None if that moment has not come."""
    first = row.first_published_at
    return first if first and first <= now else None


def _first_time(row: Article, now: datetime, publish_at: datetime | None, expires_at: datetime | None) -> datetime:
    """When readers could first see the article, once it is published with these dates."""
    if first := _if_it_came(row, now):
        return first
    first = max(now, publish_at or now)
    if expires_at and expires_at <= first:
        raise Impossible(
            f"“{row}” would be over before readers see it: it expires at {expires_at:%Y-%m-%d %H:%M} (UTC).",
            {"expires_at": ["This is past."]},
        )
    return first
