"""Background tasks. They run in the worker, or immediately if no worker is configured."""

from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.tasks import default_task_backend, task

from articles.images import copies
from articles.importing.runs.cut import cut_reports
from articles.importing.uploads import preview
from articles.importing.uploads.cut import cut_uploads
from articles.intake.taking import let_in
from articles.models import ImportUpload
from articles.processes import upkeep
from articles.stories.forming import form


@task
def preview_upload(upload: str) -> None:
    preview.preview_upload(ImportUpload.objects.select_related("by").get(pk=upload))


@task
def carry_out_upload(upload: str, by: int) -> None:
    row = ImportUpload.objects.select_related("by", "feed").get(pk=upload)
    carry_out = let_in if row.feed_id else preview.import_upload
    carry_out(row, User.objects.get(pk=by))
    after_import()


def after_import() -> None:
    """What follows each import: stories, fewer old reports, statistics for the database, a request for pictures."""
    form()
    cut_reports()
    cut_uploads()
    upkeep.analyse()
    fetch_images_later()


@task(priority=-100)
def fetch_images(below: int | None = None) -> None:
    """Makes copies of one batch and queues the next, so that an import that a person waits for can run in between.

    `below` is where the last batch ended: what came in since was queued with a task of its own.
    """
    if images := list(copies.make_copies(limit=copies.BATCH_SIZE, below=below)):
        fetch_images_later(images[-1].pk)


def fetch_images_later(below: int | None = None) -> None:
    """Queues fetch_images for the worker. Without a worker nothing is fetched here: cron runs cache_images."""
    if default_task_backend.supports_defer:
        transaction.on_commit(partial(fetch_images.enqueue, below))
