"""Exports articles chunk by chunk: memory does not grow with their number."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from articles.documents.stored import document_in
from articles.exporting.content import ARTICLES_A_CHUNK, whole_articles
from articles.exporting.places import ExportPlace, PlaceRefused
from articles.exporting.taxonomy import taxonomy_documents
from articles.exporting.write import NotWritten, document_of, path_of, topics_by_name
from articles.models import Event, Verb
from articles.models.querysets import ArticleQuerySet

# Errors of one path, such as a file where a folder should be; others, as a full disk, stop the export.
PATH_ERRORS = {errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EACCES}


@dataclass(slots=True)
class ExportedDocument:
    """A document of an export, or a `problem` with an empty `raw`."""

    path: str
    raw: bytes = b""
    untouched: bool = False
    problem: str = ""


def export_documents(
    articles: ArticleQuerySet, place: ExportPlace, *, only_touched: bool = False, taxonomies: bool = False
) -> Iterator[ExportedDocument]:
    """Writes the documents of these articles one after the other; a problem with one stops no other."""
    for exported in _documents(articles, taxonomies=taxonomies):
        if only_touched and exported.untouched:
            continue
        if not exported.problem:
            try:
                place.put(exported.path, exported.raw)
            except PlaceRefused as refusal:
                exported.problem = str(refusal)
            except OSError as error:
                if error.errno not in PATH_ERRORS:
                    raise
                exported.problem = f"cannot be written: {error.strerror}"
        yield exported


def _documents(articles: ArticleQuerySet, *, taxonomies: bool) -> Iterator[ExportedDocument]:
    if taxonomies:
        for place, raw in taxonomy_documents():
            yield ExportedDocument(place, raw)
    for chunk in _chunks(articles):
        # An article of version 1 is as its document created it; one that only imports have changed is as its last
        # document says.
        changed_by_people = _written_by_people(pk for pk, _, version, _ in chunk if version > 1)
        to_write = [pk for pk, path, _, source in chunk if pk in changed_by_people or not source or not path]
        written = dict(zip(to_write, _written(to_write), strict=False))
        for pk, path, _, source in chunk:
            yield (
                written[pk]
                if pk in written or not path
                else ExportedDocument(path, document_in(source), untouched=True)
            )


def _chunks(articles: ArticleQuerySet) -> Iterator[list[tuple[int, str | None, int, bytes | memoryview]]]:
    # By key, not by an open cursor: an export holds no transaction, and makes no writer wait.
    rows = articles.order_by("pk").distinct().values_list("pk", "path", "version", "source")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:ARTICLES_A_CHUNK]):
        yield chunk
        last = chunk[-1][0]


def _written_by_people(pks: Iterable[int]) -> set[int]:
    events = Event.objects.order_by().filter(article__in=list(pks)).exclude(verb=Verb.IMPORT)
    return set(events.values_list("article", flat=True))


def _written(pks: Iterable[int]) -> Iterator[ExportedDocument]:
    rows = whole_articles(pks)
    topics = topics_by_name(rows)
    for row in rows:
        try:
            raw, untouched = document_of(row, topics)
            yield ExportedDocument(path_of(row), raw, untouched)
        except NotWritten as refusal:
            yield ExportedDocument(path_of(row), problem=str(refusal))
