"""What came is taken: rehearsed, and then imported at once or held for a person; and its arrival is noted.

Everything here can be done again after a kill: a run that was finished is only noted, one that broke off goes on, and a
run that is held passes by a person alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.importing.runs.report import Report
from articles.importing.sources.still import list_folder
from articles.importing.uploads import preview
from articles.importing.uploads.preview import Rehearsal, Status, change_status, is_stalled
from articles.importing.uploads.progress import stop_if_cancelled
from articles.importing.uploads.storage import folder_of, listing_of
from articles.intake.oddness import FEWEST_PUSHED, Shares, keep_known_paths
from articles.models import Arrival, DocumentFeed, ImportRun, ImportUpload, Noise, Silence, Verdict
from articles.processes import private_files

NOTHING_NEW = "the same content was taken before"
NEWS = (Verdict.CREATED, Verdict.UPDATED, Verdict.CONFLICT, Verdict.DUPLICATE, Verdict.REMOVED)
AT_WORK = (Status.UPLOADED, Status.PREVIEWING, Status.IMPORTING)


def take(upload: ImportUpload, *, now: datetime | None = None) -> ImportUpload:
    """Takes an upload of a feed whose files are in place, and returns it as it then is.

    READY: held, with a `notice` that says why. DONE: imported, with `run`; or, of a folder or a repository, without one
    where the same content was taken, or discarded, before. UPLOADED: another import is at work; call again. FAILED: its
    `error` says why. One that waits for a person, or that another process works on, is left as it is.
    """
    feed = feed_of(upload)
    if not is_ours(upload) or (feed.kind == feed.Kind.PUSH and upload.status != Status.UPLOADED and not _died(upload)):
        return upload
    if run := ImportRun.objects.filter(options__upload=str(upload.pk), status=ImportRun.Status.DONE).first():
        _finish(upload, run, now)
        return upload
    if change_status(upload, upload.status, Status.PREVIEWING, error=""):
        with preview.failures_on_page(upload, if_held=Status.UPLOADED):
            _look_before(upload, feed)
    if upload.status == Status.IMPORTING:
        with preview.failures_on_page(upload, if_held=Status.UPLOADED):
            report = preview.run_upload(upload, by=upload.by)
            _finish(upload, ImportRun.objects.get(pk=report.run or 0), now)
    return upload


def let_in(upload: ImportUpload, by: User, *, now: datetime | None = None) -> None:
    """Imports a held upload that `by` confirmed; or stores a new preview, if what is there now would do otherwise."""
    if upload.kind == ImportUpload.Kind.DIRECTORY and upload.status == Status.CONFIRMED:
        private_files.make_folder(folder_of(upload))
        new = listing_of(upload).with_suffix(".new")
        if problem := list_folder(Path(upload.directory), settings.IMPORT_ROOTS, new).problem:
            change_status(upload, Status.CONFIRMED, Status.READY, notice=problem)
            return
        new.replace(listing_of(upload))

    def settle(report: Report) -> None:
        _settle(upload, ImportRun.objects.get(pk=report.run or 0), now)

    preview.import_upload(upload, by, settle)


def arrived(feed: DocumentFeed, run: ImportRun, *, now: datetime | None = None) -> None:
    """Notes that the run brought something new, once, and ends the silence of the feed.

    Of a folder or a repository each run does: the same content is not taken twice. Of a push, what changes an article,
    or renews the payload of one: a client that sends the same again and again is as silent as one that does not.
    """
    now = now or timezone.now()
    if feed.kind == feed.Kind.PUSH and not _is_news(run):
        return
    with transaction.atomic():
        locked = DocumentFeed.objects.select_for_update().get(pk=feed.pk)
        if Arrival.objects.filter(feed=feed, run=run).exists():
            return
        Arrival.objects.create(feed=feed, run=run, at=now)
        last = max(now, locked.last_arrival_at or now)
        DocumentFeed.objects.filter(pk=feed.pk).update(last_arrival_at=last)
        Silence.objects.filter(feed=feed, closed_at=None).update(closed_at=now)
    feed.last_arrival_at = last


def is_ours(upload: ImportUpload) -> bool:
    """Returns whether the upload is on its way by itself, and no person has seen a preview of it."""
    return upload.status in AT_WORK and not upload.digest


def is_held(upload: ImportUpload) -> bool:
    """Returns whether it waits for a person, or does what a person has confirmed."""
    return not upload.is_over and bool(upload.digest)


def feed_of(upload: ImportUpload) -> DocumentFeed:
    if upload.feed is None:
        raise AssertionError("an upload without a feed is a person's")
    return upload.feed


def _died(upload: ImportUpload) -> bool:
    return upload.status != Status.UPLOADED and is_stalled(upload)


def _look_before(upload: ImportUpload, feed: DocumentFeed) -> None:
    """Rehearses the upload, and sets what is to become of it."""
    shares = Shares(feed)
    if _needs_rehearsal(upload, feed):
        rehearsal = preview.rehearse(upload, shares)
        stop_if_cancelled(upload)
        is_known = shares.is_all_the_same or _was_taken(feed, rehearsal.report.digest)
        if feed.kind != feed.Kind.PUSH and is_known:
            change_status(upload, Status.PREVIEWING, Status.DONE, notice=NOTHING_NEW)
            preview.discard_upload(upload)
            return
        if reasons := shares.reasons():
            _hold(upload, rehearsal, "; ".join(reasons))
            return
    change_status(upload, Status.PREVIEWING, Status.IMPORTING)


def _hold(upload: ImportUpload, rehearsal: Rehearsal, why: str) -> None:
    # Together: with a preview it is a person's, and no other process may find it without one.
    with transaction.atomic():
        preview.keep(upload, rehearsal)
        details = upload.details | {"content": rehearsal.report.digest}
        change_status(upload, Status.PREVIEWING, Status.READY, notice=why, details=details)


def _needs_rehearsal(upload: ImportUpload, feed: DocumentFeed) -> bool:
    """Returns whether something could hold it, or it could be there already. Not of a few documents of a push."""
    if feed.kind != feed.Kind.PUSH or feed.mode == feed.Mode.PREVIEW:
        return True
    if min(feed.max_rejected, feed.max_changed) >= 100:
        return False
    folder = folder_of(upload)
    files = sum(1 for file in (folder / "documents").rglob("*") if file.is_file())
    return files >= FEWEST_PUSHED or any((folder / "archives").glob("*"))


def _was_taken(feed: DocumentFeed, content: str) -> bool:
    """Returns whether this content was taken last, or was discarded by a person since."""
    if content == feed.digest:
        return True
    last = feed.held.filter(status__in=[Status.DONE, Status.CANCELLED]).order_by("-since").first()
    return last is not None and last.status == Status.CANCELLED and last.details.get("content") == content


def _finish(upload: ImportUpload, run: ImportRun, now: datetime | None) -> None:
    _settle(upload, run, now)
    change_status(upload, upload.status, Status.DONE, run_id=run.pk)
    preview.discard_upload(upload)


def _settle(upload: ImportUpload, run: ImportRun, now: datetime | None) -> None:
    """Notes with the feed what it had in this run. Done again, it changes nothing."""
    feed = feed_of(upload)
    lines = folder_of(upload) / preview.LINES
    if feed.kind != feed.Kind.PUSH and lines.is_file():
        keep_known_paths(feed, _paths(lines))
    documents = sum(run.counts.values()) - sum(run.details.get("unread", {}).values())
    DocumentFeed.objects.filter(pk=feed.pk).update(digest=run.digest, documents=documents)
    feed.digest, feed.documents = run.digest, documents
    arrived(feed, run, now=now)


def _paths(lines: Path) -> Iterator[str]:
    with lines.open() as file:
        for line in file:
            path, _, noise, *_ = json.loads(line)
            if noise != Noise.UNREAD:
                yield path


def _is_news(run: ImportRun) -> bool:
    return any(run.counts.get(verdict) for verdict in NEWS) or bool(run.details.get("renewed", {}).get("payload"))
