"""Finds the articles of documents and creates the new ones, a batch at a time, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db.models import F, Q

from articles.documents.messages import Message
from articles.documents.records import ArticleRecord, ImageRecord, ProviderRecord, RelatedRecord
from articles.importing.saving.references import image_ids, provider_ids, topic_ids, unusual_trust
from articles.importing.saving.rows import fetch_rows, insert_rows, next_ids, update_rows
from articles.importing.sources.items import ImportItem
from articles.models import (
    Article,
    ArticleImage,
    ArticleOldSlug,
    ArticleTopic,
    RelatedImage,
    RelatedLink,
    Tombstone,
    Verdict,
)
from articles.models.fields import LINK_COLUMNS, MERGED_COLUMNS
from articles.models.keys import key_of
from articles.priority import priority
from articles.ranking import rank
from articles.slugs import slug_of, with_suffix

NEW_ARTICLE = (
    "id", "path", "slug", *MERGED_COLUMNS, "canonical_url", "provider", "rank", "priority", "published",
    "first_published_at", "duplicate_of", "extra", "secured", "source", "source_digest", "conflicts", "version",
    "created_at", "changed_at",
)  # fmt: skip
NEW_LINK = ("id", "article", "position", "canonical_url", *LINK_COLUMNS, "provider", "target", "origin", "hidden")
merged_values = attrgetter(*MERGED_COLUMNS)
link_values = attrgetter(*LINK_COLUMNS)


@dataclass(frozen=True, slots=True)
class References:
    """Primary keys of the images, providers and topics that articles refer to, by URL, domain and name."""

    images: dict[str, int]
    providers: dict[str, int]
    topics: dict[str, int]
    trust: dict[int, int]  # by primary key of the provider, where it is not the normal one


def references_for(records: Sequence[ArticleRecord]) -> References:
    """Finds or creates the images, providers and topics that the records name."""
    providers = [r.provider for r in records] + [link.provider for r in records for link in r.related if link.provider]
    images = image_ids(_images(records, providers))
    return References(
        images=images,
        providers=provider_ids(providers, images),
        topics=topic_ids(name for record in records for name in record.topics),
        trust=unusual_trust(),
    )


def articles_at(paths: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Returns for each path that has an article its primary key and the digest of its document."""
    rows = fetch_rows(Article, ("path", "id", "source_digest"), "path", paths, index="article_by_document")
    return {path: (pk, bytes(digest)) for path, pk, digest in rows}


def match_articles(
    items: Sequence[ImportItem], run_paths: Container[str]
) -> tuple[list[ImportItem], list[tuple[ImportItem, int]]]:
    """Returns the items that need a new article, and those that change one, with its primary key.

    The article of a document is the one with its path; else one with its URL whose own path is not in this run (the
    file was renamed); else a new one. Items of deleted articles get their verdict, and are in neither list.
    """
    existing = articles_at(item.path for item in items)
    changed = []
    unplaced = []
    for item in items:
        if item.path in existing:
            item.article = existing[item.path][0]
            changed.append((item, item.article))
        else:
            unplaced.append(item)
    new, renamed = _place_by_url(unplaced, run_paths) if unplaced else ([], [])
    return new, changed + renamed


def _place_by_url(
    items: list[ImportItem], run_paths: Container[str]
) -> tuple[list[ImportItem], list[tuple[ImportItem, int]]]:
    urls = {_record(item).canonical_url for item in items}
    deleted = _deleted(items, urls, run_paths)
    by_url: dict[str, list[tuple[int, str | None]]] = {}
    for pk, path, url in sorted(fetch_rows(Article, ("id", "path", "canonical_url"), "canonical_key", urls)):
        by_url.setdefault(url, []).append((pk, path))
    new, renamed = [], []
    for item in items:
        url = _record(item).canonical_url
        if item.path in deleted or url in deleted:
            item.verdict = Verdict.KEPT
            item.messages.append(Message("note", "its article was deleted by a person: kept deleted"))
            continue
        same = by_url.get(url, [])
        orphan = next((row for row in same if row[1] is None or row[1] not in run_paths), None)
        if orphan:
            same.remove(orphan)
            item.article = orphan[0]
            item.changes["path"] = [orphan[1], item.path]
            renamed.append((item, orphan[0]))
        else:
            new.append(item)
    return new, renamed


def _deleted(items: list[ImportItem], urls: set[str], run_paths: Container[str]) -> set[str]:
    """Returns the paths and URLs of these items whose article a person deleted."""
    found: set[str] = set()
    paths = [item.path for item in items]
    keys = [key_of(url) for url in urls]
    same = Tombstone.objects.filter(Q(path__in=paths) | Q(canonical_key__in=keys))
    for path, url in same.values_list("path", "canonical_url"):
        # As with articles, the URL identifies a document only if the path that it had is not in this run.
        found.add(path if path and path in run_paths else url)
    return found


def create_articles(items: Sequence[ImportItem], references: References, now: datetime) -> None:
    """Creates the articles of new documents with their topics, images and related links."""
    ids = next_ids(Article, len(items))
    for item in items:
        if _record(item).published_at is None:
            item.record = _record(item)._replace(published_at=now)
    slugs = _free_slugs(items)
    originals = _oldest_with_url(items)
    rows, topics, images = [], [], []
    for pk, slug, item in zip(ids, slugs, items, strict=True):
        record = _record(item)
        item.article = pk
        provider = references.providers[record.provider.domain]
        trust = references.trust.get(provider, 0)
        original = originals.setdefault(record.canonical_url, pk)
        item.verdict = Verdict.CREATED if original == pk else Verdict.DUPLICATE
        if original != pk:
            item.messages.append(Message("note", f"has the link of article {original}: marked as a possible duplicate"))
        rows.append(
            [
                pk, item.path, slug, *merged_values(record), record.canonical_url,
                provider, rank(record.heat, record.published_at),
                priority(heat=record.heat, quality=record.quality, trust=trust, arrived=now),
                record.published, now if record.published else None, original if original != pk else None,
                record.extra, record.secured, item.source, item.digest, [], 1, now, now,
            ]
        )  # fmt: skip
        # Two names in a document may mean one topic.
        article_topics = dict.fromkeys(references.topics[name] for name in record.topics)
        topics += [[pk, topic, position] for position, topic in enumerate(article_topics)]
        images += [[pk, references.images[image.url], position] for position, image in enumerate(record.images)]
    # Topics before articles, and articles by date: triggers then write each row of the search index once, in order.
    insert_rows(ArticleTopic, ("article", "topic", "position"), topics)
    by_date = NEW_ARTICLE.index("published_at")
    insert_rows(Article, NEW_ARTICLE, sorted(rows, key=lambda row: row[by_date]))
    insert_rows(ArticleImage, ("article", "image", "position"), images)
    insert_related(
        [
            (pk, position, link)
            for pk, item in zip(ids, items, strict=True)
            for position, link in enumerate(_record(item).related)
        ],
        references,
    )
    point_links_at({_record(item).canonical_url: pk for pk, item in zip(ids, items, strict=True)})


def insert_related(rows: Sequence[tuple[int, int, RelatedRecord]], references: References) -> None:
    """Creates imported related links (article, position, record) with their images and their local target articles."""
    ids = next_ids(RelatedLink, len(rows))
    targets = _targets({link.canonical_url for _, _, link in rows})
    insert_rows(
        RelatedLink,
        NEW_LINK,
        [
            [
                pk, article, position, link.canonical_url, *link_values(link),
                link.provider and references.providers[link.provider.domain],
                next((target for target in targets.get(link.canonical_url, ()) if target != article), None),
                "imported", False,
            ]
            for pk, (article, position, link) in zip(ids, rows, strict=True)
        ],
    )  # fmt: skip
    insert_rows(
        RelatedImage,
        ("related_link", "image", "position"),
        [
            [pk, references.images[image.url], position]
            for pk, (_, _, link) in zip(ids, rows, strict=True)
            for position, image in enumerate(link.images)
        ],
    )


def point_links_at(articles: dict[str, int]) -> None:
    """Sets these articles (canonical URL → primary key) as the targets of older links that had none."""
    links = fetch_rows(RelatedLink, ("id", "canonical_url", "article", "target"), "canonical_key", articles)
    update_rows(
        RelatedLink,
        ("target",),
        [[articles[url], pk] for pk, url, owner, target in links if target is None and owner != articles[url]],
    )


def repoint_links(articles: Collection[int]) -> None:
    """Gives links to earlier URLs of these articles the articles that have those URLs now as targets, or none."""
    outdated = RelatedLink.objects.filter(target__in=articles).exclude(canonical_url=F("target__canonical_url"))
    links = list(outdated.values_list("pk", "canonical_url", "article"))
    targets = _targets({url for _, url, _ in links})
    update_rows(
        RelatedLink,
        ("target",),
        [[next((pk for pk in targets.get(url, ()) if pk != owner), None), link] for link, url, owner in links],
    )


def _targets(urls: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for pk, url in sorted(fetch_rows(Article, ("id", "canonical_url"), "canonical_key", urls)):
        found.setdefault(url, []).append(pk)
    return found


def _oldest_with_url(items: Iterable[ImportItem]) -> dict[str, int]:
    """Returns the oldest existing article of each URL."""
    return {url: pks[0] for url, pks in _targets({_record(item).canonical_url for item in items}).items()}


def _free_slugs(items: Sequence[ImportItem]) -> list[str]:
    wanted = [slug_of(_record(item).title, identity=item.path) for item in items]
    spare = [with_suffix(slug, item.path) for slug, item in zip(wanted, items, strict=True)]
    candidates = {*wanted, *spare}
    taken = {
        slug for model in (Article, ArticleOldSlug) for (slug,) in fetch_rows(model, ("slug",), "slug", candidates)
    }
    slugs = []
    for slug, other, item in zip(wanted, spare, items, strict=True):
        if slug in taken:
            slug = other if other not in taken else with_suffix(other, f"{item.path} {item.digest.hex()}")
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _images(records: Iterable[ArticleRecord], providers: Iterable[ProviderRecord]) -> Iterable[ImageRecord]:
    # An article's own images come first: there, the title is that of the image, not of a link.
    for record in records:
        yield from record.images
    for record in records:
        for link in record.related:
            yield from link.images
    for provider in providers:
        yield from provider.images


def _record(item: ImportItem) -> ArticleRecord:
    assert isinstance(item.record, ArticleRecord)  # noqa: S101 - for mypy: topics and providers are saved elsewhere
    return item.record
