"""Creates the articles of new documents, a batch at a time, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from articles import links
from articles.documents.messages import Message
from articles.documents.records import ArticleRecord, ImageRecord, ProviderRecord
from articles.importing.saving.links import insert_related
from articles.importing.saving.matching import SoFar, record_in
from articles.importing.saving.pages import point_pages_at
from articles.importing.saving.publication import WAITS, publishes
from articles.importing.saving.references import image_ids, provider_ids, topic_ids, unusual_trust
from articles.importing.saving.rows import fetch_rows, insert_rows, next_ids
from articles.importing.saving.ruling import RULED_COLUMNS, arrival_of, rule_and_tell, ruled_values, write_rulings
from articles.importing.sources.items import ImportItem
from articles.models import Article, ArticleImage, ArticleOldSlug, ArticleTopic, QueueOrder, Verdict
from articles.models.fields import MERGED_COLUMNS
from articles.models.keys import key_of
from articles.models.ranking import rank
from articles.priority import priority
from articles.slugs import slug_of, with_suffix

NEW_ARTICLE = (
    "id", "path", "slug", *MERGED_COLUMNS, "canonical_url", "twin_key", "provider", "rank", "priority", "published",
    "document_publishes",
    "first_published_at", "duplicate_of", "extra", "secured", "source", "source_digest", "conflicts", "version", "run",
    "related_closed", "created_at", "changed_at", "changed_for_readers_at", *RULED_COLUMNS,
)  # fmt: skip
merged_values = attrgetter(*MERGED_COLUMNS)

LOST = 0  # the primary key of an article that a dry run has rolled back


@dataclass(frozen=True, slots=True)
class References:
    """Primary keys of the images, providers and topics that articles refer to, by URL, domain and name."""

    images: dict[str, int]
    providers: dict[str, int]
    topics: dict[str, int]
    trust: dict[int, int]  # by primary key of the provider, where it is not the normal one
    order: QueueOrder


def references_for(records: Sequence[ArticleRecord], run: int | None) -> References:
    """Finds or creates the images, providers and topics that the records name."""
    providers = [r.provider for r in records]
    images = image_ids(_images(records, providers), run)
    return References(
        images=images,
        providers=provider_ids(providers, images, run),
        topics=topic_ids(name for record in records for name in record.topics),
        trust=unusual_trust(),
        order=QueueOrder.in_force(),
    )


def create_articles(
    items: Sequence[ImportItem], references: References, run: int | None, so_far: SoFar, now: datetime
) -> None:
    """Creates the articles of new documents with their topics, images and related links."""
    ids = next_ids(Article, len(items))
    slugs = _free_slugs(items)
    twins = [key_of(links.twin_key(record_in(item).canonical_url)) for item in items]
    originals = dict.fromkeys(so_far.twins, LOST) | _oldest_twins(twins)
    rules = so_far.rules_in_force().knowing(references.topics.values())
    rows, topics, images, rulings = [], [], [], []
    for pk, slug, twin, item in zip(ids, slugs, twins, items, strict=True):
        if record_in(item).published_at is None:
            item.record = record_in(item)._replace(published_at=now)
        record = record_in(item)
        published = publishes(record)
        item.article, item.version = pk, 1
        provider = references.providers[record.provider.domain]
        trust = references.trust.get(provider, 0)
        original = originals.setdefault(twin, pk)
        item.verdict = Verdict.CREATED if original == pk else Verdict.DUPLICATE
        if original != pk:
            other = f"article {original}" if original != LOST else "another document of this run"
            item.messages.append(Message("note", f"has the link of {other}: marked as a possible duplicate"))
        # Two names in a document may mean one topic.
        article_topics: Iterable[int] = dict.fromkeys(references.topics[name] for name in record.topics)
        first_public, ruled = now if published else None, None
        if rules.rules:
            arrival = arrival_of(
                item, rules, trust=trust, topics=list(article_topics), duplicate=original != pk, published=published,
                now=now,
            )  # fmt: skip
            ruled = rule_and_tell(item, arrival, rules, now)
            record = record._replace(quality=ruled.quality, heat=ruled.heat)
            published, first_public, article_topics = ruled.published, ruled.first_published_at, ruled.topics
            rulings.append((item, ruled))
        if record.says_published and not published and not (ruled and ruled.ruled_by):
            item.messages.append(Message("note", WAITS, "published"))
        rows.append(
            [
                pk, item.path, slug, *merged_values(record), record.canonical_url, twin,
                provider, rank(record.heat, record.published_at or now),
                priority(references.order, heat=record.heat, quality=record.quality, trust=trust,
                         published_at=record.published_at or now, arrived=now),
                published, record.own_flag, first_public, original if original not in (pk, LOST) else None,
                record.extra, record.secured, item.source, item.digest, [], item.version, run, False, now, now, now,
                *ruled_values(ruled),
            ]
        )  # fmt: skip
        topics += [[pk, topic, position] for position, topic in enumerate(article_topics)]
        images += [
            [pk, references.images[image.url], position, image.title, image.attribution]
            for position, image in enumerate(record.images)
        ]
    if so_far.is_lost:
        so_far.twins |= originals.keys()
    # Topics before articles, and articles by date: triggers then write each row of the search index once, in order.
    insert_rows(ArticleTopic, ("article", "topic", "position"), topics)
    by_date = NEW_ARTICLE.index("published_at")
    insert_rows(Article, NEW_ARTICLE, sorted(rows, key=lambda row: row[by_date]))
    insert_rows(ArticleImage, ("article", "image", "position", "title", "attribution"), images)
    insert_related(list(zip(ids, items, strict=True)))
    point_pages_at({record_in(item).canonical_url: pk for pk, item in zip(ids, items, strict=True)})
    write_rulings(rulings, run, now)


def _oldest_twins(keys: Iterable[int]) -> dict[int, int]:
    """Returns by `twin_key` the oldest existing article with such a link."""
    rows = fetch_rows(Article, ("id", "twin_key"), "twin_key", set(keys))
    return {key: pk for pk, key in sorted(rows, reverse=True)}


def _free_slugs(items: Sequence[ImportItem]) -> list[str]:
    wanted = [slug_of(record_in(item).title, identity=item.path) for item in items]
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
    for record in records:
        yield from record.images
    for provider in providers:
        yield from provider.images
