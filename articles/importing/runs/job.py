"""A run at work: takes the lock, keeps the row of the run, reports progress, records the end."""

from __future__ import annotations

import gc
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles.documents.records import ArticleRecord, Record
from articles.importing.runs.known import KnownMessages
from articles.importing.runs.lock import import_lock, nobody_at_work
from articles.importing.runs.report import Report, verdict_of
from articles.importing.saving.matching import SoFar
from articles.importing.saving.pages import delete_unused_pages
from articles.importing.saving.rows import insert_rows, many_writes
from articles.importing.sources.items import ImportItem
from articles.models import Channel, DocumentFeed, ImportFile, ImportRun, Verdict
from articles.processes import upkeep


class Cancelled(Exception):
    """A person has asked for the end of the run, by this name. Raised between batches; what has been imported stays."""


def ignore(*args: object) -> None:
    """The callback that does nothing."""


@dataclass(slots=True)
class Job:
    """A run. `on_item` is called with each file and its verdict, `on_batch` with the files done and their total."""

    by: User | None = None
    channel: Channel = Channel.COMMAND
    feed: DocumentFeed | None = None
    dry_run: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    on_item: Callable[[ImportItem], object] = ignore
    on_batch: Callable[[int, int], object] = ignore
    row: ImportRun = field(default_factory=ImportRun)
    report: Report = field(default_factory=Report)
    known: KnownMessages = field(default_factory=KnownMessages)
    # The number of new articles at which the database learns next that its tables have grown.
    grown_at: int = 1_000
    # What earlier batches did that later ones have to know.
    so_far: SoFar = field(default_factory=SoFar)

    @contextmanager
    def at_work(self, roots: Sequence[str] = (), undoes: ImportRun | None = None) -> Iterator[Report]:
        """Holds the lock and keeps the row of the run, which gets its end whatever happens.

        Raises `lock.Held` while another run is at work. A dry run holds nobody up: neither does it hold the lock.
        """
        self.row = ImportRun(
            by=self.by,
            channel=self.channel,
            roots=list(roots),
            options=self.options,
            feed=self.feed,
            undoes=undoes,
            holder=f"{socket.gethostname()} process {os.getpid()}",
        )
        self.report, self.known = Report(dry_run=self.dry_run), KnownMessages(self.row)
        self.so_far = SoFar(is_lost=self.dry_run)
        started = time.monotonic()
        with (
            nobody_at_work() if self.dry_run else import_lock(),
            many_writes(),
            rare_collection(),
            nullcontext() if self.dry_run else self._recorded(),
        ):
            yield self.report
            if not self.dry_run and self.report.files > self.report.counts[Verdict.UNCHANGED]:
                delete_unused_pages()
            self.report.seconds = time.monotonic() - started

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of the run; a dry run rolls it back at its end, and so locks what it wrote briefly."""
        with transaction.atomic():
            if self.dry_run:
                self.row.pk, self.row._state.adding = None, True
                self.row.save()
            yield
            if self.dry_run:
                transaction.set_rollback(True)

    @contextmanager
    def _recorded(self) -> Iterator[None]:
        # This process holds the lock, so the process of any other run that is marked as running has died.
        ImportRun.objects.filter(status="running").update(status="interrupted", finished_at=timezone.now(), undoes=None)
        self.row.save()
        self.report.run = self.row.pk
        status = ImportRun.Status.FAILED
        try:
            yield
            status = ImportRun.Status.DONE
        except (KeyboardInterrupt, GeneratorExit, Cancelled) as end:
            status = ImportRun.Status.INTERRUPTED
            if isinstance(end, Cancelled):
                self.row.options = {**self.row.options, "cancelled_by": str(end)}
            raise
        finally:
            self._end(status)

    def _end(self, status: str) -> None:
        self.row.status, self.row.finished_at = status, timezone.now()
        if status != ImportRun.Status.DONE:
            # An undoing that was interrupted can be continued by another run, which then is the one that undoes.
            self.row.undoes = None
        self.row.counts, self.row.digest = dict(self.report.counts), self.report.digest
        self.row.details = self.report.details
        try:
            self.row.save()
        except DatabaseError:
            # The database itself failed; the next run will mark this one as interrupted.
            if status == ImportRun.Status.DONE:
                raise

    def finish_batch(self, items: Iterable[ImportItem]) -> None:
        """Counts and reports the items of a saved batch, and stores the progress of the run."""
        for item in items:
            self.report.add(item)
            self.on_item(item)
        self.on_batch(self.report.files, self.row.total)
        if not self.dry_run and self.report.counts[Verdict.CREATED] >= self.grown_at:
            self.grown_at *= 4
            upkeep.note_growth()
        gc.collect(0)
        if not self.dry_run:
            ImportRun.objects.filter(pk=self.row.pk).update(
                counts=dict(self.report.counts), details=self.report.details, total=self.row.total
            )

    def record(self, items: Iterable[ImportItem]) -> None:
        """Stores what is not plainly unchanged with the run, and what is needed to undo it."""
        items = list(items)
        self.known.mark(items)
        if self.dry_run:
            # Of the articles of a preview nothing stays that could be asked.
            for item in items:
                item.about = _about(item.record)
            return
        insert_rows(
            ImportFile,
            (
                "run", "path", "verdict", "noise", "messages", "changes", "article", "version", "earlier",
                "earlier_conflicts",
            ),
            [
                [
                    self.row.pk, storable(item.path), verdict_of(item), item.noise,
                    [m.as_json() for m in item.messages], _not_logged(item), item.article, item.version, item.earlier,
                    item.earlier_conflicts,
                ]
                for item in items
                if item.verdict != Verdict.UNCHANGED or item.earlier is not None or item.messages
            ],
        )  # fmt: skip


def _about(record: Record | None) -> dict[str, str]:
    """Returns what people know an article by, beside its path."""
    if record is None:
        return {}
    if not isinstance(record, ArticleRecord):
        return {"title": record.name, "provider": getattr(record, "domain", ""), "date": ""}
    date = record.published_at.isoformat() if record.published_at else ""
    return {"title": record.title, "provider": record.provider.name or record.provider.domain, "date": date}


def _not_logged(item: ImportItem) -> dict[str, list[Any]]:
    """Returns the changes that no event holds."""
    return {name: pair for name, pair in item.changes.items() if name == "path"} if item.is_logged else item.changes


def lock_holder_message() -> str:
    """Returns the message that names the run which holds the lock."""
    run = ImportRun.objects.filter(status=ImportRun.Status.RUNNING).order_by("-pk").first()
    return f"Another import is at work{f': {run}, {run.holder}' if run else ''}. Try again later."


@contextmanager
def rare_collection() -> Iterator[None]:
    """Collects garbage once a batch (`finish_batch`) only: records hold no cycles, and are freed with their batch."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def storable(path: str) -> str:
    """Returns a file name that the database accepts: bytes that are not UTF-8 are escaped."""
    return path.encode(errors="backslashreplace").decode().replace("\x00", "")
