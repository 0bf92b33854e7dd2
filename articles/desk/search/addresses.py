"""Finds the articles that a number, a link or a slug names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

from django.db.models import Q

from articles import links
from articles.forms.filters import is_key
from articles.models import Article, ArticleOldSlug
from articles.models.keys import key_of

MOST_TWINS = 10
_NUMBER = re.compile(r"#?\s*([0-9]{1,18})")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LINK = re.compile(r"(?:https?:)?//\S+|[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?", re.IGNORECASE)
# Where an article has an address of its own: on the site, on the desk, in the admin, in the queue.
_BY_SLUG = re.compile(r"/articles/([a-z0-9-]+)/?", re.ASCII)
_BY_NUMBER = re.compile(r"/(?:desk/articles|admin/articles/article)/([0-9]{1,18})(?:/.*)?")
_IN_QUEUE = re.compile(r"(?:.*&)?item=([0-9]{1,18})(?:&.*)?")


def addressed(text: str, host: str) -> Iterator[tuple[int, str]]:
    """Yields the keys of the articles, each with what of it was given; `host` is that of this site."""
    text = text.strip()
    if number := _NUMBER.fullmatch(text):
        yield from _known(Q(pk=int(number[1])), "its number")
        return
    if text.lower().startswith(f"{host.lower()}/"):
        text = text[len(host) :]
    parts = _parts_of(text) if _LINK.fullmatch(text) else None
    if text.startswith("/") or (parts and parts.netloc.lower() == host.lower()):
        yield from _on_this_site(*_path_and_query(text, parts))
    elif parts:
        url = links.repaired(text if "://" in text else f"https://{text.removeprefix('//')}")
        if url:
            yield from _known(Q(twin_key=key_of(links.twin_key(url))), "its link")
    elif _SLUG.fullmatch(text):
        yield from _of_slug(text)


def _parts_of(text: str) -> SplitResult | None:
    try:
        return urlsplit(text if "://" in text else f"//{text.removeprefix('//')}")
    except ValueError:  # "http://["
        return None


def _path_and_query(text: str, parts: SplitResult | None) -> tuple[str, str]:
    if parts is not None:
        return unquote(parts.path), parts.query
    path, _, query = text.partition("?")
    return unquote(path), query


def _on_this_site(path: str, query: str) -> Iterator[tuple[int, str]]:
    if found := _BY_SLUG.fullmatch(path):
        yield from _of_slug(found[1])
    elif (found := _BY_NUMBER.fullmatch(path)) or (found := _IN_QUEUE.fullmatch(query)):
        yield from _known(Q(pk=int(found[1])), "its address")


def _of_slug(slug: str) -> Iterator[tuple[int, str]]:
    yield from _known(Q(slug=slug), "its address")
    for key in ArticleOldSlug.objects.filter(slug=slug).values_list("article", flat=True):
        yield key, "an earlier address"


def _known(which: Q, why: str) -> Iterator[tuple[int, str]]:
    for key in Article.objects.filter(which).latest_first().values_list("pk", flat=True)[:MOST_TWINS]:
        yield key, why


def number_in(text: str) -> int | None:
    """The number that was typed, if it is nothing else."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found and is_key(found[1]) else None
