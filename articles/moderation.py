"""The verbs: the only way in which a person changes an article.

Each takes the person (`by`) and the `version` of the article that the person saw. In one transaction it locks the row,
checks, writes the row with the next version, and appends an event. Whatever is wrong is a `Refused`, before any write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import links, slugs, texts
from articles.facts import EDITABLE, as_json, snapshot, value_of
from articles.models import (
    Article,
    ArticleImage,
    ArticleOldSlug,
    ArticleTopic,
    Channel,
    Event,
    Reason,
    State,
    Tombstone,
    Verb,
)
from articles.models.keys import key_of
from articles.priority import priority_of
from articles.ranking import rank
from articles.refusals import Impossible, NotAllowed, Refused, Stale, VersionMissing
from articles.related import links_from, retarget, save_links

DECIDE = "articles.moderate_article"
CHANGE = "articles.change_article"
DELETE = "articles.delete_article"


@dataclass(frozen=True)
class Why:
    """The reason of a rejection or withdrawal: a preset, and free text beside it."""

    reason: Reason
    note: str = ""


@dataclass(frozen=True)
class Context:
    """Where a decision comes from: the channel, and the batch that it belongs to."""

    channel: Channel = Channel.DESK
    batch: UUID | None = None


def publish(article: Article, *, by: User, version: int | None, at: Context = Context()) -> Event:
    """Let readers see the article, and put a name under that; a live one is confirmed."""

    def changes(row: Article) -> dict[str, Any]:
        if row.state == "published":
            raise Impossible(f"“{row}” is published already.")
        now = timezone.now()
        return {
            "published": True,
            "first_published_at": _first_time(row, now, row.publish_at, row.expires_at),
            **_reviewed(by, now),
        }

    return _decide(article, Verb.PUBLISH, changes, by=by, version=version, at=at)


def withdraw(article: Article, *, by: User, version: int | None, why: Why | None, at: Context = Context()) -> Event:
    """Take a published article away from readers; its page then answers 410 with the reason."""

    def changes(row: Article) -> dict[str, Any]:
        if not row.published:
            raise Impossible(f"“{row}” is not published.")
        now = timezone.now()
        return {"published": False, "first_published_at": _if_it_came(row, now), **_reviewed(by, now)}

    return _decide(article, Verb.WITHDRAW, changes, by=by, version=version, at=at, why=_given(why))


def reject(article: Article, *, by: User, version: int | None, why: Why | None, at: Context = Context()) -> Event:
    """Decide that readers will not see a pending article."""

    def changes(row: Article) -> dict[str, Any]:
        if row.state != "pending":
            raise Impossible(f"“{row}” is {State(row.state).label}: only a pending article can be rejected.")
        return _reviewed(by, timezone.now())

    return _decide(article, Verb.REJECT, changes, by=by, version=version, at=at, why=_given(why))


def reopen(article: Article, *, by: User, version: int | None, at: Context = Context()) -> Event:
    """Take the review back: what readers see stays, and the article waits for a decision again."""

    def changes(row: Article) -> dict[str, Any]:
        if row.reviewed_at is None:
            raise Impossible(f"Nobody has decided on “{row}” yet.")
        return {"reviewed_by": None, "reviewed_at": None}

    return _decide(article, Verb.REOPEN, changes, by=by, version=version, at=at)


def score(
    article: Article,
    *,
    by: User,
    version: int | None,
    quality: int | None = None,
    heat: int | None = None,
    at: Context = Context(),
) -> Event | None:
    """Set quality, heat, or both; None where both are what they were."""
    new = {name: value for name, value in (("quality", quality), ("heat", heat)) if value is not None}
    return _write(article, Verb.SCORE, lambda row: new, by=by, version=version, at=at, needs=DECIDE)


def schedule(
    article: Article, *, by: User, version: int | None, at: Context = Context(), **dates: datetime | None
) -> Event | None:
    """Set from when (`publish_at`) and until when (`expires_at`) a published article is visible.

    None means no limit; a date that is left out stays.
    """
    if unknown := set(dates) - {"publish_at", "expires_at"}:
        raise TypeError(f"schedule() does not change {', '.join(sorted(unknown))}")

    def changes(row: Article) -> dict[str, Any]:
        new = {"publish_at": row.publish_at, "expires_at": row.expires_at} | dates
        if not row.published:
            return new
        return new | {"first_published_at": _first_time(row, timezone.now(), new["publish_at"], new["expires_at"])}

    return _write(article, Verb.SCHEDULE, changes, by=by, version=version, at=at, needs=CHANGE)


def edit(article: Article, *, by: User, version: int | None, at: Context = Context(), **fields: Any) -> Event | None:
    """Change text, links, type, category, provider, topics or images; None where nothing is different.

    `topics` and `images` are lists in their order. A changed slug leaves a redirect.
    """
    if unknown := set(fields) - set(EDITABLE):
        raise TypeError(f"edit() does not change {', '.join(sorted(unknown))}")
    return _write(article, Verb.EDIT, lambda row: fields, by=by, version=version, at=at, needs=CHANGE)


def curate(
    article: Article,
    *,
    by: User,
    version: int | None,
    related: Iterable[Mapping[str, Any]],
    at: Context = Context(),
) -> Event | None:
    """Set the related links, in this order; None where nothing is different.

    Each item holds RELATED_FIELDS (those that are left out keep their value) and `pk` where it is a link that is there.
    A link that is left out is deleted if an editor added it, and hidden if a document did: the next import would bring
    it back.
    """
    return _write(
        article,
        Verb.CURATE,
        lambda row: {"related": list(related)},
        by=by,
        version=version,
        at=at,
        needs=CHANGE,
    )


def delete(article: Article, *, by: User, version: int | None, at: Context = Context()) -> Event:
    """Delete the article and leave a tombstone, so that no import brings it back."""
    _permit(by, DELETE)
    with transaction.atomic():
        row = _locked(article, version)
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
    if scores := {name: fields.pop(name) for name in ("quality", "heat") if name in fields}:
        step(score, **scores)
    if dates := {name: fields.pop(name) for name in ("publish_at", "expires_at") if name in fields}:
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


# The one door


def _decide(
    article: Article,
    verb: Verb,
    changes: Callable[[Article], Mapping[str, Any]],
    *,
    by: User,
    version: int | None,
    at: Context,
    why: Why | None = None,
) -> Event:
    event = _write(article, verb, changes, by=by, version=version, at=at, needs=DECIDE, why=why)
    if event is None:
        raise Impossible(f"“{article}” is like that already.")
    return event


def _write(
    article: Article,
    verb: Verb,
    changes: Callable[[Article], Mapping[str, Any]],
    *,
    by: User,
    version: int | None,
    at: Context,
    needs: str,
    why: Why | None = None,
) -> Event | None:
    """Write what `changes` says of the locked row, with the next version, and the event; None if nothing differs."""
    _permit(by, needs)
    with transaction.atomic():
        row = _locked(article, version)
        new = dict(changes(row))
        old = {name: value_of(row, name) for name in new}
        if "related" in new:
            new["related"] = links_from(row, new["related"])
        new = {name: value for name, value in new.items() if as_json(value) != as_json(old[name])}
        if not new:
            return None
        _set(row, new)
        before, after = ({n: as_json(values[n]) for n in new} for values in (old, new))
        event = Event.objects.create(
            article=row,
            title=row.title,
            by=by,
            channel=at.channel,
            batch=at.batch,
            verb=verb,
            before=before,
            after=after,
            version=row.version,
            reason=why.reason if why else None,
            note=why.note if why else "",
        )
    article.refresh_from_db()
    return event


def _permit(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise NotAllowed("Your role does not allow this.")


def _given(why: Why | None) -> Why:
    if why is None:
        raise Impossible("Say why: readers and colleagues will ask.", {"reason": ["Choose a reason."]})
    if problem := texts.problem_with(why.note):
        raise Impossible(f"The note {problem}.", {"note": [f"This {problem}."]})
    return why


def _locked(article: Article, version: int | None) -> Article:
    """The row as it is now, locked where the database locks rows; refused unless it is the version that was seen."""
    if version is None:
        raise VersionMissing("The form does not say which version of the article you saw: reload the page.")
    row = Article.objects.select_for_update(of=("self",)).select_related("provider").filter(pk=article.pk).first()
    if row is None or row.version != version:
        raise Stale(row, version)
    return row


def _set(row: Article, new: Mapping[str, Any]) -> None:
    seen, old_slug, old_url = row.version, row.slug, row.canonical_url
    columns = {name: value for name, value in new.items() if name not in ("topics", "images", "related")}
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at = timezone.now()
    _check(row, new)
    row.canonical_url = links.canonical(row.url)
    row.canonical_key = key_of(row.canonical_url)
    row.rank, row.priority = rank(row.heat, row.published_at), priority_of(row)
    # Where the document and a person disagreed, a person has now settled it.
    row.conflicts = [name for name in row.conflicts if name not in new]
    # SQLite has no row locks: the condition on the version is what stops the second of two writers.
    derived = ("version", "changed_at", "canonical_url", "canonical_key", "rank", "priority", "conflicts")
    written = {name: getattr(row, name) for name in (*columns, *derived)}
    if not Article.objects.filter(pk=row.pk, version=seen).update(**written):
        raise Stale(Article.objects.filter(pk=row.pk).first(), seen)
    if row.slug != old_slug:
        ArticleOldSlug.objects.filter(slug=row.slug, article=row).delete()
        ArticleOldSlug.objects.create(slug=old_slug, article=row)
    if "topics" in new:
        row.topic_links.all().delete()
        ArticleTopic.objects.bulk_create(
            ArticleTopic(article=row, topic=topic, position=n) for n, topic in enumerate(new["topics"])
        )
    if "images" in new:
        row.image_links.all().delete()
        ArticleImage.objects.bulk_create(
            ArticleImage(article=row, image=image, position=n) for n, image in enumerate(new["images"])
        )
    if "related" in new:
        save_links(row, new["related"])
    if row.canonical_url != old_url:
        retarget(row)


def _check(row: Article, new: Mapping[str, Any]) -> None:
    """Refuse what a form would refuse, whoever calls: lengths, choices, links, slugs, constraints.

    Only what is new is looked at: an article that came with a fault can still be rejected, scored and mended.
    """
    errors: dict[str, list[str]] = {}
    same = {field.name for field in Article._meta.fields if field.name not in new}
    for check in (row.clean_fields, row.validate_unique):
        try:
            check(exclude=same)
        except ValidationError as error:
            errors |= error.message_dict
    for name, value in new.items():
        if isinstance(value, str) and (problem := texts.problem_with(value)):
            errors.setdefault(name, []).append(f"This {problem}.")
        if name in ("topics", "images") and len(set(value)) < len(value):
            errors.setdefault(name, []).append("One of them is there twice.")
    for name in {"web_url", "original_url", "amp_url", "cdn_amp_url"} & set(new):
        if new[name] and (problem := links.problem_with(new[name])):
            errors.setdefault(name, []).append(f"This {problem}.")
    if not row.url:
        errors.setdefault("web_url", []).append("An article needs a web URL or an original URL.")
    if "slug" in new and slugs.is_route_word(row.slug):
        errors.setdefault("slug", []).append("The site uses this word itself.")
    if "slug" in new and ArticleOldSlug.objects.filter(slug=row.slug).exclude(article=row).exists():
        errors.setdefault("slug", []).append("This was the address of another article, and redirects to it.")
    if not errors:
        try:
            row.validate_constraints()
        except ValidationError as error:
            errors = error.message_dict
    if errors:
        raise Impossible("; ".join(f"{name}: {' '.join(said)}" for name, said in errors.items()), errors)


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
