"""manage.py import_articles PATH… : import documents, and say what became of each file."""

import json
import signal
import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from tqdm import tqdm

from articles.importing.items import Item
from articles.importing.lock import Held
from articles.importing.messages import shown
from articles.importing.run import Report, import_documents
from articles.models import ImportRun, Verdict

EXIT_CODES = (
    "exit codes: 0 all taken, 1 some rejected, 2 nothing usable, 75 another run holds the lock, 130 interrupted"
)


class Command(BaseCommand):
    help = f"Import front-matter documents: files, or folders with all that is in them. {EXIT_CODES}"

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="of the report, on standard output"
        )
        parser.add_argument("--verbose", action="store_true", help="report unchanged documents too")

    def handle(self, *args, paths, dry_run, format, verbose, **options):
        progress = Progress(self.stderr, quiet=options["verbosity"] == 0)
        report_as = JsonReport(self.stdout) if format == "json" else TextReport(self.stdout, verbose=verbose)

        def on_item(item: Item) -> None:
            progress.clear()
            report_as.item(item)

        # Told to stop, as by Ctrl-C: the run says that it was interrupted.
        signal.signal(signal.SIGTERM, signal.default_int_handler)

        try:
            report = import_documents(paths, dry_run=dry_run, on_item=on_item, on_batch=progress)
        except Held:
            holder = ImportRun.objects.filter(status="running").first()
            self.stderr.write(
                f"Another import is at work{f': {holder}, {holder.holder}' if holder else ''}. Try again later."
            )
            sys.exit(75)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted: what was reported is in; the same command goes on from there.")
            sys.exit(130)
        except DatabaseError as error:
            self.stderr.write(f"The database stopped the import: {error}. The same command goes on from there.")
            sys.exit(2)
        finally:
            progress.close()
        report_as.end(report)
        sys.exit(report.exit_code)


class Progress:
    """A bar on a terminal; in a pipe, a plain line every ten seconds."""

    def __init__(self, stderr, *, quiet: bool):
        self.stderr, self.quiet = stderr, quiet
        self.bar = None
        self.spoke = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if self.quiet:
            return
        if self.stderr.isatty():
            self.bar = self.bar or tqdm(total=total, unit=" documents", leave=False, file=sys.stderr)
            self.bar.update(done - self.bar.n)
        elif time.monotonic() - self.spoke > 10:
            self.spoke = time.monotonic()
            self.stderr.write(f"{done:,} of {total:,} documents")

    def clear(self) -> None:
        if self.bar:
            self.bar.clear()

    def close(self) -> None:
        if self.bar:
            self.bar.close()


class TextReport:
    """`verdict path`, and below it a line `path:line: field: text` for each message."""

    def __init__(self, stdout, *, verbose: bool):
        self.stdout, self.verbose = stdout, verbose

    def item(self, item: Item) -> None:
        if item.verdict == Verdict.UNCHANGED and not item.messages and not self.verbose:
            return
        path = item.path if item.path.isprintable() else shown(item.path, 500)
        changes = f" ({', '.join(item.changes)})" if item.changes else ""
        self.stdout.write(f"{item.verdict:<9} {path}{changes}")
        for message in item.messages:
            where = f"{path}:{message.line}" if message.line else path
            level = "" if message.level == "error" else f"{message.level}: "
            field = f"{message.field}: " if message.field else ""
            self.stdout.write(f"  {where}: {level}{field}{message.text}")

    def end(self, report: Report) -> None:
        counts = ", ".join(f"{report.counts[verdict]:,} {verdict}" for verdict in Verdict if report.counts[verdict])
        rate = f", {report.files / report.seconds:,.0f} a second" if report.seconds else ""
        self.stdout.write(f"{report.files:,} documents: {counts or 'none found'}")
        if report.warnings:
            self.stdout.write(f"{report.warnings:,} warning{'s' * (report.warnings > 1)}")
        dry = "; nothing was changed: dry run" if report.dry_run else ""
        self.stdout.write(f"{report.seconds:.1f} seconds{rate}{dry}")


class JsonReport:
    """One JSON object: `documents`, each file once, and then what they come to. Written as it goes."""

    def __init__(self, stdout):
        self.stdout = stdout
        self.before = '{"documents": ['

    def item(self, item: Item) -> None:
        document = {
            "path": item.path,
            "verdict": item.verdict,
            "messages": [message.as_json() for message in item.messages],
            "changes": item.changes,
            "article": item.article,
        }
        self.stdout.write(self.before + "\n" + json.dumps(document), ending="")
        self.before = ","

    def end(self, report: Report) -> None:
        opening = '{"documents": [' if self.before != "," else ""
        self.stdout.write(f"{opening}\n],\n{json.dumps(report.as_json())[1:]}")
