"""Imports files in batches; every file stands once in the report."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, chain, islice
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from articles import editions
from articles.documents.messages import Message
from articles.documents.records import ArticleRecord, OrganizationRecord, TopicRecord
from articles.importing.runs.job import Job
from articles.importing.runs.reader import read_batches
from articles.importing.runs.report import Report
from articles.importing.saving.carry import carry_over
from articles.importing.saving.create import create_articles, references_for
from articles.importing.saving.matching import RunFiles, articles_at_paths, match_articles
from articles.importing.saving.publication import publishes
from articles.importing.saving.rows import batches_a_commit
from articles.importing.saving.taxonomy import save_organization, save_topic
from articles.importing.saving.update import update_articles
from articles.importing.sources.files import Source
from articles.importing.sources.items import ImportItem, item_of, read_item
from articles.importing.sources.roots import Sources
from articles.models import Article, Verdict

# The transactions of a dry run are short: on SQLite nobody else writes meanwhile.
DOCUMENTS_A_ROLLBACK = 100


def import_documents(
    roots: Sequence[Path | Source], *, exclude: Container[str] = frozenset(), prefix: str = "", **options: Any
) -> Report:
    """Imports every document below the roots: folders, files, archives. The options are those of `Job`.

    A path in `exclude` is not read, and is reported as kept; `prefix` stands before each path. A transaction
    holds one batch or a few: an interruption leaves whole batches. A dry run does the same in smaller transactions, and
    rolls each back.
    """
    sources = Sources(roots, exclude, prefix)
    job = Job(**options)
    with job.at_work([str(root.resolve() if isinstance(root, Path) else root) for root in roots]) as report:
        job.row.total = sum(1 for _ in sources)
        batches = read_batches(sources, job.row.total, articles_at_paths)
        if job.dry_run:
            batches = (list(part) for batch in batches for part in batched(batch, DOCUMENTS_A_ROLLBACK, strict=False))
        more = 0 if job.dry_run else batches_a_commit(job.row.total) - 1
        files = Documents(sources)
        for batch in batches:
            job.finish_batch(_save_batches(chain([batch], islice(batches, more)), files, job))
        if job.so_far.moved:
            with job.transaction():
                carry_over(job.so_far.moved, job.row.pk, timezone.now())
    return report


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a run, which may be read again."""

    sources: Sources

    def __contains__(self, path: object) -> bool:
        return path in self.sources

    def record_at(self, path: str) -> ArticleRecord | None:
        found = self.sources.find(path)
        record = read_item(self.sources, found).record if found else None
        return record if isinstance(record, ArticleRecord) else None


@dataclass(frozen=True, slots=True)
class Given:
    """The items of a run of one batch, by path."""

    items: Mapping[str, ImportItem]

    def __contains__(self, path: object) -> bool:
        return path in self.items

    def record_at(self, path: str) -> ArticleRecord | None:
        record = self.items[path].record
        return record if isinstance(record, ArticleRecord) else None


def _save_batches(batches: Iterable[list[ImportItem]], files: RunFiles, job: Job) -> list[ImportItem]:
    """Writes some batches in one transaction, and returns their items; none is written if that fails."""
    saved: list[ImportItem] = []
    with job.transaction():
        for items in batches:
            save_batch(items, files, job)
            for item in items:
                item.record, item.source = None, b""
            saved += items
    return saved


def import_items(items: list[ImportItem], **options: Any) -> Report:
    """Imports items that were read elsewhere (the rows of a spreadsheet), as a run of one batch."""
    job = Job(**options)
    with job.at_work() as report:
        job.row.total = len(items)
        with job.transaction():
            save_batch(items, Given({item.path: item for item in items}), job)
        job.finish_batch(items)
    return report


def import_document(path: str, raw: bytes, **options: Any) -> tuple[ImportItem, Report | None]:
    """Imports one document that came by itself, as a run of its own; returns its item, and the report of the run.

    What is as its article has it already makes no run: then the report is None.
    """
    item = item_of(path, raw, articles_at_paths([path]).get(path))
    if item.verdict == Verdict.UNCHANGED:
        return item, None
    return item, import_items([item], **options)


def save_batch(items: list[ImportItem], files: RunFiles, job: Job) -> None:
    """Writes a batch; if the database refuses it, item by item, so that a bad document stops no other.

    `files` are those of the whole run: the document of an article whose path is missing there may have been renamed.
    """
    before = [(item.verdict, list(item.messages), item.article) for item in items]
    try:
        with transaction.atomic():
            _write_batch(items, files, job)
    # Other errors are the database's own (full, gone): every other document would meet them too.
    except (IntegrityError, DataError) as error:
        if len(items) == 1:
            items[0].reject(Message("error", f"the database refuses it: {str(error).strip().splitlines()[0]}"))
            job.record(items)
            return
        for item, (verdict, messages, article) in zip(items, before, strict=True):
            item.verdict, item.messages, item.article, item.changes, item.earlier = verdict, messages, article, {}, None
            save_batch([item], files, job)


def _write_batch(items: Sequence[ImportItem], files: RunFiles, job: Job) -> None:
    now = timezone.now()
    for item in items:
        if isinstance(item.record, OrganizationRecord):
            save_organization(item, item.record, job.row)
        elif isinstance(item.record, TopicRecord):
            save_topic(item, item.record, job.row)
    new, changed = match_articles([item for item in items if isinstance(item.record, ArticleRecord)], files, job.so_far)
    if changed:
        update_articles(changed, job.row.pk, job.so_far, now)
    if new:
        records = [item.record for item in new if isinstance(item.record, ArticleRecord)]
        create_articles(new, references_for(records, job.row.pk), job.row.pk, job.so_far, now)
    job.record(items)
    if _readers_see(items):
        editions.new_on_commit()


def _readers_see(items: Sequence[ImportItem]) -> bool:
    """Returns whether the batch changes what readers may see."""
    written = [item for item in items if item.verdict not in (Verdict.UNCHANGED, Verdict.REJECTED)]
    for item in written:
        record = item.record
        if not isinstance(record, ArticleRecord) or "published" in item.changes:
            return True
        if item.verdict == Verdict.CREATED and publishes(record):
            return True
    return Article.objects.filter(published=True, pk__in=[item.article for item in written]).exists()
