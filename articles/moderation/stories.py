"""What people decide about stories, on all articles that a verdict is about: in one batch, which one undo takes back.

A tie (`together`) stands at both articles, so that each finds the other. A verdict is about articles, not about a row
of Story: forming stories anew, imports, and deletions of others leave it as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction

from articles.models import Article, Event, StoryMember
from articles.moderation import Outcome, write_one
from articles.moderation.bulk import carry_out
from articles.moderation.decision import AT_DESK, Context
from articles.moderation.refusals import Impossible, Stale, VersionMissing
from articles.moderation.story_verbs import Cover, Group, Lead, Never, Split, Ties
from articles.moderation.verbs import Publish
from articles.moderation.writer import locked, require_as_seen, write_all
from articles.stories.readers import LEAD_FIRST
from articles.stories.ties import tied_to

Versions = Mapping[int, int | None]  # primary key → version that the person saw
Picks = Mapping[int, int]


def story_of(pk: int) -> list[int]:
    """Returns the keys of the articles of its story, the article itself among them; it alone if it has none."""
    story = StoryMember.objects.filter(article=pk).values("story")
    return list(StoryMember.objects.filter(story__in=story).order_by("pk").values_list("pk", flat=True)) or [pk]


def publish_and_cover(
    pk: int, copies: Picks, *, by: User, version: int | None, at: Context = AT_DESK
) -> tuple[Event | None, Outcome]:
    """Publishes the article if it is not published yet, and covers the copies with it.

    Raises the refusal of the publication; a copy that somebody changed since is left alone and reported.
    """
    at = _in_a_batch(at)
    event = None
    with transaction.atomic():
        row = require_as_seen(locked([pk, *copies]).get(pk), version, by)
        if row.state != "published" or row.waits_for_the_source:
            event = write_one(pk, Publish(), by=by, version=version, at=at)
        return event, cover({key: seen for key, seen in copies.items() if key != pk}, pk, by=by, at=at)


def cover(copies: Picks, published: int, *, by: User, at: Context = AT_DESK) -> Outcome:
    """Covers articles with a published one, and ties them to it: they stay in one story from then on."""
    at = _in_a_batch(at)
    with transaction.atomic():
        row = locked([published, *copies])[published]
        outcome = carry_out(copies.items(), Cover(published=dict.fromkeys(copies, row)), by=by, at=at)
        if covered := set(copies) - {key for key, *_ in outcome.refused}:
            _tie({published: row.version}, Group(together={published: covered}), by=by, at=at)
    return outcome


def cover_each(copies: Picks, *, by: User, at: Context) -> Outcome:
    """Covers each article with the published one of its own story; what has none is left alone and reported."""
    at = _in_a_batch(at)
    done = 0
    refused: list[tuple[int, str, str]] = []
    with transaction.atomic():
        found = published_of(copies)
        for published in sorted({*found.values()}):
            outcome = cover(
                {key: copies[key] for key in copies if found.get(key) == published}, published, by=by, at=at
            )
            done, refused = done + outcome.done, refused + outcome.refused
        rest = carry_out({key: copies[key] for key in copies if key not in found}.items(), Cover(), by=by, at=at)
    assert at.batch  # noqa: S101 - for mypy
    return Outcome(at.batch, done, refused + rest.refused)


def published_of(pks: Collection[int]) -> dict[int, int]:
    """Returns for each of these articles the published one of its story, the best lead of several."""
    mine = StoryMember.objects.filter(article__in=pks)
    published = Article.objects.filter(story_member__story__in=mine.values("story"), published=True)
    best: dict[int, int] = {}
    for story, pk in published.order_by(*LEAD_FIRST).values_list("story_member__story", "pk"):
        best.setdefault(story, pk)
    return {pk: best[story] for pk, story in mine.values_list("pk", "story") if story in best and best[story] != pk}


def group(seen: Versions, *, by: User, at: Context = AT_DESK) -> Outcome:
    """Makes one story of these articles, and of the stories that they are in."""
    with transaction.atomic():
        keys = sorted({key for pk in seen for key in story_of(pk)} | set(seen))
        rows = locked(keys)
        chosen = set(seen)
        for one, other in combinations(keys, 2):
            # What the person does not name stays apart.
            if _are_apart(rows.get(one), rows.get(other)) and not {one, other} <= chosen:
                raise Impossible(
                    f"“{rows[one]}” and “{rows[other]}” were said to be two stories: group these two, or split one."
                )
        ties = {key: [other for other in keys if other != key] for key in keys}
        return _tie(_as_seen(rows, seen), Group(together=ties), by=by, at=at)


def split(pk: int, *, by: User, version: int | None, at: Context = AT_DESK) -> Outcome:
    """Takes an article out of its story, for good."""
    with transaction.atomic():
        others = [key for key in story_of(pk) if key != pk]
        if not others:
            raise Impossible("It is in no story.")
        rows = locked([pk, *others])
        tied = [key for key in others if pk in rows[key].together]
        verb = Split(apart={pk: others, **{key: [pk] for key in tied}})
        return _tie(_as_seen({key: rows[key] for key in (pk, *tied)}, {pk: version}), verb, by=by, at=at)


def never(pk: int, other: int, *, by: User, version: int | None, at: Context = AT_DESK) -> Outcome:
    """Says that two articles never tell one story. Those that people tied to the first one stay with it."""
    if pk == other:
        raise Impossible("An article is always in one story with itself.")
    with transaction.atomic():
        near = tied_to(pk)
        rows = locked({pk, other, *near})
        if other not in rows:
            raise Impossible("The other article is not there any more.")
        cut = [key for key in near if key != other and other in rows[key].together]
        verb = Never(
            apart={pk: [other], other: [pk]},
            untied={other: [*near], **{key: [other] for key in cut}},
        )
        return _tie(_as_seen({key: rows[key] for key in (pk, other, *cut)}, {pk: version}), verb, by=by, at=at)


def lead(pk: int, *, leads: bool, by: User, version: int | None, at: Context = AT_DESK) -> Event | None:
    """Lets an article stand for its story, or no longer."""
    if leads and len(story_of(pk)) < 2:
        raise Impossible("It is in no story that it could lead.")
    return write_one(pk, Lead(leads), by=by, version=version, at=at)


def _tie(versions: Versions, verb: Ties, *, by: User, at: Context) -> Outcome:
    """Carries out a verdict on all articles that it is about, or on none."""
    at = _in_a_batch(at)
    events, refused = write_all(versions, verb, by=by, at=at)
    for refusal in refused.values():
        raise refusal
    assert at.batch  # noqa: S101 - for mypy
    return Outcome(at.batch, len(events))


def _as_seen(rows: Mapping[int, Article], seen: Versions) -> dict[int, int | None]:
    """Returns the versions to write: those that the person saw, and of the others of a story the current ones."""
    for pk, version in seen.items():
        if version is None:
            raise VersionMissing()
        if pk not in rows:
            raise Stale(None, version)
    return {pk: row.version for pk, row in rows.items()} | dict(seen)


def _are_apart(one: Article | None, other: Article | None) -> bool:
    return bool(one and other and (other.pk in one.apart or one.pk in other.apart))


def _in_a_batch(at: Context) -> Context:
    return Context(at.channel, at.batch or uuid4())
