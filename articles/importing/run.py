"""The run: files in batches, each batch one transaction, every file once in the report."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles.importing import vocabulary
from articles.importing.change import change
from articles.importing.items import Item
from articles.importing.lock import import_lock
from articles.importing.messages import Message
from articles.importing.reader import read_batches
from articles.importing.records import ArticleRecord, OrganizationRecord, TopicRecord
from articles.importing.rows import insert
from articles.importing.save import articles_at, create, known_for, place
from articles.importing.sources import Sources
from articles.models import Channel, ImportFile, ImportRun, Verdict

TAKEN = frozenset(Verdict) - {Verdict.REJECTED}


@dataclass(slots=True)
class Report:
    """What became of every file. `exit_code`: 0 all taken, 1 some rejected, 2 nothing usable."""

    counts: Counter[str] = field(default_factory=Counter)
    warnings: int = 0
    seconds: float = 0.0
    run: int | None = None  # primary key; None for a dry run
    dry_run: bool = False

    @property
    def files(self) -> int:
        return self.counts.total()

    @property
    def exit_code(self) -> int:
        rejected = self.counts[Verdict.REJECTED]
        return 2 if rejected == self.files else 1 if rejected else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "dry_run": self.dry_run,
            "files": self.files,
            "counts": {verdict.value: self.counts[verdict] for verdict in Verdict},
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
            "exit_code": self.exit_code,
        }


def import_documents(
    roots: Sequence[Path],
    *,
    by: User | None = None,
    channel: Channel = Channel.COMMAND,
    dry_run: bool = False,
    on_item: Callable[[Item], None] = lambda item: None,
    on_batch: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Import every document below the roots.

    `on_item` gets each file with its verdict, `on_batch` how many of how many are done. A batch is one transaction: an
    interruption leaves whole batches. A dry run is the same, rolled back as a whole. Raises `lock.Held` while another
    run is at work.
    """
    sources = Sources(roots)
    report = Report(dry_run=dry_run)
    started = timezone.now()
    with import_lock(), _run(roots, by, channel, report) as run:
        total = sum(1 for _ in sources)
        for items in read_batches(sources, total, articles_at):
            _save(items, sources, run)
            for item in items:
                report.counts[_verdict(item)] += 1
                report.warnings += sum(message.level == "warning" for message in item.messages)
                on_item(item)
            on_batch(report.files, total)
    report.seconds = (timezone.now() - started).total_seconds()
    return report


def import_items(items: list[Item], *, run: ImportRun) -> None:
    """Save items that were read elsewhere (a spreadsheet's rows) as one batch of a run."""
    _save(items, frozenset(item.path for item in items), run)


@contextmanager
def _run(roots: Sequence[Path], by: User | None, channel: Channel, report: Report) -> Iterator[ImportRun]:
    """The run's own row, ended whatever happens; for a dry run, a transaction that is rolled back."""
    if report.dry_run:
        with transaction.atomic():
            yield _begin(roots, by, channel)
            transaction.set_rollback(True)
        return
    # The holder of the lock is this process: a run that still says so has died.
    ImportRun.objects.filter(status="running").update(status="interrupted", finished_at=timezone.now())
    run = _begin(roots, by, channel)
    report.run = run.pk
    status = ImportRun.Status.FAILED
    try:
        yield run
        status = ImportRun.Status.DONE
    except KeyboardInterrupt:
        status = ImportRun.Status.INTERRUPTED
        raise
    finally:
        run.status, run.finished_at, run.counts = status, timezone.now(), dict(report.counts)
        run.save()


def _begin(roots: Sequence[Path], by: User | None, channel: Channel) -> ImportRun:
    return ImportRun.objects.create(
        by=by,
        channel=channel,
        roots=[str(root) for root in roots],
        holder=f"{socket.gethostname()} process {os.getpid()}",
    )


def _save(items: list[Item], paths: Container[str], run: ImportRun) -> None:
    """Write a batch; where the database refuses it, one by one, so that a bad document stops no other."""
    before = [(item, list(item.messages)) for item in items]
    try:
        with transaction.atomic():
            _save_batch(items, paths, run)
    except DatabaseError as error:
        if len(items) == 1:
            items[0].reject(Message("error", f"the database refuses it: {str(error).strip().splitlines()[0]}"))
            return
        for item, messages in before:
            if item.verdict != Verdict.REJECTED:
                item.verdict, item.messages, item.changes, item.article = None, messages, {}, None
            _save([item], paths, run)


def _save_batch(items: list[Item], paths: Container[str], run: ImportRun) -> None:
    now = timezone.now()
    for item in items:
        if isinstance(item.record, OrganizationRecord):
            vocabulary.save_organization(item, item.record)
        elif isinstance(item.record, TopicRecord):
            vocabulary.save_topic(item, item.record)
    new, changed = place([item for item in items if isinstance(item.record, ArticleRecord)], paths)
    if changed:
        change(changed, run.pk, now)
    if new:
        create(new, known_for([item.record for item in new if isinstance(item.record, ArticleRecord)]), now)
    _record(items, run)


def _record(items: Iterable[Item], run: ImportRun) -> None:
    """Keep the verdicts that say more than "unchanged" with the run."""
    insert(
        ImportFile,
        ("run", "path", "verdict", "messages", "changes", "article"),
        [
            [run.pk, _storable(i.path), _verdict(i), [m.as_json() for m in i.messages], i.changes, i.article]
            for i in items
            if i.verdict != Verdict.UNCHANGED
        ],
    )


def _verdict(item: Item) -> Verdict:
    if item.verdict is None:
        raise AssertionError(f"{item.path} has no verdict")
    return item.verdict


def _storable(path: str) -> str:
    """A file name as the database takes it: names that are not UTF-8 are escaped."""
    return path.encode(errors="backslashreplace").decode().replace("\x00", "")
