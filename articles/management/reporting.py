"""Output of the commands that run imports: a progress bar, and a report as text or JSON."""

import json
import sys
import time
from typing import NoReturn

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from tqdm import tqdm

from articles.documents.messages import printable
from articles.importing.runs.report import Report
from articles.importing.runs.words import counts_in_words, noise_in_words
from articles.importing.sources.items import ImportItem
from articles.models import Verdict


def person(name: str | None) -> User | None:
    """The active user of this name, or None without a name; raises CommandError if there is none."""
    if not name:
        return None
    if (user := User.objects.filter(username=name, is_active=True).first()) is None:
        raise CommandError(f"There is no active user {name}.")
    return user


class Progress:
    """A progress bar on a terminal; otherwise a plain line every ten seconds."""

    def __init__(self, stderr, *, quiet: bool):
        self.stderr, self.quiet = stderr, quiet
        self.bar: tqdm[NoReturn] | None = None
        self.last_line_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if self.quiet:
            return
        if self.stderr.isatty():
            self.bar = self.bar or tqdm(total=total, unit=" documents", leave=False, file=sys.stderr)
            self.bar.update(done - self.bar.n)
        elif time.monotonic() - self.last_line_at > 10:
            self.last_line_at = time.monotonic()
            self.stderr.write(f"{done:,} of {total:,} documents")

    def clear(self) -> None:
        if self.bar:
            self.bar.clear()

    def close(self) -> None:
        if self.bar:
            self.bar.close()


class TextReport:
    """Writes a line `verdict path` for each document, and below it a line `path:line: field: text` for each message.

    Unless `verbose`, what is no news is told by its number at the end: files unchanged, refused as before or of a kind
    that is not read, and warnings as before.
    """

    def __init__(self, stdout, *, verbose: bool):
        self.stdout, self.verbose = stdout, verbose

    def item(self, item: ImportItem) -> None:
        messages = [message for message in item.messages if self.verbose or not message.known]
        if not self.verbose and (item.noise or (item.verdict == Verdict.UNCHANGED and not messages)):
            return
        path = item.path if item.path.isprintable() else printable(item.path, 500)
        changes = f" ({', '.join(item.changes)})" if item.changes else ""
        self.stdout.write(f"{item.verdict:<9} {path}{changes}")
        for message in messages:
            where = f"{path}:{message.line}" if message.line else path
            level = "" if message.level == "error" else f"{message.level}: "
            field = f"{message.field}: " if message.field else ""
            self.stdout.write(f"  {where}: {level}{field}{message.text}")

    def end(self, report: Report) -> None:
        for gone in report.missing:
            path = gone["path"] if gone["path"].isprintable() else printable(gone["path"], 500)
            self.stdout.write(f"missing   {path}: its document has left; its article is {gone['state']}")
            if gone["refused"]:
                self.stdout.write(f"  {path}: not withdrawn: {gone['refused']}")
        counts = ", ".join(
            f"{number:,} {name}" + (f" ({', '.join(parts)})" if parts else "")
            for name, number, parts in counts_in_words(report.counts, report.details)
        )
        rate = f", {report.files / report.seconds:,.0f} a second" if report.seconds else ""
        self.stdout.write(f"{report.files - report.unread.total():,} documents: {counts or 'none found'}")
        for line in noise_in_words(report.details):
            self.stdout.write(line)
        if report.warnings:
            self.stdout.write(f"{report.warnings:,} warning{'s' * (report.warnings > 1)}")
        dry = "; nothing was changed: dry run" if report.dry_run else ""
        self.stdout.write(f"{report.seconds:.1f} seconds{rate}{dry}")


class JsonReport:
    """Writes one JSON object: `documents`, with each file once, as soon as it is known, and then the totals."""

    def __init__(self, stdout):
        self.stdout = stdout
        self.before = '{"documents": ['

    def item(self, item: ImportItem) -> None:
        document = {
            "path": item.path,
            "verdict": item.verdict,
            "messages": [message.as_json() for message in item.messages],
            "changes": item.changes,
            "article": item.article,
            "noise": item.noise,
            "renewed": item.renewed,
        }
        self.stdout.write(self.before + "\n" + json.dumps(document), ending="")
        self.before = ","

    def end(self, report: Report) -> None:
        opening = '{"documents": [' if self.before != "," else ""
        self.stdout.write(f"{opening}\n],\n{json.dumps(report.as_json())[1:]}")
