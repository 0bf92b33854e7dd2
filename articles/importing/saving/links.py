"""Reads and writes the related links of articles whose documents have other links now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from articles.importing.saving.compare import ArticleUpdate, as_held
from articles.importing.saving.matching import Match, record_in
from articles.importing.saving.merge import ArticleLink, is_needed
from articles.importing.saving.pages import page_ids, page_records
from articles.importing.saving.rows import insert_rows, update_rows
from articles.importing.sources.items import ImportItem, rated, text_of
from articles.models import Article, RelatedLink
from articles.models.related import STEP
from articles.relevance import Relevance, Text, relevances

NO_TEXT = Text("", "", None)

PLACE = ("position", "origin", "hidden", "placed")
WRITTEN = ("article", "page", *PLACE, "relevance", "shared")


def links_of(matches: Sequence[Match]) -> dict[int, list[ArticleLink]]:
    """Returns the current links of the articles, by primary key; with what their pages say where the merge needs it."""
    if not matches:
        return {}
    links: dict[int, list[ArticleLink]] = {match.row.pk: [] for match in matches}
    rows = RelatedLink.objects.filter(article__in=links).order_by("article", "position", "pk")
    texts = ("page__title", "page__excerpt", "page__published_at")
    for article, url, origin, hidden, placed, pk, position, page, *text, relevance, shared in rows.values_list(
        "article", "page__url", "origin", "hidden", "placed", "pk", "position", "page", *texts, "relevance", "shared"
    ):
        rated = Relevance(relevance, tuple(shared))
        links[article].append(ArticleLink(url, None, origin, hidden, placed, pk, position, page, Text(*text), rated))
    needed = {match.row.pk: set(_needed(match, links[match.row.pk])) for match in matches}
    records = page_records({link.page for pk in links for link in links[pk] if link.url in needed[pk] and link.page})
    return {
        pk: [replace(link, record=records[link.page or 0]) if link.url in needed[pk] else link for link in some]
        for pk, some in links.items()
    }


def all_links_of(article: int) -> list[ArticleLink]:
    """Returns the links of one article, with what their pages say."""
    rows = list(RelatedLink.objects.filter(article=article).order_by("position", "pk"))
    records = page_records({row.page_id for row in rows})
    return [
        ArticleLink(
            records[row.page_id].url,
            records[row.page_id],
            row.origin,
            row.hidden,
            row.placed,
            row.pk,
            row.position,
            row.page_id,
            relevance=Relevance(row.relevance, tuple(row.shared)),
        )
        for row in rows
    ]


def _needed(match: Match, links: Sequence[ArticleLink]) -> Iterable[str]:
    """Returns the URLs of the links that the merge looks at."""
    record = record_in(match.item)
    if match.base is None or "related" in match.row.conflicts:
        return [link.url for link in links]
    base = {link.url: as_held(link) for link in match.base.related}
    source = {link.url: as_held(link) for link in record.related}
    return [link.url for link in links if is_needed(link.url, base, source)]


def insert_related(articles: Sequence[tuple[int, ImportItem]]) -> None:
    """Creates the related links of new articles: primary key, document."""
    records = [(article, record_in(item), item.rated) for article, item in articles]
    pages = page_ids(link for _, record, _ in records for link in record.related)
    rows = [
        [article, pages[id(link)], STEP * place, "imported", False, False, score, list(shared)]
        for article, record, known in records
        for place, (link, (score, shared)) in enumerate(
            zip(record.related, rated(record) if known is None else known, strict=True), start=1
        )
    ]
    insert_rows(RelatedLink, WRITTEN, rows)


def rated_links(row: Article, links: Sequence[ArticleLink]) -> list[ArticleLink]:
    """Returns the links with their relevance for the article as it is now."""
    texts = [link.text if link.record is None else text_of(link.record) for link in links]
    found = relevances(text_of(row), [text or NO_TEXT for text in texts])
    return [
        link if link.relevance == relevance else replace(link, relevance=relevance)
        for link, relevance in zip(links, found, strict=True)
    ]


def newly_rated(before: Sequence[ArticleLink], after: Sequence[ArticleLink]) -> list[list[Any]]:
    """Returns relevance, shared words and primary key of the links whose relevance is another one."""
    earlier = {link.pk: link.relevance for link in before}
    return [
        [link.relevance.score, list(link.relevance.shared), link.pk]
        for link in after
        if link.pk and link.relevance != earlier[link.pk]
    ]


def write_related(changes: Sequence[ArticleUpdate]) -> None:
    """Writes the links that changed: most keep their rows, since there is room between positions."""
    changed = [change for change in changes if change.related is not None]
    if changed:
        _write(changed)
    update_rows(RelatedLink, ("relevance", "shared"), [row for change in changes for row in change.rated])


def _write(changed: Sequence[ArticleUpdate]) -> None:
    new = [(change.row.pk, link) for change in changed for link in _leading_elsewhere(change)]
    pages = page_ids(link.record for _, link in new if link.record)
    gone = [pk for change in changed for pk in change.dropped]
    # Deleted and created anew: two links may swap their pages, which must be different in between too.
    RelatedLink.objects.filter(pk__in=[*gone, *(link.pk for _, link in new if link.pk)]).delete()
    rows = [
        (
            link.pk,
            [
                pk, pages[id(link.record)], *(getattr(link, name) for name in PLACE),
                link.relevance.score, list(link.relevance.shared),
            ],
        )
        for pk, link in new
    ]  # fmt: skip
    insert_rows(RelatedLink, WRITTEN, [row for pk, row in rows if pk is None])
    insert_rows(RelatedLink, ("id", *WRITTEN), [[pk, *row] for pk, row in rows if pk])
    update_rows(RelatedLink, ("position", "hidden", "placed"), _moved(changed, {link.pk for _, link in new}))


def _leading_elsewhere(change: ArticleUpdate) -> list[ArticleLink]:
    """Returns the links that are new, or whose page says something else now."""
    before = {link.pk: link.record for link in change.existing}
    return [
        link
        for link in change.related or ()
        if link.pk is None or (link.record is not None and link.record != before[link.pk])
    ]


def _moved(changed: Sequence[ArticleUpdate], written: set[int | None]) -> list[list[object]]:
    rows: list[list[object]] = []
    for change in changed:
        before = {link.pk: (link.position, link.hidden, link.placed) for link in change.existing}
        rows += [
            [*place, link.pk]
            for link in change.related or ()
            if link.pk
            and link.pk not in written
            and before[link.pk] != (place := (link.position, link.hidden, link.placed))
        ]
    return rows
