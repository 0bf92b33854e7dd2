"""Undoes a run, by a run of its own.

Articles that the run created are deleted. Articles that it updated are merged with the document that they had before,
as an import would do. An article that a person or a later run has changed since is left alone, and reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import batched
from typing import Any

from django.conf import settings
from django.utils import timezone

from articles import editions
from articles.documents import front_matter
from articles.documents.messages import Message, Rejected
from articles.documents.parse import record_from, record_of
from articles.documents.records import ArticleRecord
from articles.documents.stored import OtherDocument, document_in, earlier_document
from articles.importing.runs.job import Job
from articles.importing.runs.reader import DOCUMENTS_A_BATCH
from articles.importing.runs.report import Report
from articles.importing.saving.events import ImportEvent, insert_events
from articles.importing.saving.matching import Match, record_in, with_provider_in_use
from articles.importing.saving.update import update_articles
from articles.importing.sources.items import ImportItem
from articles.models import Article, Event, ImportFile, ImportRun, Verb, Verdict
from articles.models.fields import DOCUMENT_FIELDS
from providers.models import domains_in_use

CREATING = (Verdict.CREATED, Verdict.DUPLICATE)
RESTORED_FIELDS = tuple(field.name for field in DOCUMENT_FIELDS if field.logged)


class NotUndoable(Exception):
    """The run cannot be undone; the message says why."""


def undo_run(run: ImportRun, **options: Any) -> Report:
    """Undoes what a run did to articles. The options are those of `Job`; a dry run is the preview."""
    require_undoable(run)
    job = Job(**options)
    job.options = {**job.options, "undo": run.pk}
    files = run.files.exclude(verdict=Verdict.REJECTED).order_by("pk")
    with job.at_work(run.roots, undoes=run) as report:
        job.row.total = files.count()
        for batch in batched(files.iterator(chunk_size=DOCUMENTS_A_BATCH), DOCUMENTS_A_BATCH, strict=False):
            with job.transaction():
                items = _undo(batch, run, job)
                job.record(items)
            job.finish_batch(items)
    return report


def require_undoable(run: ImportRun) -> None:
    """Raises NotUndoable for a run that is at work, that undid another, or that was undone or cut."""
    if run.undoes or "undo" in run.options:
        raise NotUndoable("This run undid another one: import again instead.")
    if run.status == ImportRun.Status.RUNNING:
        raise NotUndoable("This run is still at work.")
    if run.cut_at:
        raise NotUndoable(
            f"Its report was cut after {settings.IMPORT_KEEP_REPORTS} days: it cannot be undone any more."
        )
    if hasattr(run, "undone_by"):
        raise NotUndoable(f"This run was undone by {run.undone_by}.")


def _undo(files: Sequence[ImportFile], run: ImportRun, job: Job) -> list[ImportItem]:
    pks = [file.article_id for file in files if file.article_id]
    # Locked before the log is read: nobody decides on an article that is about to be deleted.
    rows = {row.pk: row for row in Article.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")}
    touched = _touched(files, run)
    changed = _changed_fields(pks, run)
    items, to_delete, to_restore = [], {}, []
    for file in files:
        item = ImportItem(file.path, article=file.article_id)
        items.append(item)
        row = rows.get(file.article_id or 0)
        if row is None:
            _leave(item, "is not there any more, or is no article")
        elif why := touched.get(row.pk):
            _leave(item, why)
        elif file.verdict in CREATING:
            to_delete[row.pk] = item
        elif file.earlier is not None:
            names = changed.get(row.pk, set()) | set(file.changes)
            if match := _earlier_or_leave(item, file, row, names):
                to_restore.append(match)
        else:
            _leave(item, "was not changed by this run")
    _delete(to_delete, job)
    taken = dict(Article.objects.filter(path__in=[m.item.path for m in to_restore]).values_list("path", "pk"))
    for item, row, _ in to_restore:
        if taken.get(item.path, row.pk) != row.pk:
            item.messages.append(Message("note", f"another article has the path {item.path} by now: keeps its own"))
            item.path = row.path or item.path
    if to_restore:
        to_restore = _with_providers_in_use(to_restore)
        update_articles(to_restore, job.row.pk, job.so_far, timezone.now())
    if any(row.published for row in rows.values()) or any("published" in m.item.changes for m in to_restore):
        editions.new_on_commit()
    return items


def _with_providers_in_use(matches: Sequence[Match]) -> list[Match]:
    in_use = domains_in_use()
    for match in matches:
        match.item.record = with_provider_in_use(record_in(match.item), in_use)
    return [match._replace(base=match.base and with_provider_in_use(match.base, in_use)) for match in matches]


def _touched(files: Sequence[ImportFile], run: ImportRun) -> dict[int, str]:
    """Returns for each article that was changed since the run, by whom, in words. No clock is asked: versions tell."""
    versions = {file.article_id: file.version for file in files if file.article_id}
    later = _later_runs(list(versions), run)
    events = Event.objects.filter(article__in=versions, by__isnull=False).in_force().order_by("pk")
    since = events.values_list("article", "version", "by__username", "verb")
    return {pk: f"changed by run {number} since: left alone" for pk, number in later} | {
        pk: f"touched by {name} since ({verb}): left alone"
        for pk, version, name, verb in since
        if version > versions[pk]
    }


def _changed_fields(pks: Sequence[int], run: ImportRun) -> dict[int, set[str]]:
    """Returns the fields that the run changed, by article."""
    events = Event.objects.filter(article__in=pks, run=run).values_list("article", "after")
    return {pk: set(after) for pk, after in events}


def _later_runs(pks: list[int], run: ImportRun) -> list[tuple[int, int]]:
    """Returns article and run, where a later run changed the article and was not undone for it."""
    files = ImportFile.objects.filter(article__in=pks, run__gt=run.pk).exclude(verdict=Verdict.KEPT, earlier=None)
    later = list(files.values_list("article", "run", "run__undoes", "verdict"))
    undone = {
        (article, earlier)
        for article, _, earlier, verdict in later
        if earlier and earlier > run.pk and verdict != Verdict.KEPT
    }
    return [
        (article, number)
        for article, number, earlier, _ in later
        if (article, number) not in undone and (article, earlier) not in undone
    ]


def _leave(item: ImportItem, why: str) -> None:
    item.verdict = Verdict.KEPT
    item.messages.append(Message("note", why))


def _earlier_or_leave(item: ImportItem, file: ImportFile, row: Article, changed: set[str]) -> Match | None:
    """Returns the article with its document before the run in the item; None if there is no way back to that."""
    after = record_of(row)
    try:
        raw = earlier_document(document_in(row.source), file.earlier or b"")
        # A renamed file gets its old path back.
        item.path = file.changes.get("path", [file.path])[0] or file.path
        item.record, _ = record_from(front_matter.parse_document(raw, item.path), item.path)
    except OtherDocument:
        _leave(item, "its document is another one by now: left alone")
        return None
    except Rejected as refusal:
        _leave(item, f"its earlier document is not taken any more ({refusal}): left alone")
        return None
    if after and isinstance(item.record, ArticleRecord):
        # Fields that the run did not change keep their values: a person may have set them before the document did.
        same = {name: getattr(after, name) for name in RESTORED_FIELDS if name not in changed}
        item.record = item.record._replace(**same)
    item.hold(raw)
    item.restore_conflicts = file.earlier_conflicts
    return Match(item, row, after)


def _delete(items: dict[int, ImportItem], job: Job) -> None:
    """Deletes articles (primary key → item) without a tombstone: the next import may create them again."""
    rows = Article.objects.in_bulk(list(items))
    by = job.by.pk if job.by else None
    events = [
        ImportEvent(pk, row.title, Verb.DELETE, {"title": row.title}, {}, row.version + 1, by)
        for pk, row in rows.items()
    ]
    insert_events(events, job.row.pk, timezone.now())
    Article.objects.filter(pk__in=list(items)).delete()
    for item in items.values():
        item.verdict, item.article = Verdict.REMOVED, None
