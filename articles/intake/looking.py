"""Looks at a feed: whether something came, and whether it stands still; what is new is taken."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from articles.importing.sources.git import GitFailed, GitTree
from articles.importing.sources.still import Listing, list_folder
from articles.importing.uploads.preview import Status
from articles.importing.uploads.storage import (
    REPOSITORY,
    allowed_directory,
    delete_files,
    feed_folder,
    folder_of,
    listing_of,
    title_of,
)  # fmt: skip
from articles.intake import places, repository
from articles.intake.taking import is_held, is_ours, take
from articles.models import DocumentFeed, ImportRun, ImportUpload
from articles.processes import private_files

logger = logging.getLogger(__name__)

# Between the two scans of a folder. Whoever writes a document does so without a pause that long.
PAUSE = 2.0  # seconds
# After a look at which files moved, or another import was at work.
SOON = timedelta(seconds=10)
NEWER = "Newer content is there since: it is looked at when this one is let in or discarded."


class State:
    """What a look found."""

    NOTHING, IMPORTED, HELD, WAITS, PROBLEM, MOVING, BUSY = (
        "nothing new", "imported", "held", "waits", "problem", "moving", "busy",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    state: str
    says: str = ""
    run: ImportRun | None = None
    moving: int = 0


def look_at_due(now: datetime | None = None) -> Look | None:
    """Looks at one feed whose moment has come, if there is one that no other worker looks at."""
    now = now or timezone.now()
    due = DocumentFeed.objects.filter(is_on=True, next_look_at__lte=now).exclude(kind=DocumentFeed.Kind.PUSH)
    for feed in due.order_by("next_look_at"):
        mine = DocumentFeed.objects.filter(pk=feed.pk, next_look_at=feed.next_look_at)
        # A worker that dies now has not lost the feed: its next look comes when its rhythm says so.
        if mine.update(next_look_at=now + timedelta(minutes=feed.minutes)):
            return look(feed, now=now)
    return None


def look(feed: DocumentFeed, *, now: datetime | None = None) -> Look:
    """Looks at a folder or a repository now; `now` is the moment that counts as that."""
    now = now or timezone.now()
    with _alone(feed) as is_alone:
        if not is_alone:
            return Look(State.BUSY, "another process looks at it")
        feed.refresh_from_db()
        _note(feed, next_look_at=now + timedelta(minutes=feed.minutes))
        try:
            found = _look(feed, now)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("The look at feed %s failed", feed)
            found = Look(State.PROBLEM, "The look failed unexpectedly; the log of the server says why.")
        _end(feed, found, now)
        return found


def _look(feed: DocumentFeed, now: datetime) -> Look:
    try:
        places.check(feed)
    except places.Refused as refusal:
        return Look(State.PROBLEM, f"Its {refusal.field} {refusal}" if refusal.field != "location" else str(refusal))
    _put_in_order(feed, now)
    upload = ImportUpload(by=feed.by, feed=feed, title=title_of(feed))
    try:
        listing = _list_repository(feed, upload) if feed.kind == feed.Kind.GIT else _list_folder(feed, upload)
        return _new(feed, upload, listing, now)
    finally:
        if not ImportUpload.objects.filter(pk=upload.pk).exists():
            delete_files(upload)


def _new(feed: DocumentFeed, upload: ImportUpload, listing: Listing, now: datetime) -> Look:
    """Takes what was listed, if it is new."""
    if listing.problem:
        return Look(State.PROBLEM, listing.problem)
    seen = _marked(feed, listing.fingerprint)
    waiting = next((held for held in feed.held.order_by("created_at") if is_held(held)), None)
    if seen == feed.listing and not listing.moving:
        return Look(State.WAITS if waiting else State.NOTHING, waiting.notice if waiting else "")
    if not listing.documents and feed.documents:
        return Look(State.PROBLEM, f"Nothing is there, where {feed.documents:,} documents were: nothing was imported.")
    if waiting:
        if NEWER not in waiting.notice:
            said = f"{waiting.notice} {NEWER}".strip()
            ImportUpload.objects.filter(pk=waiting.pk, status=waiting.status).update(notice=said)
        return Look(State.WAITS, NEWER, moving=listing.moving)
    if listing.moving == listing.documents and listing.moving:
        return Look(State.MOVING, "all that is there is still being written", moving=listing.moving)
    upload.save(force_insert=True)
    if upload.commit:
        repository.hold(upload, feed)
    took = _taken(take(upload, now=now), listing.moving)
    if took.state in (State.IMPORTED, State.HELD, State.NOTHING):
        _note(feed, listing=seen)
    if upload.commit:
        repository.tidy(feed)
    return took


def _taken(upload: ImportUpload, moving: int) -> Look:
    """Returns the look at which this was taken. What left no trace but a row is forgotten."""
    match upload.status:
        case Status.DONE if upload.run:
            return Look(State.IMPORTED, str(upload.run), upload.run, moving)
        case Status.READY:
            logger.warning("A run of feed %s waits for a person: %s", upload.feed, upload.notice)
            return Look(State.HELD, upload.notice, moving=moving)
        case Status.DONE:
            said = Look(State.NOTHING, upload.notice, moving=moving)
        case Status.UPLOADED:
            said = Look(State.BUSY, upload.error)
        case _:
            return Look(State.PROBLEM, upload.error or f"The import was {upload.get_status_display()}.")
    _forget(upload)
    return said


def _put_in_order(feed: DocumentFeed, now: datetime) -> None:
    """Ends what a process left that was killed: nobody else works on this feed now."""
    for upload in feed.held.filter(digest="", status__in=[*Status.values]).exclude(status__in=["done", "cancelled"]):
        if is_ours(upload) and ImportRun.objects.filter(options__upload=str(upload.pk), status="done").exists():
            take(upload, now=now)
        else:
            # What is in of it is in; the rest comes with what is there now.
            _forget(upload)


def _forget(upload: ImportUpload) -> None:
    delete_files(upload)
    upload.delete()


def _list_folder(feed: DocumentFeed, upload: ImportUpload) -> Listing:
    private_files.make_folder(folder_of(upload))
    upload.kind = ImportUpload.Kind.DIRECTORY
    upload.directory = str(allowed_directory(feed.location, ""))
    known, _, mark = feed.listing.partition(":")
    is_marked = feed.listing == _marked(feed, known)
    return list_folder(
        Path(feed.location), settings.IMPORT_ROOTS, listing_of(upload), known if mark and is_marked else "", PAUSE
    )


def _list_repository(feed: DocumentFeed, upload: ImportUpload) -> Listing:
    upload.kind = ImportUpload.Kind.GIT
    try:
        tree = repository.fetch(feed)
        upload.commit = tree.commit
        if _marked(feed, tree.tree) == feed.listing:
            return Listing(tree.tree)
        blobs = GitTree(feed_folder(feed) / REPOSITORY, tree.commit, feed.folder)
        return Listing(tree.tree, sum(not file.unread for file in blobs.names()))
    except repository.Unavailable as trouble:
        return Listing(problem=str(trouble))
    except GitFailed as failure:
        return Listing(problem=repository.in_words(str(failure)))


def _marked(feed: DocumentFeed, fingerprint: str) -> str:
    """Returns the fingerprint with a mark of the settings: what they name now may have other paths."""
    told = "\0".join([feed.location, feed.branch, feed.folder, feed.prefix])
    return f"{fingerprint[:40]}:{blake2b(told.encode(), digest_size=8).hexdigest()}"


def _end(feed: DocumentFeed, found: Look, now: datetime) -> None:
    problem = found.says if found.state == State.PROBLEM else ""
    if problem and problem != feed.problem:
        logger.warning("Feed %s: %s", feed, problem)
    soon = {"next_look_at": now + SOON} if found.moving or found.state == State.BUSY else {}
    _note(feed, looked_at=now, problem=problem, **soon)


def _note(feed: DocumentFeed, **values: Any) -> None:
    """Writes what the worker knows. None of it is a person's, so no version counts."""
    DocumentFeed.objects.filter(pk=feed.pk).update(**values)
    for name, value in values.items():
        setattr(feed, name, value)


@contextmanager
def _alone(feed: DocumentFeed) -> Iterator[bool]:
    """Holds the feed for this process, and says whether it does. The kernel frees it when the process ends."""
    folder = feed_folder(feed)
    private_files.make_folder(folder)
    with private_files.open_file(folder / "lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
