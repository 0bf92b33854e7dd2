"""The log of what imports change on rows that people keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import models

from articles.models import Channel, ImportRun, KeptEvent
from articles.vocabulary.writer import Origin, Verb, log, logged, record


class Completed(NamedTuple):
    """An existing row that an import has completed; `version` is the one that it has now."""

    row: int  # primary key
    title: str
    version: int
    before: dict[str, Any]
    after: dict[str, Any]


def log_completed(kind: KeptEvent.Kind, rows: Iterable[Completed], run: int | None) -> None:
    """Logs in bulk what a batch of articles completed. Nothing without a run: a person took values of a document."""
    if run is None:
        return
    KeptEvent.objects.bulk_create(
        KeptEvent(
            kind=kind, row=row.row, title=row.title[:500], channel=Channel.IMPORT, verb=Verb.CHANGE, before=row.before,
            after=row.after, version=row.version, run_id=run,
        )
        for row in rows
    )  # fmt: skip


def log_document(row: models.Model, before: Mapping[str, Any] | None, run: ImportRun) -> None:
    """Logs what a document about a topic or a provider changed; `before` is None for a new row.

    The row of a table names the person who imported it.
    """
    at = Origin(Channel.ADMIN if run.channel == Channel.ADMIN else Channel.IMPORT, run=run)
    by = run.by if run.channel == Channel.ADMIN else None
    if before is None:
        log(row, Verb.CREATE, {}, logged(row), by=by, at=at)
    else:
        record(row, before, by=by, at=at)
