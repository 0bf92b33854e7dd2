"""manage.py clean_uploads: delete the files of uploads that nobody confirmed, and cut old reports."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from articles.importing.runs.cut import cut_reports
from articles.importing.uploads.cut import cut_uploads
from articles.importing.uploads.preview import Status, change_status, discard_upload, is_stalled
from articles.importing.uploads.storage import FEEDS
from articles.management.commands_of_ours import OurCommand
from articles.models import ImportUpload


class Command(OurCommand):
    help = (
        "Cancel uploads that have waited for their person too long, delete what no upload owns any more, and cut the "
        "reports of runs that are older than NEWSROOM_KEEP_REPORTS days."
    )

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=7, help="how long an upload may wait (7)")

    def handle(self, *args, days, **options):
        limit = timezone.now() - timedelta(days=days)
        # A held run of a feed waits for as long as it takes: its feed stands still meanwhile.
        old = ImportUpload.objects.filter(since__lt=limit, feed=None)
        old = old.exclude(status__in=[Status.DONE, Status.CANCELLED])
        cancelled = 0
        for upload in old:
            at_work = upload.status in (Status.PREVIEWING, Status.IMPORTING) and not is_stalled(upload)
            if not at_work and change_status(upload, upload.status, Status.CANCELLED):
                discard_upload(upload)
                cancelled += 1
        self.stdout.write(f"{cancelled} uploads cancelled, {self._orphans(limit)} leftovers deleted")
        uploads, files = cut_uploads(most=None), cut_reports(most=None)
        if uploads or files:
            self.stdout.write(f"{files} files of old reports and {uploads} old uploads deleted")

    def _orphans(self, limit):
        """Deletes folders and files that an interrupted request has left, and returns their number."""
        alive = ImportUpload.objects.exclude(status__in=[Status.DONE, Status.CANCELLED])
        kept = {FEEDS} | {str(pk) for pk in alive.values_list("pk", flat=True)}
        uploads = Path(settings.IMPORT_UPLOADS)
        orphans = [
            folder
            for folder in (uploads.iterdir() if uploads.is_dir() else ())
            if folder.name not in kept and folder.stat().st_mtime < limit.timestamp()
        ]
        for orphan in orphans:
            if orphan.is_dir() and not orphan.is_symlink():
                shutil.rmtree(orphan, ignore_errors=True)
            else:
                orphan.unlink(missing_ok=True)
        return sum(not orphan.exists() for orphan in orphans)
