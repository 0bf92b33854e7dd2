"""manage.py undo_import RUN: undo an import; the undo is a run of its own."""

import sys

from django.core.management.base import CommandError

from articles.importing.runs.job import lock_holder_message
from articles.importing.runs.lock import Held
from articles.importing.runs.undo import NotUndoable, undo_run
from articles.management.commands_of_ours import LATER, PARTLY, OurCommand
from articles.management.reporting import JsonReport, Progress, TextReport, person
from articles.models import ImportRun, Verdict
from articles.tasks import after_import


class Command(OurCommand):
    in_background = True
    help = "Undo a run: created articles go, updated ones get their earlier document back, touched ones stay."

    def add_arguments(self, parser):
        parser.add_argument("run", type=int, help="its number")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--by", metavar="USERNAME", help="who undoes it")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="of the report")

    def handle(self, *args, run, dry_run, by, format, **options):
        row = ImportRun.objects.filter(pk=run).first()
        if row is None:
            raise CommandError(f"There is no run {run}.")
        report_as = JsonReport(self.stdout) if format == "json" else TextReport(self.stdout, verbose=False)
        progress = Progress(self.stderr, quiet=options["verbosity"] == 0)
        try:
            report = undo_run(row, by=person(by), dry_run=dry_run, on_item=report_as.item, on_batch=progress)
        except NotUndoable as error:
            raise CommandError(str(error)) from None
        except Held:
            self.stderr.write(lock_holder_message())
            sys.exit(LATER)
        finally:
            progress.close()
        if not dry_run:
            after_import()
        report_as.end(report)
        if report.counts[Verdict.KEPT]:
            sys.exit(PARTLY)
