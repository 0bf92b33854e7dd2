"""Cuts reports by age: of an old run its numbers stay, and the log, but not the verdict on each file.

Such a run cannot be undone any more. Events are never deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from articles.importing.runs.lock import Held, import_lock
from articles.models import ImportFile, ImportRun

# Rows of one statement, which holds the lock of SQLite for some milliseconds; and of one call.
SLICE = 500
MOST_ROWS = 20_000


def limit() -> datetime:
    """Returns the moment before which runs are old."""
    return timezone.now() - timedelta(days=settings.IMPORT_KEEP_REPORTS)


def cut_reports(most: int | None = MOST_ROWS) -> int:
    """Deletes the files of old runs, `most` at most, and returns their number. Does nothing while a run is at work."""
    try:
        with import_lock():
            deleted = 0
            for run in _old_runs():
                # Marked first: from now on it is not whole.
                ImportRun.objects.filter(pk=run, cut_at=None).update(cut_at=timezone.now())
                rest = None if most is None else most - deleted
                deleted += delete_in_slices(ImportFile.objects.filter(run=run), rest)
                if most is not None and deleted >= most:
                    break
            return deleted
    except Held:
        return 0


def _old_runs() -> QuerySet[ImportRun, int]:
    """Returns the old runs that still have files, the oldest first.

    Undoing a run asks which later ones touched the same articles, so no run is cut before an earlier one, even if a
    clock was set back.
    """
    young = ImportRun.objects.filter(started_at__gte=limit()).aggregate(first=Min("pk"))["first"]
    old = ImportRun.objects.filter(started_at__lt=limit()).exclude(status=ImportRun.Status.RUNNING)
    if young is not None:
        old = old.filter(pk__lt=young)
    return old.filter(Exists(ImportFile.objects.filter(run=OuterRef("pk")))).order_by("pk").values_list("pk", flat=True)


def delete_in_slices(rows: QuerySet, most: int | None = None) -> int:
    """Deletes files of a run or a preview, a slice at a time, and returns their number."""
    deleted = 0
    while most is None or deleted < most:
        size = SLICE if most is None else min(SLICE, most - deleted)
        # In the order of their index.
        keys = list(rows.order_by("verdict", "pk").values_list("pk", flat=True)[:size])
        if not keys:
            break
        rows.model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted
