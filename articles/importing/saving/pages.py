"""Finds or creates the pages that related links lead to. What many links say of one page is one row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter

from django.db.models import F

from articles import links
from articles.documents.keys import image_front
from articles.documents.records import ImageRecord, ProviderRecord, RelatedRecord
from articles.importing.saving.references import provider_ids
from articles.importing.saving.rows import fetch_rows, insert_rows, next_ids, update_rows
from articles.models import Article, LinkedPage
from articles.models.fields import LINK_COLUMNS
from articles.models.keys import key_of
from articles.models.related import content_digest

PAGE_COLUMNS = ("canonical_url", *LINK_COLUMNS)
NEW_PAGE = ("id", "digest", *PAGE_COLUMNS, "provider", "images", "target")


page_values = attrgetter(*PAGE_COLUMNS)


def digest_of(record: RelatedRecord) -> str:
    return content_digest(
        record.url, record.amp_url, record.cdn_amp_url, record.title, record.excerpt, record.published_at, record.type,
        record.quality, record.provider and record.provider.domain, list(map(image_front, record.images)),
    )  # fmt: skip


def page_ids(records: Iterable[RelatedRecord]) -> dict[int, int]:
    """Returns the primary key of the page of each record, by `id()` of the record; creates missing pages.

    Most records of a batch are the same few objects, so each is looked at once.
    """
    by_id = {id(record): record for record in records}
    digests = {key: digest_of(record) for key, record in by_id.items()}
    wanted = {digests[key]: record for key, record in by_id.items()}
    ids: dict[str, int] = dict(fetch_rows(LinkedPage, ("digest", "id"), "digest", wanted))
    missing = {digest: record for digest, record in wanted.items() if digest not in ids}
    if missing:
        ids |= _created(missing)
    return {key: ids[digest] for key, digest in digests.items()}


def _created(missing: Mapping[str, RelatedRecord]) -> dict[str, int]:
    new = dict(zip(missing, next_ids(LinkedPage, len(missing)), strict=True))
    # Pictures of providers come from articles: those of related links are not looked up.
    providers = provider_ids((ProviderRecord(*r.provider[:2]) for r in missing.values() if r.provider), {})
    targets = articles_at({record.canonical_url for record in missing.values()})
    insert_rows(
        LinkedPage,
        NEW_PAGE,
        [
            [
                new[digest], digest, *page_values(record),
                providers[record.provider.domain] if record.provider else None,
                [image_front(image) for image in record.images], targets.get(record.canonical_url),
            ]
            for digest, record in missing.items()
        ],
    )  # fmt: skip
    return new


def page_records(pks: Collection[int]) -> dict[int, RelatedRecord]:
    """Returns what pages say, by primary key, with only the domain of their providers."""
    names = ("id", *PAGE_COLUMNS, "provider__domain", "images")
    return {
        pk: RelatedRecord(
            **dict(zip(PAGE_COLUMNS, values, strict=True)),
            provider=ProviderRecord(domain) if domain else None,
            images=tuple(map(_image, images)),
        )
        for pk, *values, domain, images in LinkedPage.objects.filter(pk__in=pks).values_list(*names)
    }


def _image(front: Mapping[str, object]) -> ImageRecord:
    known = {"isCached": "is_cached"}
    return ImageRecord(**{known.get(name, name): value for name, value in front.items()})  # type: ignore[arg-type]


def articles_at(urls: Collection[str]) -> dict[str, int]:
    """Returns the oldest article of each canonical URL."""
    rows = fetch_rows(Article, ("id", "canonical_url"), "twin_key", {key_of(links.twin_key(url)) for url in urls})
    return {url: pk for pk, url in sorted(rows, reverse=True) if url in urls}


def point_pages_at(articles: Mapping[str, int]) -> None:
    """Sets these articles (canonical URL → primary key) as the targets of pages that had none."""
    pages = fetch_rows(LinkedPage, ("id", "canonical_url", "target"), "canonical_key", articles)
    update_rows(
        LinkedPage,
        ("target",),
        [[articles[url], pk] for pk, url, target in pages if target is None and url in articles],
    )


def repoint_pages(articles: Sequence[int]) -> None:
    """Gives pages at earlier URLs of these articles the articles that have those URLs now as targets, or none."""
    outdated = LinkedPage.objects.filter(target__in=articles).exclude(canonical_url=F("target__canonical_url"))
    pages = list(outdated.values_list("pk", "canonical_url"))
    targets = articles_at({url for _, url in pages})
    update_rows(LinkedPage, ("target",), [[targets.get(url), pk] for pk, url in pages])


def delete_unused_pages() -> None:
    """Deletes the pages to which no link leads any more."""
    LinkedPage.objects.filter(links=None).delete()
