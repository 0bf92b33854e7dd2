"""manage.py import_articles PATH…: import documents, and report the verdict on each file."""

import sys
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db import DatabaseError

from articles.importing.runs.job import lock_holder_message
from articles.importing.runs.lock import Held
from articles.importing.runs.prune import missing_articles, withdraw_missing
from articles.importing.runs.report import Report
from articles.importing.runs.run import import_documents
from articles.importing.sources.items import ImportItem
from articles.management.commands_of_ours import LATER, OurCommand
from articles.management.reporting import JsonReport, Progress, TextReport, person
from articles.moderation.refusals import Refused
from articles.tasks import after_import

EXIT_CODES = (
    "exit codes: 0 all taken, 1 some rejected, 2 nothing usable, 75 another run holds the lock or the database is "
    "away, 130 interrupted"
)


class Command(OurCommand):
    in_background = True
    help = f"Import front-matter documents: files, or folders with all that is in them. {EXIT_CODES}"

    interrupted = "Interrupted: what was reported is in; the same command goes on from there."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="of the report, on standard output"
        )
        parser.add_argument(
            "--verbose", action="store_true", help="report unchanged documents too, and what is no news"
        )
        parser.add_argument(
            "--known",
            action="store_true",
            help="exit with 1 only for files that were not rejected for the same reason in the last run of these paths",
        )
        parser.add_argument("--prune", action="store_true", help="report articles whose documents have left")
        parser.add_argument("--withdraw", action="store_true", help="with --prune and --by: withdraw them")
        parser.add_argument("--by", metavar="USERNAME", help="who imports, for the record")

    def handle(self, *args, paths, dry_run, format, verbose, by, known, prune, withdraw, **options):
        if withdraw and not (prune and by):
            raise CommandError("--withdraw goes with --prune, and with --by: a decision has an author.")
        user = person(by)
        progress = Progress(self.stderr, quiet=options["verbosity"] == 0)
        report_as = JsonReport(self.stdout) if format == "json" else TextReport(self.stdout, verbose=verbose)

        def on_item(item: ImportItem) -> None:
            progress.clear()
            report_as.item(item)

        try:
            report = import_documents(paths, by=user, dry_run=dry_run, on_item=on_item, on_batch=progress)
        except Held:
            self.stderr.write(lock_holder_message())
            sys.exit(LATER)
        except DatabaseError as error:
            self.stderr.write(f"The database stopped the import: {error}. The same command goes on from there.")
            sys.exit(LATER)
        finally:
            progress.close()
        report.news_only = known
        # If the folder is empty or missing, its articles are not treated as gone.
        if prune and report.exit_code != 2:
            self.prune(paths, report, user if withdraw and not dry_run else None)
        if not dry_run:
            after_import()
        report_as.end(report)
        sys.exit(report.exit_code)

    def prune(self, paths: list[Path], report: Report, user: User | None) -> None:
        """Reports articles whose documents are gone, and withdraws the published ones of these if there is a `user`."""
        for article in missing_articles(paths):
            gone = {"path": article.path, "article": article.pk, "state": article.state, "refused": ""}
            if user and article.published:
                try:
                    withdraw_missing(article, user)
                except Refused as refusal:
                    gone["refused"] = str(refusal)
                gone["state"] = article.state
            report.missing.append(gone)
