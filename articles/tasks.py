"""Background tasks. They run in the worker, or immediately if no worker is configured."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import transaction
from django.tasks import default_task_backend, task
from django.utils import timezone

from articles.images import copies
from articles.importing.runs.cut import cut_reports
from articles.importing.uploads import preview
from articles.importing.uploads.cut import cut_uploads
from articles.intake.taking import let_in, take
from articles.models import ImportUpload
from articles.originals import checking
from articles.processes import upkeep
from articles.stories.forming import form

PUSH_PAUSE, BUSY_PAUSE = 30, 10  # seconds


@task
def preview_upload(upload: str) -> None:
    preview.preview_upload(ImportUpload.objects.select_related("by").get(pk=upload))


@task
def carry_out_upload(upload: str, by: int) -> None:
    row = ImportUpload.objects.select_related("by", "feed").get(pk=upload)
    carry_out = let_in if row.feed_id else preview.import_upload
    carry_out(row, User.objects.get(pk=by))
    after_import()


@task
def take_upload(upload: str) -> None:
    """Holds or imports what a feed brought."""
    taken = take(ImportUpload.objects.select_related("by", "feed").get(pk=upload))
    if taken.run_id:
        after_import()
    elif taken.status == ImportUpload.Status.UPLOADED and default_task_backend.supports_defer:
        # Another import is at work.
        take_upload.using(run_after=timezone.now() + timedelta(seconds=BUSY_PAUSE)).enqueue(upload)


@task(priority=-50)
def follow_pushes() -> None:
    after_import()


def follow_pushes_later() -> None:
    """Does what follows an import once for all documents that clients push within a while.

    Without a worker one of them waits for stories to be formed; those of later ones are formed with the next.
    """
    if not caches["editions"].add("pushes", True, PUSH_PAUSE):
        return
    if default_task_backend.supports_defer:
        later = timezone.now() + timedelta(seconds=PUSH_PAUSE)
        transaction.on_commit(follow_pushes.using(run_after=later).enqueue)
    else:
        form()


def after_import() -> None:
    """What follows each import: stories, fewer old reports, statistics for the database, a request for pictures."""
    form()
    cut_reports()
    cut_uploads()
    upkeep.analyse()
    fetch_images_later()
    check_originals_later()


@task(priority=-100)
def fetch_images(below: int | None = None) -> None:
    """Makes copies of one batch and queues the next, so that an import that a person waits for can run in between.

    `below` is where the last batch ended: what came in since was queued with a task of its own.
    """
    if images := list(copies.make_copies(limit=copies.BATCH_SIZE, below=below)):
        fetch_images_later(images[-1].pk)


@task(priority=-100)
def check_some_originals() -> None:
    """Asks some hosts whether originals are still there, and queues the next if others are due."""
    if len(list(checking.check_originals())) == checking.BATCH:
        check_originals_later()


def check_originals_later() -> None:
    """Queues check_some_originals for the worker, if the operator wants it. Without a worker cron runs the command."""
    if settings.CHECK_ORIGINALS and default_task_backend.supports_defer:
        transaction.on_commit(check_some_originals.enqueue)


def fetch_images_later(below: int | None = None) -> None:
    """Queues fetch_images for the worker. Without a worker nothing is fetched here: cron runs cache_images."""
    if default_task_backend.supports_defer:
        transaction.on_commit(partial(fetch_images.enqueue, below))
