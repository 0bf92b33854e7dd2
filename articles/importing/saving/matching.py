"""Finds the article of each document, a batch at a time, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from django.db.models import Q

from articles import links, texts
from articles.documents.earlier import record_before
from articles.documents.messages import Message
from articles.documents.records import ArticleRecord
from articles.documents.stored import document_in
from articles.importing.saving.rows import fetch_rows, update_rows
from articles.importing.sources.items import ImportItem
from articles.models import Article, Tombstone, Verdict
from articles.models.keys import key_of
from articles.rules.in_force import RulesInForce
from providers.models import domains_in_use


class RunFiles(Protocol):
    """The files of a whole run."""

    def __contains__(self, path: object) -> bool: ...

    def record_at(self, path: str) -> ArticleRecord | None:
        """Returns what the document at this path says; None if it says nothing of an article."""


class Match(NamedTuple):
    """A document and its article; `base` is the document that the article was last imported from."""

    item: ImportItem
    row: Article
    base: ArticleRecord | None


@dataclass(slots=True)
class SoFar:
    """What earlier batches of a run did that later ones have to know.

    `rules`: those in force at the first arrival; they hold for the whole run.
    `moved`: canonical URLs that articles had before → those that they have now. If the run is a dry one, the database
    has lost (`is_lost`) which paths articles have got, and which articles were created: `paths` and `twins` know.
    """

    is_lost: bool = False
    moved: dict[str, str] = field(default_factory=dict)
    paths: dict[int, str | None] = field(default_factory=dict)
    twins: set[int] = field(default_factory=set)  # values of twin_key
    rules: RulesInForce | None = None  # once the first article arrived

    def rules_in_force(self) -> RulesInForce:
        if self.rules is None:
            self.rules = RulesInForce.now()
        return self.rules

    def path(self, pk: int, path: str | None) -> str | None:
        """Returns the path of an article that the database has at this path."""
        return self.paths.get(pk, path)

    def give_path(self, pk: int, path: str | None) -> None:
        if self.is_lost:
            self.paths[pk] = path


def articles_at_paths(paths: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Returns for each path that has an article its primary key and the digest of its document."""
    rows = fetch_rows(Article, ("path", "id", "source_digest"), "path", paths)
    return {path: (pk, bytes(digest)) for path, pk, digest in rows}


def match_articles(items: Sequence[ImportItem], files: RunFiles, so_far: SoFar) -> tuple[list[ImportItem], list[Match]]:
    """Returns the items that need a new article, and those that change one.

    The article of a document is the one with its path, unless the document tells of another article by now; else one
    with its URL whose own document is not in this run any more (the file was renamed); else a new one. Items of deleted
    articles get their verdict, and are in neither list.
    """
    in_use = domains_in_use()
    for item in items:
        item.record = with_provider_in_use(record_in(item), in_use)
    existing = articles_at_paths(item.path for item in items)
    elsewhere = [pk for path, (pk, _) in existing.items() if so_far.path(pk, path) != path]
    update_rows(Article, ("path",), [[None, pk] for pk in elsewhere])
    rows = _locked(pk for pk, _ in existing.values())
    changed, unplaced, left = [], [], []
    for item in items:
        if item.path not in existing or existing[item.path][0] in elsewhere:
            unplaced.append(item)
        elif row := rows.get(existing[item.path][0]):
            match = Match(item, row, _base_of(row, item, in_use))
            if match.base and is_another(match.base, record_in(item)):
                left.append(match)
                unplaced.append(item)
            else:
                item.article = row.pk
                changed.append(match)
        else:
            # On PostgreSQL a person may have deleted it since its document was read.
            _keep_deleted(item)
    _leave(left, so_far)
    new, renamed = _place_by_url(unplaced, files, so_far, in_use) if unplaced else ([], [])
    matches = changed + renamed
    so_far.moved |= {
        match.base.canonical_url: record_in(match.item).canonical_url
        for match in matches
        if match.base and leads_elsewhere(match.base, record_in(match.item))
    }
    return new, matches


def with_provider_in_use(record: ArticleRecord, in_use: Mapping[str, str]) -> ArticleRecord:
    """Returns the record with the provider that its domain stands for: so neither a merge nor a rename is a change."""
    domain = in_use.get(record.provider.domain)
    return record._replace(provider=record.provider._replace(domain=domain, images=())) if domain else record


def _base_of(row: Article, item: ImportItem, in_use: Mapping[str, str]) -> ArticleRecord | None:
    """Returns what the document said at the last import; None for an article without one."""
    if not row.source:
        return None
    base = record_before(document_in(row.source), row.path or "", document_in(item.source), record_in(item))
    return base and with_provider_in_use(base, in_use)


def is_another(base: ArticleRecord, record: ArticleRecord) -> bool:
    """Returns whether a document tells of another article than the one before it at its path."""
    if not leads_elsewhere(base, record):
        return False
    return has_other_provider(base, record) or texts.fold(base.title) != texts.fold(record.title)


def has_other_provider(base: ArticleRecord, record: ArticleRecord) -> bool:
    return base.provider.domain != record.provider.domain and "provider" not in base.unread | record.unread


def leads_elsewhere(base: ArticleRecord, record: ArticleRecord) -> bool:
    if base.canonical_url == record.canonical_url:
        return False
    return links.twin_key(base.canonical_url) != links.twin_key(record.canonical_url)


def _locked(pks: Iterable[int]) -> dict[int, Article]:
    wanted = list(pks)
    if not wanted:
        return {}
    rows = Article.objects.select_for_update(of=("self",)).filter(pk__in=wanted).select_related("provider")
    rows = rows.with_queue_order()
    return {row.pk: row for row in rows}


def _leave(left: Sequence[Match], so_far: SoFar) -> None:
    """Takes the path from articles whose documents tell of another one: they keep their content and their review."""
    for item, row, _ in left:
        text = (
            f"told of article {row.pk} (“{row}”) before, which keeps its content and its review: it has no document now"
        )
        item.messages.append(Message("note", text))
        so_far.give_path(row.pk, None)
    update_rows(Article, ("path",), [[None, row.pk] for _, row, _ in left])


def _place_by_url(
    items: list[ImportItem], files: RunFiles, so_far: SoFar, in_use: Mapping[str, str]
) -> tuple[list[ImportItem], list[Match]]:
    urls = {record_in(item).canonical_url for item in items}
    deleted = _deleted(items, urls, files)
    by_url: dict[str, list[tuple[int, str | None]]] = {}
    keys = {key_of(links.twin_key(url)) for url in urls}
    for pk, path, url in sorted(fetch_rows(Article, ("id", "path", "canonical_url"), "twin_key", keys)):
        by_url.setdefault(url, []).append((pk, so_far.path(pk, path)))
    new, renamed = [], []
    for item in items:
        url = record_in(item).canonical_url
        if item.path in deleted or url in deleted:
            _keep_deleted(item)
            continue
        same = by_url.get(url, [])
        orphan = next((row for row in same if _is_orphan(row[1], url, files)), None)
        if orphan:
            same.remove(orphan)
            item.article = orphan[0]
            so_far.give_path(orphan[0], item.path)
            item.changes["path"] = [orphan[1], item.path]
            renamed.append((item, orphan[0]))
        else:
            new.append(item)
    rows = _locked(pk for _, pk in renamed)
    return new, [Match(item, rows[pk], _base_of(rows[pk], item, in_use)) for item, pk in renamed]


def _is_orphan(path: str | None, url: str, files: RunFiles) -> bool:
    """Returns whether the article at this path, with this URL, has no document of its own in the run."""
    if path is None or path not in files:
        return True
    record = files.record_at(path)
    return record is not None and record.canonical_url != url


def _deleted(items: list[ImportItem], urls: set[str], files: RunFiles) -> set[str]:
    """Returns the paths and URLs of these items whose article a person deleted."""
    found: set[str] = set()
    if not Tombstone.objects.exists():
        return found
    paths = [item.path for item in items]
    keys = [key_of(url) for url in urls]
    same = Tombstone.objects.filter(Q(path__in=paths) | Q(canonical_key__in=keys))
    for path, url in same.values_list("path", "canonical_url"):
        # As with articles, the URL identifies a document only if the path that it had is not in this run.
        found.add(path if path and path in files else url)
    return found


def _keep_deleted(item: ImportItem) -> None:
    item.verdict, item.article = Verdict.KEPT, None
    item.messages.append(Message("note", "its article was deleted by a person: kept deleted"))


def record_in(item: ImportItem) -> ArticleRecord:
    assert isinstance(item.record, ArticleRecord)  # noqa: S101 - for mypy: topics and providers are saved elsewhere
    return item.record
