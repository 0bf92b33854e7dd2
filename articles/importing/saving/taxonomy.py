"""Saves documents with a `taxonomy:` as providers and topics, merged with what people changed.

They are saved one by one: there are hundreds of them beside hundred thousands of articles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from articles.documents.messages import Message
from articles.documents.records import OrganizationRecord, TopicRecord
from articles.documents.topic_names import known_topic_ids
from articles.history.images import logged_image
from articles.history.snapshot import logged_value
from articles.importing.saving.merge import merge_fields
from articles.importing.saving.references import free_slug, image_ids, topic_ids
from articles.importing.sources.items import ImportItem
from articles.models import ImportRun, Topic, TopicImage, TopicOldSlug, Verdict
from articles.slugs import slug_of
from articles.texts import fold
from articles.vocabulary.imported import log_document
from articles.vocabulary.writer import logged
from providers.models import RENAMED, Provider, ProviderImage

PROVIDER_FIELDS = ("name", "other_names", "description")
# The keys of documents, by name.
KEYS = {
    **{name: name for name in ("name", "description", "keywords", "hashtags", "images", "parent", "services")},
    **{"other_names": "otherNames", "short_name": "shortname", "id": "_id"},
}
TOPIC_FIELDS = ("name", "short_name", "description", "keywords", "hashtags")


def save_organization(item: ImportItem, record: OrganizationRecord, run: ImportRun) -> None:
    """Creates or updates the provider of this domain."""
    source_values = _source_values(record, PROVIDER_FIELDS)
    row = _provider(record)
    new = row is None
    row = row or Provider(domain=record.domain, name=record.name)
    source_values |= _unread(record, row.source)
    if _is_unchanged(item, row, source_values, new=new):
        return
    before = None if new else logged(row)
    current = _current_values(row, PROVIDER_FIELDS, new=new)
    merged = merge_fields(_empty_base(source_values) | row.source, current, source_values)
    _apply(item, row, current, merged.values, merged.conflicts, new=new)
    row.source = source_values
    row.save()
    _set_images(row.image_links, ProviderImage, {"provider": row}, item, record)
    log_document(row, before, run)


def save_topic(item: ImportItem, record: TopicRecord, run: ImportRun) -> None:
    """Creates or updates the topic with this `_id` or this name. Creates a missing parent."""
    source_values = _source_values(record, TOPIC_FIELDS) | {
        "id": record.slug,
        "parent": record.parent,
        # PostgreSQL keeps no order of keys.
        "services": [list(service) for service in record.services.items()],
    }
    row = _topic(record)
    new = row is None
    row = row or Topic(name=record.name)
    source_values |= _unread(record, row.source)
    if _is_unchanged(item, row, source_values, new=new):
        return
    before = None if new else logged(row)
    parents = topic_ids(name for name in [source_values["parent"]] if name)
    parents |= known_topic_ids(name for name in [row.source.get("parent", "")] if name)
    base = {name: value for name, value in row.source.items() if name != "id"}
    if "parent" in base:
        base["parent"] = parents.get(base["parent"])
    current = _current_values(row, TOPIC_FIELDS, new=new) | {"parent": row.parent_id}
    source = {name: source_values[name] for name in (*TOPIC_FIELDS, "images")}
    source["parent"] = parents.get(source_values["parent"])
    merged = merge_fields(_empty_base(source_values) | {"parent": None} | base, current, source)
    _drop_impossible(item, row, current, merged.values)
    _set_parent(item, row, merged.values.pop("parent"))
    _set_slug(item, row, record)
    _apply(item, row, current, merged.values, merged.conflicts, new=new)
    row.source = source_values
    row.save()
    _set_images(row.image_links, TopicImage, {"topic": row}, item, record)
    log_document(row, before, run)


def _provider(record: OrganizationRecord) -> Provider | None:
    """Returns the row of this domain, or the provider that was renamed from it. Of a merged one its own row."""
    rows = Provider.objects.select_for_update()
    found = rows.filter(domain=record.domain).first()
    return rows.get(pk=found.source[RENAMED]) if found and RENAMED in found.source else found


def _topic(record: TopicRecord) -> Topic | None:
    # Locked, so that what an editor saves at this moment comes before it or after it.
    rows = Topic.objects.select_for_update()
    if record.slug and (row := rows.filter(source__id=record.slug).first()):
        return row
    pk = known_topic_ids([record.name]).get(record.name)
    return rows.get(pk=pk) if pk else None


def _source_values(record: OrganizationRecord | TopicRecord, names: Sequence[str]) -> dict[str, Any]:
    """Returns what the document says, as JSON for the `source` of the row."""
    values = {name: getattr(record, name) for name in names}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()} | {
        "images": [logged_image(image.url, image.title, image.attribution) for image in record.images]
    }


def _unread(record: OrganizationRecord | TopicRecord, last: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what the last document said where this one says nothing, since its value cannot be read."""
    return {name: last[name] for name, key in KEYS.items() if key in record.unread and name in last}


def _empty_base(source_values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the values of an empty document: all that a new row holds counts as set by a person.

    All but its images, which may come from articles.
    """
    return {name: [] if isinstance(value, list) else "" for name, value in source_values.items() if name != "images"}


def _is_unchanged(item: ImportItem, row: Provider | Topic, source_values: Mapping[str, Any], *, new: bool) -> bool:
    if not new and row.source == source_values:
        item.verdict = Verdict.UNCHANGED
        return True
    return False


def _current_values(row: Provider | Topic, names: Sequence[str], *, new: bool) -> dict[str, Any]:
    images = [] if new else [logged_value(place) for place in row.image_links.select_related("image")]
    return {name: getattr(row, name) for name in names} | {"images": images}


def _apply(
    item: ImportItem,
    row: Provider | Topic,
    current: Mapping[str, Any],
    values: Mapping[str, Any],
    conflicts: Sequence[str],
    *,
    new: bool,
) -> None:
    for name, value in values.items():
        if name != "images":
            setattr(row, name, value)
        if value != current[name]:
            item.changes[name] = [current[name], value]
    for name in conflicts:
        item.messages.append(Message("note", "changed by the document and by a person: the person's value stays", name))
    if new or (row.source.keys() == {"name"} and not conflicts):
        # An article that named it made its row, maybe in this run.
        item.verdict, item.changes = Verdict.CREATED, {}
    elif conflicts:
        item.verdict = Verdict.CONFLICT
    else:
        item.verdict = Verdict.UPDATED if item.changes else Verdict.UNCHANGED


def _drop_impossible(item: ImportItem, row: Topic, current: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Drops a name that another topic has, and a parent that is below the topic itself."""
    if Topic.objects.filter(folded=fold(values["name"])).exclude(pk=row.pk).exists():
        item.messages.append(Message("warning", f"another topic is named {values['name']}: dropped", "name"))
        values["name"] = current["name"]
    above = values["parent"]
    while above:
        if above == row.pk:
            item.messages.append(Message("warning", "leads back to the topic itself: dropped", "parent"))
            values["parent"] = current["parent"]
            return
        above = Topic.objects.values_list("parent", flat=True).get(pk=above)


def _set_parent(item: ImportItem, row: Topic, parent: int | None) -> None:
    if parent != row.parent_id:
        names = {None: ""} | dict(Topic.objects.filter(pk__in=[parent, row.parent_id]).values_list("pk", "name"))
        item.changes["parent"] = [names[row.parent_id], names[parent]]
        row.parent_id = parent


def _set_slug(item: ImportItem, row: Topic, record: TopicRecord) -> None:
    """Sets the slug that the document names, once; the earlier slug redirects."""
    if "id" in row.source:
        return
    others = Topic.objects.exclude(pk=row.pk).values_list("slug", flat=True)
    taken = {*others, *TopicOldSlug.objects.exclude(topic=row.pk).values_list("slug", flat=True)}
    wanted = record.slug or record.name
    good = slug_of(wanted, identity=wanted) == wanted and wanted not in taken
    slug = wanted if good else row.slug or free_slug(record.name, taken)
    if row.pk and slug != row.slug:
        item.changes["slug"] = [row.slug, slug]
        TopicOldSlug.objects.get_or_create(slug=row.slug, defaults={"topic": row})
    row.slug = slug


def _set_images(
    links: Any, through: Any, owner: Mapping[str, Any], item: ImportItem, record: OrganizationRecord | TopicRecord
) -> None:
    if item.verdict != Verdict.CREATED and "images" not in item.changes:
        return
    ids = image_ids(record.images)
    links.all().delete()
    through.objects.bulk_create(
        through(
            **owner,
            image_id=ids[image.url],
            position=position,
            title=image.title,
            attribution=image.attribution,
        )
        for position, image in enumerate(record.images)
    )
