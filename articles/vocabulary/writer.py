"""Writes what people keep beside articles, with a version and an entry of the log; undoes such an entry.

Rows of topics, providers, images, reasons, rules, feeds and tokens. A row is locked, its version compared with the one
that the person saw, and the row and its event are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from articles.models import (
    Channel,
    DocumentFeed,
    Image,
    ImportRun,
    KeptEvent,
    PushToken,
    Reason,
    Rule,
    Topic,
)  # fmt: skip
from articles.moderation.refusals import Impossible, Refused, VersionMissing
from articles.vocabulary.deleted import BESIDE, beside, insert_again
from articles.vocabulary.following import follow, new_pages
from articles.vocabulary.lists import IMAGES, has_images, images_of, set_images
from providers.models import Provider

Kind, Verb = KeptEvent.Kind, KeptEvent.Verb
Row = Topic | Provider | Image | Reason | Rule | DocumentFeed | PushToken

KINDS: dict[type[models.Model], KeptEvent.Kind] = {
    Topic: Kind.TOPIC,
    Provider: Kind.PROVIDER,
    Image: Kind.IMAGE,
    Reason: Kind.REASON,
    Rule: Kind.RULE,
    DocumentFeed: Kind.FEED,
    PushToken: Kind.TOKEN,
}
# The fields that the log keeps, by kind; of other rows their primary keys.
LOGGED: dict[KeptEvent.Kind, tuple[str, ...]] = {
    Kind.TOPIC: ("name", "slug", "short_name", "parent", "description", "keywords", "hashtags"),
    Kind.PROVIDER: ("domain", "name", "other_names", "description", "trust", "merged_into"),
    Kind.IMAGE: ("url", "title", "attribution", "width", "height", "is_cached", "file"),
    Kind.REASON: ("slug", "label", "position", "active"),
    Kind.RULE: ("name", "position", "mode", "second_look", "conditions", "action"),
    Kind.FEED: (
        "name", "kind", "location", "branch", "folder", "prefix", "mode", "minutes", "is_on", "max_rejected",
        "max_changed", "max_gone",
    ),
    Kind.TOKEN: ("feed", "client", "scopes", "expires_at", "revoked_at"),
}  # fmt: skip
# What one can add and delete, and undo either: the others are kept for the log.
COME_BACK = frozenset({Kind.TOPIC, Kind.PROVIDER, Kind.IMAGE, Kind.REASON})


class StaleRow(Refused):
    """Someone has written the row since the version that the person saw.

    `differences` maps each field that the person wants to change and that a colleague has changed otherwise to their
    value and the current one.
    """

    def __init__(self, current: models.Model, differences: Mapping[str, tuple[Any, Any]], by: str):
        self.current, self.differences, self.changed_by = current, differences, by
        super().__init__(f"“{current}” has been changed{f' by {by}' if by else ''} since you opened it.")


@dataclass(frozen=True)
class Origin:
    """Where a change comes from."""

    channel: Channel = Channel.DESK
    verb: KeptEvent.Verb = Verb.CHANGE
    batch: UUID | None = None
    undoes: KeptEvent | None = None
    run: ImportRun | None = None


AT_DESK = Origin()


def logged(row: models.Model) -> dict[str, Any]:
    """Returns the fields of a row as the log keeps them; of a topic and a provider its pictures too."""
    values = {name: _logged_value(_value(row, name)) for name in LOGGED[KINDS[type(row)]]}
    return values | {IMAGES: images_of(row)} if has_images(type(row)) else values


def create(added: models.Model, *, by: User | None, at: Origin = AT_DESK) -> KeptEvent:
    """Inserts the row, and logs it."""
    with transaction.atomic():
        added.save(force_insert=True)
        new_pages(added)
        return log(added, Verb.CREATE, {}, logged(added), by=by, at=at)


def change(
    row: models.Model, new: Mapping[str, Any], *, by: User | None, version: int | None, at: Origin = AT_DESK
) -> KeptEvent | None:
    """Sets fields of a row as it is now; returns None if nothing differs. Afterwards `row` is as it was written.

    `images` are those of a topic or provider, as the log keeps them.

    Raises VersionMissing, or StaleRow if somebody has written it since `version`.
    """
    if version is None:
        raise VersionMissing()
    with transaction.atomic():
        current = locked(row)
        if getattr(current, "version", version) != version:
            raise stale(current, new)
        before = logged(current)
        fields = dict(new)
        lists = {IMAGES: fields.pop(IMAGES)} if has_images(type(row)) and IMAGES in fields else {}
        for name, value in fields.items():
            setattr(current, name, value)
        after = logged(current) | lists
        changed = [name for name in after if after[name] != before[name]]
        if changed:
            if hasattr(current, "version"):
                current.version += 1
            current.save()
            if IMAGES in changed:
                set_images(current, after[IMAGES])
            follow(current, before, changed)
        row.refresh_from_db()
        if not changed:
            return None
        return log(row, at.verb, {n: before[n] for n in changed}, {n: after[n] for n in changed}, by=by, at=at)


def record(
    written: models.Model, before: Mapping[str, Any], *, by: User | None, at: Origin = AT_DESK
) -> KeptEvent | None:
    """Logs what a form has written itself, raises the version, and writes what follows; None if nothing differs.

    `before` is what `logged` returned of the locked row. Part of the transaction of the form.
    """
    after = logged(written)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return None
    written.version += 1  # type: ignore[attr-defined]
    written.save(update_fields=["version"])
    follow(written, before, changed)
    return log(written, at.verb, {n: before[n] for n in changed}, {n: after[n] for n in changed}, by=by, at=at)


def delete(row: models.Model, *, by: User, at: Origin = AT_DESK) -> KeptEvent:
    """Deletes a row, and logs what it was. Raises ProtectedError where others need it."""
    with transaction.atomic():
        current = locked(row)
        verb = Verb.UNDO if at.undoes else Verb.DELETE
        event = log(current, verb, logged(current) | beside(current), {}, by=by, at=at)
        current.delete()
        new_pages(current)
        return event


def undo(event: KeptEvent, *, by: User, at: Origin = AT_DESK) -> KeptEvent | None:
    """Restores what an event changed, if the row is as the event left it. Raises Impossible otherwise.

    A row that was deleted comes back with its key, and one that was added is deleted, where others do not need it.
    """
    if why := never_undone(event):
        raise Impossible(why)
    if KeptEvent.objects.filter(undoes=event).exists():
        raise Impossible(f"“{event.title}”: that was undone already.")
    model = next(model for model, kind in KINDS.items() if kind == event.kind)
    at = Origin(at.channel, Verb.UNDO, at.batch, event)
    with transaction.atomic():
        if event.verb == Verb.DELETE:
            with _taken_is_impossible(event.title):
                return _insert_again(model, event, by=by, at=at)
        found: models.Model | None = model._default_manager.select_for_update().filter(pk=event.row).first()
        if found is None:
            raise Impossible(f"“{event.title}” is not there any more.")
        current = logged(found)
        if different := [name for name, value in event.after.items() if current.get(name) != value]:
            raise Impossible(f"“{found}” has been changed since: {', '.join(different)}.")
        if event.verb == Verb.CREATE:
            return _delete_again(found, by=by, at=at)
        values = {name: _restored(model, name, value) for name, value in event.before.items()}
        version = getattr(found, "version", 0)
        with _taken_is_impossible(str(found)):
            return change(found, values, by=by, version=version, at=at)


def never_undone(event: KeptEvent) -> str:
    """Returns why an event of this kind is not undone by `undo`; '' if it may be."""
    by_person = event.by_id is not None
    if event.verb == Verb.CHANGE or (
        by_person and event.verb in (Verb.CREATE, Verb.DELETE) and event.kind in COME_BACK
    ):
        return ""
    return "This is not undone here: it is undone where it was made, if at all."


@contextmanager
def _taken_is_impossible(title: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Impossible(f"“{title}”: something else has that name or address by now.") from error


def _insert_again(model: type[models.Model], event: KeptEvent, *, by: User, at: Origin) -> KeptEvent:
    values = {name: value if name in BESIDE else _restored(model, name, value) for name, value in event.before.items()}
    found = insert_again(model, event, values)
    new_pages(found)
    return log(found, at.verb, {}, logged(found), by=by, at=at)


def _delete_again(found: models.Model, *, by: User, at: Origin) -> KeptEvent:
    try:
        with transaction.atomic():
            return delete(found, by=by, at=at)
    except ProtectedError as error:
        raise Impossible(f"“{found}” is in use by now: it stays.") from error


def log(
    row: models.Model, verb: KeptEvent.Verb, before: dict[str, Any], after: dict[str, Any], *, by: User | None,
    at: Origin = AT_DESK,
) -> KeptEvent:  # fmt: skip
    """Appends an entry about a row."""
    return KeptEvent.objects.create(
        kind=KINDS[type(row)], row=row.pk, title=str(row)[:500], by=by, channel=at.channel, verb=verb, before=before,
        after=after, version=getattr(row, "version", 1), batch=at.batch, undoes=at.undoes, run=at.run,
    )  # fmt: skip


def locked(row: models.Model) -> models.Model:
    """Returns the row as it is now, locked where the database locks rows; raises Impossible if it is gone."""
    found: models.Model | None = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise Impossible(f"“{row}” is not there any more.")
    return found


def stale(current: models.Model, new: Mapping[str, Any]) -> StaleRow:
    """Returns the refusal of a change that somebody was faster than."""
    now = logged(current)
    wanted = {name: _logged_value(value) for name, value in new.items() if name in now}
    last = KeptEvent.objects.filter(kind=KINDS[type(current)], row=current.pk).select_related("by").first()
    name = last.by.get_username() if last and last.by else ""
    return StaleRow(current, {n: (value, now[n]) for n, value in wanted.items() if value != now[n]}, name)


def _value(row: models.Model, name: str) -> Any:
    field = row._meta.get_field(name)
    return getattr(row, field.attname) if isinstance(field, models.ForeignKey) else getattr(row, name)


def _logged_value(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case models.Model():
            return value.pk
        case models.fields.files.FieldFile():
            return value.name or ""
    return value


def _restored(model: type[models.Model], name: str, value: Any) -> Any:
    if name == IMAGES and has_images(model):
        return value
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey) and value is not None:
        found = field.related_model._default_manager.filter(pk=value).first()
        if found is None:
            raise Impossible(f"What stood as {name} is not there any more.")
        return found
    return datetime.fromisoformat(value) if isinstance(field, models.DateTimeField) and value else value
