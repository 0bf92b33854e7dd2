"""Deletes uploads, with their previews, that nobody has moved for as long as reports are kept."""

from __future__ import annotations

from articles.importing.runs.cut import MOST_ROWS, delete_in_slices, limit
from articles.importing.uploads.preview import Status, is_stalled
from articles.importing.uploads.storage import delete_files
from articles.models import ImportUpload


def _over(upload: ImportUpload) -> str:
    return upload.status if upload.is_over else Status.CANCELLED


def cut_uploads(most: int | None = MOST_ROWS) -> int:
    """Deletes old uploads, with `most` files of previews at most, and returns the number of uploads.

    What still waits for its person is cancelled first: from then on nobody can confirm it. A held run of a feed stays:
    while it waits, its feed imports nothing, so somebody will come.
    """
    deleted, rows = 0, 0
    for upload in ImportUpload.objects.filter(since__lt=limit()).order_by("since"):
        if upload.feed_id and not upload.is_over:
            continue
        if upload.status in (Status.PREVIEWING, Status.IMPORTING) and not is_stalled(upload):
            continue
        # Its `since` stays: it is old still, if this call does not delete all of it.
        if not ImportUpload.objects.filter(pk=upload.pk, status=upload.status).update(status=_over(upload)):
            continue
        rows += delete_in_slices(upload.files.all(), None if most is None else most - rows)
        if upload.files.exists():
            break
        delete_files(upload)
        upload.delete()
        deleted += 1
    return deleted
