"""The report of a run as CSV and JSON, written while it is read: the number of files has no limit."""

import json
from collections.abc import Iterator
from itertools import batched

from articles.history.labels import full_text
from articles.history.runs import Changes, changes_of
from articles.models import ImportFile, ImportRun
from articles.spreadsheets.write import csv_lines

HEADERS = ["path", "verdict", "level", "line", "field", "message", "before", "after"]
CHUNK = 1000


def as_csv(run: ImportRun) -> Iterator[str]:
    """One line per message and per changed field; a file with neither has one line."""
    rows = ((file.path, file.verdict, *line) for file, changes in _files(run) for line in _lines(file, changes))
    return csv_lines(HEADERS, rows)


def _lines(file: ImportFile, changes: Changes) -> list[tuple]:
    lines = [(m.get("level"), m.get("line") or "", m.get("field"), m.get("text"), "", "") for m in file.messages]
    lines += [("change", "", name, "", full_text(old), full_text(new)) for name, (old, new) in changes.items()]
    return lines or [("", "", "", "", "", "")]


def as_json(run: ImportRun) -> Iterator[str]:
    """One object: the summary of the run, and `documents`, one for each file that was not simply unchanged."""
    yield json.dumps(_summary(run), default=str)[:-1] + ', "documents": ['
    separator = "\n"
    for file, changes in _files(run):
        values = {"path": file.path, "verdict": file.verdict, "noise": file.noise, "messages": file.messages}
        yield separator + json.dumps(values | {"changes": changes, "article": file.article_id})
        separator = ",\n"
    yield "\n]}\n"


def _summary(run: ImportRun) -> dict:
    return {
        "run": run.pk,
        "status": run.status,
        "by": run.by and run.by.username,
        "channel": run.channel,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at and run.finished_at.isoformat(),
        "seconds": round(run.seconds, 3),
        "source": run.source_title,
        "undoes": run.undoes_id,
        "digest": run.digest,
        "total": run.total,
        "counts": run.counts,
        **run.details,
        "cut_at": run.cut_at and run.cut_at.isoformat(),
    }


def _files(run: ImportRun) -> Iterator[tuple[ImportFile, Changes]]:
    """Yields each file with what the run changed in its article."""
    for files in batched(run.files.order_by("pk").defer("earlier", "earlier_conflicts").iterator(CHUNK), CHUNK):
        changes = changes_of(files)
        yield from ((file, changes[file.pk]) for file in files)
