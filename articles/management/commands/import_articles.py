"""manage.py import_articles PATH… : import documents, and say what became of each file."""

import json
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
        files = []
        progress = Progress(self.stderr, quiet=options["verbosity"] == 0)

        def on_item(item: Item) -> None:
            if format == "json":
                files.append(as_json(item))
            elif verbose or item.verdict != Verdict.UNCHANGED or item.messages:
                progress.clear()
                self.stdout.write(as_text(item, verbose=verbose), ending="")

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
        if format == "json":
            self.stdout.write(json.dumps(report.as_json() | {"documents": files}, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(summary(report))
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


def as_text(item: Item, *, verbose: bool) -> str:
    """`verdict path`, and below it a line `path:line: field: text` for each message."""
    path = item.path if item.path.isprintable() else shown(item.path, 500)
    lines = [f"{item.verdict:<9} {path}"]
    if item.changes:
        lines[0] += f" ({', '.join(item.changes)})"
    for message in item.messages:
        where = f"{path}:{message.line}" if message.line else path
        what = f"{message.field}: {message.text}" if message.field else message.text
        lines.append(f"  {where}: {'' if message.level == 'error' else message.level + ': '}{what}")
    return "\n".join(lines) + "\n"


def as_json(item: Item) -> dict:
    return {
        "path": item.path,
        "verdict": item.verdict,
        "messages": [message.as_json() for message in item.messages],
        "changes": item.changes,
        "article": item.article,
    }


def summary(report: Report) -> str:
    counts = ", ".join(f"{report.counts[verdict]:,} {verdict.value}" for verdict in Verdict if report.counts[verdict])
    rate = f", {report.files / report.seconds:,.0f} a second" if report.seconds else ""
    lines = [f"{report.files:,} documents: {counts or 'none found'}"]
    if report.warnings:
        lines.append(f"{report.warnings:,} warnings")
    lines.append(f"{report.seconds:.1f} seconds{rate}" + ("; nothing was changed: dry run" if report.dry_run else ""))
    return "\n".join(lines)
