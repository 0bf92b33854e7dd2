"""Carries what people did to a related link over to its new URL, where the run learned of that only later.

A document that lists one of our articles under its new URL may be imported before the document of that article: then
its link under the old URL, which a person hid or changed, stands beside a new one under the new URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from articles.documents.parse import record_of
from articles.importing.saving.compare import ArticleUpdate, related_as_json
from articles.importing.saving.events import ImportEvent, insert_events
from articles.importing.saving.links import all_links_of, newly_rated, rated_links, write_related
from articles.importing.saving.merge import ArticleLink
from articles.importing.saving.rows import update_rows
from articles.importing.sources.items import ImportItem
from articles.models import Article, RelatedLink, Verb
from articles.models.keys import key_of

COLUMNS = ("version", "changed_at")


def carry_over(moved: Mapping[str, str], run: int, now: datetime) -> None:
    """Gives the links under new URLs what people did to those under the old ones, and drops the old ones.

    `moved`: canonical URLs that articles had before → those that they have now.
    """
    old = RelatedLink.objects.filter(page__canonical_key__in=[key_of(url) for url in moved]).values("article")
    new = RelatedLink.objects.filter(page__canonical_key__in=[key_of(url) for url in moved.values()]).values("article")
    rows = Article.objects.select_for_update(of=("self",)).filter(pk__in=old).filter(pk__in=new)
    changes = [change for row in rows.select_related("provider") if (change := _carried(row, moved, now))]
    write_related(changes)
    update_rows(Article, COLUMNS, [[*(getattr(c.row, name) for name in COLUMNS), c.row.pk] for c in changes])
    events = [
        ImportEvent(
            article=change.row.pk,
            title=change.row.title,
            verb=Verb.IMPORT,
            before={"related": change.related_parts[0]},
            after={"related": change.related_parts[1]},
            version=change.row.version,
        )
        for change in changes
    ]
    insert_events(events, run, now)


def _carried(row: Article, moved: Mapping[str, str], now: datetime) -> ArticleUpdate | None:
    record = record_of(row)
    links = all_links_of(row.pk)
    listed = {link.url for link in record.related} if record else set()
    pairs = dict(_pairs(links, moved, listed))
    if not pairs:
        return None
    gone = {link.pk for link in pairs.values() if link.pk}
    merged = rated_links(row, [_as_wanted(link, pairs) for link in links if link.pk not in gone])
    change = ArticleUpdate(ImportItem(row.path or ""), row, {}, existing=links, related=merged, dropped=gone)
    change.related_parts, change.rated = related_as_json(links, merged), newly_rated(links, merged)
    row.version, row.changed_at = row.version + 1, now
    return change


def _pairs(
    links: list[ArticleLink], moved: Mapping[str, str], listed: set[str]
) -> Iterator[tuple[int | None, ArticleLink]]:
    """Yields the primary key of each link under a new URL, and the link under the old one, which no document has."""
    by_canonical = {link.record.canonical_url: link for link in links if link.record}
    for before, after in moved.items():
        old, new = by_canonical.get(before), by_canonical.get(after)
        if old and new and new.origin == "imported" and old.url not in listed:
            yield new.pk, old


def _as_wanted(link: ArticleLink, pairs: Mapping[int | None, ArticleLink]) -> ArticleLink:
    """Returns the link as the person wants the one before it, under its own URLs."""
    old = pairs.get(link.pk)
    if old is None or old.record is None or link.record is None:
        return link
    urls = {name: getattr(link.record, name) for name in ("url", "canonical_url", "amp_url", "cdn_amp_url")}
    return replace(
        link,
        record=old.record._replace(**urls),
        hidden=old.hidden,
        placed=old.placed,
        position=old.position,
        origin=old.origin,
    )
