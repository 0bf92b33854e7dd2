"""Finds or creates the images, providers and topics that a whole batch of articles refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from articles import editions
from articles.documents.records import ImageRecord, ProviderRecord
from articles.documents.topic_names import known_topic_ids
from articles.history.images import logged_image
from articles.importing.saving.rows import fetch_rows, insert_rows, next_ids, update_rows
from articles.models import Image, Topic, TopicOldSlug
from articles.slugs import slug_of, with_suffix
from articles.texts import fold
from articles.vocabulary.imported import Completed, log_completed
from articles.vocabulary.writer import Kind
from providers.models import Provider, ProviderImage

# What documents say of the file at a URL; their titles and attributions belong to places (see OrderedImage).
IMAGE_DETAILS = ("width", "height", "is_cached")
_details = attrgetter(*IMAGE_DETAILS)


def image_ids(records: Iterable[ImageRecord], run: int | None = None) -> dict[str, int]:
    """Returns URL → primary key. An existing image gets the details that it lacks; no detail is overwritten.

    The log tells what an existing image got, and by which run.
    """
    wanted: dict[str, ImageRecord] = {}
    for record in records:
        if (first := wanted.setdefault(record.url, record)) is not record:
            full = _completed(_details(first), _details(record))
            wanted[record.url] = ImageRecord(record.url, **dict(zip(IMAGE_DETAILS, full, strict=True)))
    if not wanted:
        return {}
    ids: dict[str, int] = {}
    incomplete: list[list[Any]] = []
    completed: list[Completed] = []
    for pk, url, version, title, *details in fetch_rows(
        Image, ("id", "url", "version", "title", *IMAGE_DETAILS), "url_key", wanted
    ):
        ids[url] = pk
        if (full := _completed(details, _details(wanted[url]))) != details:
            incomplete.append([*full, version + 1, pk])
            completed.append(Completed(pk, title or url, version + 1, *_pair(IMAGE_DETAILS, details, full)))
    update_rows(Image, (*IMAGE_DETAILS, "version"), incomplete)
    if incomplete:
        log_completed(Kind.IMAGE, completed, run)
        # Visible articles may show the image.
        editions.new_on_commit()
    missing = [record for url, record in wanted.items() if url not in ids]
    new = dict(zip((record.url for record in missing), next_ids(Image, len(missing)), strict=True))
    rows = [[new[r.url], r.url, "", "", "", *_details(r)] for r in missing]
    insert_rows(Image, ("id", "url", "file", "title", "attribution", *IMAGE_DETAILS), rows)
    return ids | new


def provider_ids(
    records: Iterable[ProviderRecord], images: Mapping[str, int], run: int | None = None
) -> dict[str, int]:
    """Returns domain → primary key. A new provider gets the name and images that articles give; others keep theirs."""
    wanted: dict[str, ProviderRecord] = {}
    for record in records:
        existing = wanted.setdefault(record.domain, record)
        if record is not existing and ((record.name and not existing.name) or (record.images and not existing.images)):
            wanted[record.domain] = ProviderRecord(
                record.domain, existing.name or record.name, existing.images or record.images
            )
    ids: dict[str, int] = dict(fetch_rows(Provider, ("domain", "id"), "domain", wanted))
    missing = [record for domain, record in wanted.items() if domain not in ids]
    new = dict(zip((record.domain for record in missing), next_ids(Provider, len(missing)), strict=True))
    insert_rows(
        Provider,
        ("id", "domain", "name", "other_names", "description", "trust", "source"),
        [
            [new[r.domain], r.domain, name, [], "", Provider.Trust.NORMAL, {"name": name}]
            for r in missing
            for name in [r.name or r.domain]
        ],
    )
    ids |= new
    _insert_provider_images(wanted, ids, new, images, run)
    return ids


def unusual_trust() -> dict[int, int]:
    """Returns primary key → trust of the providers whose trust is not the normal one."""
    return dict(Provider.objects.exclude(trust=Provider.Trust.NORMAL).order_by().values_list("pk", "trust"))


def topic_ids(names: Iterable[str]) -> dict[str, int]:
    """Returns name, as documents write it → primary key. Creates missing topics."""
    wanted = dict.fromkeys(names)
    existing = known_topic_ids(wanted)
    missing = list({fold(name): name for name in wanted if name not in existing}.values())
    if missing:
        taken = {*Topic.objects.values_list("slug", flat=True), *TopicOldSlug.objects.values_list("slug", flat=True)}
        new = {fold(name): pk for name, pk in zip(missing, next_ids(Topic, len(missing)), strict=True)}
        fields = ("id", "name", "folded", "slug", "short_name", "parent", "description", "keywords", "hashtags")
        insert_rows(
            Topic,
            (*fields, "source"),
            [
                [new[fold(name)], name, fold(name), free_slug(name, taken), "", None, "", [], [], {"name": name}]
                for name in missing
            ],
        )
        existing |= {name: new[fold(name)] for name in wanted if name not in existing}
    return existing


def free_slug(name: str, taken: set[str]) -> str:
    """Returns a slug that is not taken, and adds it to `taken`."""
    slug = slug_of(name, identity=name)
    if slug in taken:
        slug = with_suffix(slug, name)
    taken.add(slug)
    return slug


def _log_pictures(wanted: Mapping[str, ProviderRecord], ids: Mapping[str, int], run: int | None) -> None:
    """Raises the versions of existing providers that got pictures, and logs that."""
    known = Provider.objects.in_bulk([ids[domain] for domain in wanted])
    update_rows(Provider, ("version",), [[provider.version + 1, pk] for pk, provider in known.items()])
    completed = []
    for domain, record in wanted.items():
        provider = known[ids[domain]]
        after = [logged_image(image.url, image.title, image.attribution) for image in record.images]
        completed.append(Completed(provider.pk, str(provider), provider.version + 1, {"images": []}, {"images": after}))
    log_completed(Kind.PROVIDER, completed, run)


def _pair(names: Sequence[str], before: Iterable[Any], after: Iterable[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the values that differ, by name, before and after."""
    differing = [(n, one, other) for n, one, other in zip(names, before, after, strict=True) if one != other]
    return {n: _plain(n, one) for n, one, _ in differing}, {n: _plain(n, other) for n, _, other in differing}


def _plain(name: str, value: Any) -> Any:
    # SQLite has numbers for true and false.
    return bool(value) if name == "is_cached" else value


def _completed(existing: Iterable[Any], other: Iterable[Any]) -> list[Any]:
    return [one or another for one, another in zip(existing, other, strict=True)]


def _insert_provider_images(
    wanted: Mapping[str, ProviderRecord],
    ids: Mapping[str, int],
    new: Mapping[str, int],
    images: Mapping[str, int],
    run: int | None,
) -> None:
    with_images = {ids[domain] for domain, record in wanted.items() if record.images}
    if not with_images:
        return
    old = with_images - set(new.values())
    have = set(ProviderImage.objects.filter(provider__in=old).values_list("provider", flat=True)) if old else set()
    insert_rows(
        ProviderImage,
        ("provider", "image", "position", "title", "attribution"),
        [
            [ids[domain], images[image.url], position, image.title, image.attribution]
            for domain, record in wanted.items()
            if ids[domain] not in have
            for position, image in enumerate(record.images)
        ],
    )
    if old - have:
        _log_pictures({domain: record for domain, record in wanted.items() if ids[domain] in old - have}, ids, run)
        editions.new_on_commit()
