"""The verbs, on one article: each takes the person (`by`) and the `version` of the article that the person saw.

Whatever is wrong is a `Refused`, before any write; what each verb does is in `rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction

from articles import editions
from articles.history.snapshot import snapshot
from articles.models import Article, Event, Tombstone, Verb
from articles.models.fields import EDITABLE, fields_of
from articles.moderation import rules
from articles.moderation.decision import AT_DESK, DELETE, Context, Why
from articles.moderation.refusals import Refused
from articles.moderation.writer import decide, locked, permit, require_as_seen, write


def publish(article: Article, *, by: User, version: int | None, at: Context = AT_DESK) -> Event:
    """Let readers see the article, and put a name under that; a live one is confirmed. Settles a flag."""
    return decide(article, rules.publishing(by), by=by, version=version, at=at)


def withdraw(article: Article, *, by: User, version: int | None, why: Why | None, at: Context = AT_DESK) -> Event:
    """Take a published article away from readers; its page then answers 410 with the reason. Settles a flag."""
    return decide(article, rules.withdrawing(by, why), by=by, version=version, at=at)


def reject(article: Article, *, by: User, version: int | None, why: Why | None, at: Context = AT_DESK) -> Event:
    """Decide that readers will not see a pending article. Settles a flag; of which it is a duplicate stays."""
    return decide(article, rules.rejecting(by, why), by=by, version=version, at=at)


def reopen(article: Article, *, by: User, version: int | None, at: Context = AT_DESK) -> Event:
    """Take the review back: what readers see stays, and the article waits for a decision again."""
    return decide(article, rules.reopening(), by=by, version=version, at=at)


def score(
    article: Article,
    *,
    by: User,
    version: int | None,
    quality: int | None = None,
    heat: int | None = None,
    at: Context = AT_DESK,
) -> Event | None:
    """Set quality, heat, or both; None where both are what they were."""
    return write(article, rules.scoring(quality, heat), by=by, version=version, at=at)


def schedule(
    article: Article, *, by: User, version: int | None, at: Context = AT_DESK, **dates: datetime | None
) -> Event | None:
    """Set from when (`publish_at`) and until when (`expires_at`) a published article is visible.

    None means no limit; a date that is left out stays.
    """
    return write(article, rules.scheduling(dates), by=by, version=version, at=at)


def edit(article: Article, *, by: User, version: int | None, at: Context = AT_DESK, **fields: Any) -> Event | None:
    """Change text, links, type, category, provider, topics or images; None where nothing is different.

    `topics` and `images` are lists in their order. A changed slug leaves a redirect.
    """
    return write(article, rules.editing(fields), by=by, version=version, at=at)


def keep(
    article: Article, *, by: User, version: int | None, names: Collection[str], at: Context = AT_DESK
) -> Event | None:
    """Settle conflicts with the document: of these fields the article's value stands. None where there is none."""
    return write(article, rules.keeping(names), by=by, version=version, at=at)


def curate(
    article: Article,
    *,
    by: User,
    version: int | None,
    related: Iterable[Mapping[str, Any]],
    at: Context = AT_DESK,
) -> Event | None:
    """Set the related links, in this order; None where nothing is different.

    Each item holds EDITED_LINK_FIELDS (what is left out keeps its value) and `pk` where it is a link that is there.
    A link that is left out is deleted if an editor added it, and hidden if a document did: the next import would bring
    it back.
    """
    return write(article, rules.curating(related), by=by, version=version, at=at)


def note(article: Article, *, by: User, version: int | None, notes: str, at: Context = AT_DESK) -> Event | None:
    """Set the notes, which colleagues read and readers never; None where they are the same."""
    return write(article, rules.noting(notes), by=by, version=version, at=at)


def flag(article: Article, *, by: User, version: int | None, why: str, at: Context = AT_DESK) -> Event | None:
    """Ask colleagues for another look, and say why; '' takes that back. None where nothing is different."""
    return write(article, rules.flagging(why), by=by, version=version, at=at)


def assign(article: Article, *, by: User, version: int | None, to: User | None, at: Context = AT_DESK) -> Event | None:
    """Ask one colleague to decide, or nobody in particular (None)."""
    return write(article, rules.assigning(by, to), by=by, version=version, at=at)


def mark_duplicate(
    article: Article, *, by: User, version: int | None, of: Article | None, at: Context = AT_DESK
) -> Event | None:
    """Say of which article this one is a duplicate; None: of none. It still wants a decision."""
    return write(article, rules.marking_duplicate(of), by=by, version=version, at=at)


def pin(article: Article, *, by: User, version: int | None, pinned: bool, at: Context = AT_DESK) -> Event | None:
    """Let a published article lead the front page, or no longer."""
    return write(article, rules.pinning(pinned), by=by, version=version, at=at)


def delete(article: Article, *, by: User, version: int | None, at: Context = AT_DESK) -> Event:
    """Delete the article and leave a tombstone, so that no import brings it back."""
    permit(by, DELETE)
    with transaction.atomic():
        row = require_as_seen(locked([article.pk]).get(article.pk), version, by)
        Tombstone.objects.update_or_create(
            path=row.path, defaults={"canonical_url": row.canonical_url, "title": row.title, "deleted_by": by}
        ) if row.path else Tombstone.objects.create(canonical_url=row.canonical_url, title=row.title, deleted_by=by)
        event = Event.objects.create(
            article_id=row.pk,
            title=row.title,
            by=by,
            channel=at.channel,
            batch=at.batch,
            verb=Verb.DELETE,
            before=snapshot(row),
            version=row.version + 1,
        )
        if row.first_published_at:
            editions.new_on_commit()
        row.delete()
    return event


def apply(
    article: Article, *, by: User, version: int | None, at: Context, why: Why | None = None, **fields: Any
) -> list[Event]:
    """Carry out all that a form says, by the verbs that it takes, in one transaction and one batch.

    `fields` are those of `edit`, `score`, `schedule` and `curate` (`related`), and `published`: the flag that a person
    set or cleared.
    """
    at = Context(at.channel, at.batch or uuid4())
    steps: list[Callable[..., Event | None]] = []

    def step(verb: Callable[..., Event | None], **kwargs: Any) -> None:
        steps.append(lambda **seen: verb(article, by=by, at=at, **seen, **kwargs))

    if text := {name: fields.pop(name) for name in EDITABLE if name in fields}:
        step(edit, **text)
    if scores := {name: fields.pop(name) for name in fields_of(Verb.SCORE) if name in fields}:
        step(score, **scores)
    if dates := {name: fields.pop(name) for name in fields_of(Verb.SCHEDULE) if name in fields}:
        step(schedule, **dates)
    if "related" in fields:
        step(curate, related=fields.pop("related"))
    match fields.pop("published", None):
        case True:
            step(publish)
        case False:
            step(withdraw, why=why)
    if fields:
        raise TypeError(f"apply() does not change {', '.join(sorted(fields))}")

    events = []
    try:
        with transaction.atomic():
            for do in steps:
                if event := do(version=version):
                    events.append(event)
                    version = event.version
    except Refused:
        # What the first steps wrote is rolled back; the object in hand would still show it.
        if Article.objects.filter(pk=article.pk).exists():
            article.refresh_from_db()
        raise
    return events
