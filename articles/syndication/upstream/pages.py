"""The pages of the lists of the upstream JSON, by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404

from articles import editions
from articles.documents.items import item_paths
from articles.models import Article, Category
from articles.models.querysets import ArticleQuerySet
from articles.syndication.upstream.addresses import Addresses
from articles.syndication.upstream.lists import (
    LISTS,
    JsonList,
    by_date,
    by_heat,
    event_keys,
    hottest_first,
    newest_first,
)
from articles.syndication.upstream.values import TOP_ITEMS, Entry, Json, entry_of, short_json, whole_json
from providers.models import ProviderImage

LOGOS = Prefetch("image_links", ProviderImage.objects.select_related("image"))


def page_of_list(chosen: JsonList, articles: ArticleQuerySet, number: int, name: str, addresses: Addresses) -> Json:
    """A page of a list, which `articles` may narrow. Raises Http404 beyond the last page; page 1 may be empty.

    `name` tells the list from all others in the cache.
    """
    if chosen.is_by_date:
        rows = _rows_by_date(articles, number, chosen.size, name)
    elif chosen.category == Category.EVENT:
        rows = _rows_at(_slice(event_keys(articles, chosen.when), number, chosen.size))
    else:
        rows = by_heat(_rows(_slice(hottest_first(articles).values("pk"), number, chosen.size)))
    return _page(chosen, chosen.head(), rows, number, addresses)


def page_of_article(article: Article, number: int, addresses: Addresses) -> Json:
    """One article; a collection is a list of its items, page by page."""
    paths = item_paths(article.path, article.extra)
    if not paths:
        if number > 1:
            raise Http404
        found = whole_json(_entries([article])[0], addresses)
        # Unlike lists of news, upstream's single ones name their address.
        return found | {"sourceUrl": found["sourceUrl"] or addresses.of_json(article)}
    visible, chosen = _visible_at(paths), LISTS["learning"]
    rows = _rows_at(_slice([visible[path] for path in paths if path in visible], number, chosen.size))
    return _page(chosen, {"title": article.title, "path": article.path}, rows, number, addresses)


def _slice(keys: Any, number: int, size: int) -> Any:
    """The keys of a page, and the first one after it."""
    return keys[(number - 1) * size : number * size + 1]


def _page(chosen: JsonList, head: Json, rows: Sequence[Article], number: int, addresses: Addresses) -> Json:
    if number > 1 and not rows:
        raise Http404
    as_json = short_json if chosen.is_short else whole_json
    value = [as_json(entry, addresses) for entry in _with_items(_entries(rows[: chosen.size]))]
    following = number + 1 if len(rows) > chosen.size else None
    foot = {} if chosen.is_short and following is None else {"nextPage": following}
    return head | {"page": number, "value": value} | foot


# By date, a page begins at a date, after some articles of the same date: its place.

Place = tuple[datetime, int]


def _rows_by_date(articles: ArticleQuerySet, number: int, size: int, name: str) -> list[Article]:
    """The articles of a page, and the first one after it.

    Where a page begins is remembered for the edition, when it or the page before it is read. Otherwise the articles
    before it are counted, which reads an index only.
    """
    key = f"{editions.current()} {name} {size}"
    first, skipped = None, 0
    if number > 1:
        first, skipped = cache.get(_cache_key(key, number)) or _place_at(articles, (number - 1) * size)
        _keep(key, number, (first, skipped))
        articles = articles.filter(published_at__lte=first)
    rows = by_date(_rows(newest_first(articles).values("pk")[skipped : skipped + size + 1]))
    if len(rows) > size:
        date = rows[-1].published_at
        of_same_date = sum(row.published_at == date for row in rows[:-1])
        _keep(key, number + 1, (date, of_same_date + (skipped if date == first else 0)))
    return rows


def _place_at(articles: ArticleQuerySet, offset: int) -> Place:
    """The place after so many articles. Raises Http404 if there are no more."""
    found = list(articles.latest_first().values_list("published_at", "pk")[offset - 1 : offset + 1])
    if len(found) < 2:
        raise Http404
    (before, _), (date, pk) = found
    # Articles of one date are counted by their keys, and read by their paths.
    return date, articles.filter(published_at=date, pk__gt=pk).count() if before == date else 0


def _keep(list_key: str, number: int, place: Place) -> None:
    cache.set(_cache_key(list_key, number), place, timeout=editions.MAX_PAGE_AGE)


def _cache_key(list_key: str, number: int) -> str:
    return "place:" + blake2b(f"{list_key} {number}".encode(), digest_size=20).hexdigest()


# Rows


def _with_items(entries: list[Entry]) -> list[Entry]:
    """The same entries; those of collections with their first items. Four queries if there is one."""
    named = {entry.article.pk: item_paths(entry.article.path, entry.article.extra) for entry in entries}
    if not any(named.values()):
        return entries
    visible = _visible_at({path for paths in named.values() for path in paths})
    items = {pk: [visible[path] for path in paths if path in visible] for pk, paths in named.items()}
    first = {key for keys in items.values() for key in keys[:TOP_ITEMS]}
    shown = {entry.article.pk: entry for entry in _entries(_rows(first))}
    return [
        replace(entry, items=[shown[key] for key in items[pk][:TOP_ITEMS]], size=len(items[pk]))
        if named[pk := entry.article.pk]
        else entry
        for entry in entries
    ]


def _rows_at(keys: Sequence[int]) -> list[Article]:
    """The articles with these keys, in their order."""
    found = {row.pk: row for row in _rows(keys)}
    return [found[key] for key in keys if key in found]


def _rows(keys: Any) -> Iterable[Article]:
    return Article.objects.filter(pk__in=keys).order_by().for_cards().defer(None).defer("secured", "source_digest")


def _entries(rows: Sequence[Article] | Iterable[Article]) -> list[Entry]:
    entries = [entry_of(row) for row in rows]
    if without := [entry.article.provider for entry in entries if entry.needs_logos]:
        prefetch_related_objects(without, LOGOS)
    return entries


def _visible_at(paths: Iterable[str]) -> dict[str, int]:
    """The primary keys of the visible articles at these paths."""
    found = Article.objects.visible().order_by().filter(path__in=list(paths))
    return {path: pk for path, pk in found.values_list("path", "pk") if path}
