"""Previews an upload, by an import that is rolled back, and imports what was confirmed."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from itertools import batched
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Max
from django.utils import timezone

from articles.importing.runs.job import Cancelled, ignore, lock_holder_message, storable
from articles.importing.runs.lock import Held, is_held
from articles.importing.runs.report import Report, verdict_of
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import NotUndoable, undo_run
from articles.importing.saving.rows import insert_rows
from articles.importing.sources.items import ImportItem
from articles.importing.uploads.progress import ProgressFile, last_sign_of_life, stop_if_cancelled
from articles.importing.uploads.storage import UploadRefused, delete_files, folder_of, roots_of
from articles.models import Article, Channel, Event, ImportRun, ImportUpload, KeptEvent, PreviewFile, Tombstone
from articles.processes import private_files

logger = logging.getLogger(__name__)

Status = ImportUpload.Status
LOCK_PATIENCE = 3  # seconds to wait for the lock before the person is told who holds it
SIGN_OF_LIFE_TIMEOUT = timedelta(seconds=15)  # after which a run that does not hold the lock has died
PATIENCE = timedelta(minutes=1)
CHANGED_SINCE_PREVIEW = (
    "Something has changed since the preview. This is what the import would do now: look at it, and confirm again."
)
LINES = "preview.jsonl"
PREVIEW_COLUMNS = ("upload", "path", "verdict", "noise", "messages", "changes", "about", "left_out")
# Moments of the import itself: they differ at every preview.
UNSTABLE_FIELDS = {"first_published_at"}


def preview_upload(upload: ImportUpload) -> None:
    """Stores what importing the upload would do."""
    if not change_status(upload, Status.UPLOADED, Status.PREVIEWING):
        return
    with failures_on_page(upload, if_held=Status.FAILED):
        keep(upload, rehearse(upload))
        stop_if_cancelled(upload)
        change_status(upload, Status.PREVIEWING, Status.READY)


def import_upload(upload: ImportUpload, by: User, on_run: Callable[[Report], object] = ignore) -> None:
    """Imports the upload that `by` confirmed; stores a new preview instead if the import would differ from theirs.

    `on_run` is called with the report of the run, while the upload still has its files.
    """
    if not change_status(upload, Status.CONFIRMED, Status.IMPORTING):
        return
    with failures_on_page(upload, if_held=Status.READY):
        if may_be_stale(upload):
            rehearsal = rehearse(upload)
            if rehearsal.digest != upload.digest:
                keep(upload, rehearsal)
                stop_if_cancelled(upload)
                change_status(upload, Status.IMPORTING, Status.READY, notice=CHANGED_SINCE_PREVIEW)
                return
        report = run_upload(upload, by=by, exclude=excluded_paths(upload))
        on_run(report)
        change_status(upload, Status.IMPORTING, Status.DONE, run_id=report.run)
        discard_upload(upload)


def change_status(upload: ImportUpload, before: str, after: str, **fields: Any) -> bool:
    """Sets the status and fields of an upload. Returns False, and sets nothing, if its status is not `before`."""
    fields |= {"status": after, "since": timezone.now()}
    moved = ImportUpload.objects.filter(pk=upload.pk, status=before).update(**fields)
    if moved:
        upload.refresh_from_db()
    return bool(moved)


def discard_upload(upload: ImportUpload) -> None:
    """Deletes the files and the preview of an upload that was imported or cancelled."""
    delete_files(upload)
    upload.files.all().delete()


def is_stalled(upload: ImportUpload) -> bool:
    """Returns whether the process that worked on the upload has died."""
    at_work = upload.status in (Status.PREVIEWING, Status.IMPORTING)
    return at_work and timezone.now() - last_sign_of_life(upload) > SIGN_OF_LIFE_TIMEOUT and not is_held()


def is_overdue(upload: ImportUpload) -> bool:
    """Returns whether the upload has waited so long for a worker that its task may be lost: it can be queued again."""
    return upload.status in (Status.UPLOADED, Status.CONFIRMED) and timezone.now() - upload.since > PATIENCE


def may_be_stale(upload: ImportUpload) -> bool:
    """Returns whether anything has changed since that could alter the preview. Files in a folder may always have."""
    if ImportRun.objects.filter(options__upload=str(upload.pk)).exists():
        # Interrupted before: the changes are its own, and it continues.
        return False
    return upload.kind == ImportUpload.Kind.DIRECTORY or upload.stood_at != log_position()


def excluded_paths(upload: ImportUpload) -> frozenset[str]:
    """Returns the paths that the person left out."""
    return frozenset(upload.files.filter(left_out=True).values_list("path", flat=True))


def log_position() -> dict[str, Any]:
    """Returns numbers of which one changes with every change to an article, a topic, a provider or a rule."""
    return {
        "run": ImportRun.objects.aggregate(last=Max("pk"))["last"],
        "event": Event.objects.aggregate(last=Max("pk"))["last"],
        "kept": KeptEvent.objects.aggregate(last=Max("pk"))["last"],
        "tombstones": Tombstone.objects.count(),
        "articles": Article.objects.count(),
    }


@dataclass(frozen=True, slots=True)
class Rehearsal:
    report: Report
    digest: str
    lines: Path  # PREVIEW_COLUMNS of each file as JSON, without the upload and what is left out
    stood_at: dict[str, Any]


def rehearse(upload: ImportUpload, on_item: Callable[[ImportItem], object] = ignore) -> Rehearsal:
    """Imports, and rolls back. The lines are kept in a file: rows written meanwhile would be rolled back too."""
    digest = blake2b(digest_size=16)
    private_files.make_folder(folder_of(upload))
    lines = folder_of(upload) / LINES
    stood_at = log_position()
    with private_files.open_file(lines, "w") as file:

        def note(item: ImportItem) -> None:
            on_item(item)
            changes = {name: pair for name, pair in item.changes.items() if name not in UNSTABLE_FIELDS}
            path, verdict = storable(item.path), verdict_of(item)
            # Not the messages: they may name keys of articles that are rolled back.
            digest.update(json.dumps([path, verdict, changes]).encode())
            line = [path, verdict, item.noise, [m.as_json() for m in item.messages], changes, item.about]
            file.write(json.dumps(line) + "\n")

        report = run_upload(upload, by=upload.by, dry_run=True, on_item=note)
    return Rehearsal(report, digest.hexdigest(), lines, stood_at)


def run_upload(upload: ImportUpload, **options: Any) -> Report:
    """Imports the upload; the options are those of `Job`."""
    origin = {"upload": str(upload.pk), "chosen": upload.title}
    options |= {"channel": channel_of(upload), "feed": upload.feed, "on_batch": ProgressFile(upload)}
    run: Callable[[], Report]
    if upload.undoes_id:
        options.pop("exclude", None)
        undone = ImportRun.objects.get(pk=upload.undoes_id)
        run = lambda: undo_run(undone, options={"undo": undone.pk} | origin, **options)  # noqa: E731
    else:
        prefix = upload.feed.prefix if upload.feed else ""
        run = lambda: import_documents(roots_of(upload), options=origin, prefix=prefix, **options)  # noqa: E731
    return _patiently(run)


def channel_of(upload: ImportUpload) -> Channel:
    if upload.feed is None:
        return Channel.DESK
    return Channel.PUSH if upload.feed.kind == upload.feed.Kind.PUSH else Channel.FEED


def _patiently(run: Callable[[], Report]) -> Report:
    until = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            return run()
        except Held:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def keep(upload: ImportUpload, rehearsal: Rehearsal) -> None:
    """Replaces the rows of the preview; what was left out stays left out."""
    excluded = excluded_paths(upload)
    with transaction.atomic(), rehearsal.lines.open() as file:
        upload.files.all().delete()
        for lines in batched(file, 1000, strict=False):
            rows = [[upload.pk.hex, *(row := json.loads(line)), row[0] in excluded] for line in lines]
            insert_rows(PreviewFile, PREVIEW_COLUMNS, rows)
        ImportUpload.objects.filter(pk=upload.pk).update(
            counts=dict(rehearsal.report.counts),
            details=rehearsal.report.details,
            digest=rehearsal.digest,
            stood_at=rehearsal.stood_at,
            notice="",
            error="",
        )
    upload.refresh_from_db()


@contextmanager
def failures_on_page(upload: ImportUpload, if_held: str) -> Iterator[None]:
    """Stores why the work failed with the upload, for its page. An interruption leaves the status as it is."""
    at_work = upload.status
    try:
        yield
    except Held:
        name = "notice" if if_held == Status.READY else "error"
        change_status(upload, at_work, if_held, **{name: lock_holder_message()})
    except Cancelled:
        run = ImportRun.objects.filter(options__upload=str(upload.pk)).order_by("-pk").first()
        change_status(upload, at_work, Status.CANCELLED, run=run if at_work == Status.IMPORTING else None)
        discard_upload(upload)
    except (NotUndoable, UploadRefused) as refusal:
        change_status(upload, at_work, Status.FAILED, error=str(refusal))
    except DatabaseError as error:
        logger.exception("The database stopped upload %s", upload.pk)
        change_status(
            upload, at_work, Status.FAILED, error=f"The database stopped it: {str(error).strip().splitlines()[0]}"
        )
    except Exception:
        logger.exception("Upload %s failed", upload.pk)
        change_status(upload, at_work, Status.FAILED, error="It failed unexpectedly; the log of the server says why.")
