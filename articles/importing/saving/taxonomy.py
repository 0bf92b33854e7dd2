"""Documents with a `taxonomy:` → providers and topics, merged with what people changed.

There are hundreds of these where there are hundred thousands of articles: they are saved one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from articles.documents.messages import Message
from articles.documents.records import OrganizationRecord, TopicRecord
from articles.documents.topic_names import known_topic_ids
from articles.importing.saving.merge import merge_fields
from articles.importing.saving.references import free_slug, image_ids, topic_ids
from articles.importing.sources.items import Item
from articles.models import Topic, TopicImage, TopicOldSlug, Verdict
from articles.slugs import slug_of
from providers.models import Provider, ProviderImage

PROVIDER_FIELDS = ("name", "other_names", "description")
TOPIC_FIELDS = ("name", "short_name", "description", "keywords", "hashtags")


def save_organization(item: Item, record: OrganizationRecord) -> None:
    """Bring the provider of this domain up to the document."""
    said = _said(record, PROVIDER_FIELDS)
    row = Provider.objects.select_for_update().filter(domain=record.domain).first()
    new = row is None
    row = row or Provider(domain=record.domain, name=record.name)
    if _settled(item, row, said, new=new):
        return
    now = _now(row, PROVIDER_FIELDS, new=new)
    merged = merge_fields(_silent(said) | row.source, now, said)
    _take(item, row, now, merged.values, merged.conflicts, new=new)
    row.source = said
    row.save()
    _set_images(row.image_links, ProviderImage, {"provider": row}, item, record)


def save_topic(item: Item, record: TopicRecord) -> None:
    """Bring the topic with this `_id`, or with this name, up to the document; its parent is made if it is not there."""
    said = _said(record, TOPIC_FIELDS) | {"id": record.slug, "parent": record.parent}
    row = _topic(record)
    new = row is None
    row = row or Topic(name=record.name)
    if _settled(item, row, said, new=new):
        return
    parents = topic_ids(name for name in [record.parent] if name)
    parents |= known_topic_ids(name for name in [row.source.get("parent", "")] if name)
    base = {name: value for name, value in row.source.items() if name != "id"}
    if "parent" in base:
        base["parent"] = parents.get(base["parent"])
    now = _now(row, TOPIC_FIELDS, new=new) | {"parent": row.parent_id}
    wished = {name: said[name] for name in (*TOPIC_FIELDS, "images")} | {"parent": parents.get(record.parent)}
    merged = merge_fields(_silent(said) | {"parent": None} | base, now, wished)
    _refuse_bad(item, row, now, merged.values)
    _move(item, row, merged.values.pop("parent"))
    _address(item, row, record)
    _take(item, row, now, merged.values, merged.conflicts, new=new)
    row.source = said
    row.save()
    _set_images(row.image_links, TopicImage, {"topic": row}, item, record)


def _topic(record: TopicRecord) -> Topic | None:
    # Locked: what an editor saves at this moment comes before it or after it.
    rows = Topic.objects.select_for_update()
    if record.slug and (row := rows.filter(source__id=record.slug).first()):
        return row
    pk = known_topic_ids([record.name]).get(record.name)
    return rows.get(pk=pk) if pk else None


def _said(record: OrganizationRecord | TopicRecord, names: Sequence[str]) -> dict[str, Any]:
    """What the document says, as JSON: kept as the row's `source`."""
    values = {name: getattr(record, name) for name in names}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()} | {
        "images": [image.url for image in record.images]
    }


def _silent(said: Mapping[str, Any]) -> dict[str, Any]:
    """What documents said before the first: nothing. What the row holds by then is a person's.

    The pictures may be those that articles gave.
    """
    return {name: [] if isinstance(value, list) else "" for name, value in said.items() if name != "images"}


def _settled(item: Item, row: Provider | Topic, said: Mapping[str, Any], *, new: bool) -> bool:
    if not new and row.source == said:
        item.verdict = Verdict.UNCHANGED
        return True
    return False


def _now(row: Provider | Topic, names: Sequence[str], *, new: bool) -> dict[str, Any]:
    images = [] if new else [link.image.url for link in row.image_links.select_related("image")]
    return {name: getattr(row, name) for name in names} | {"images": images}


def _take(
    item: Item,
    row: Provider | Topic,
    now: Mapping[str, Any],
    values: Mapping[str, Any],
    conflicts: Sequence[str],
    *,
    new: bool,
) -> None:
    for name, value in values.items():
        if name != "images":
            setattr(row, name, value)
        if value != now[name]:
            item.changes[name] = [now[name], value]
    for name in conflicts:
        item.messages.append(Message("note", "changed by the document and by a person: the person's value stays", name))
    if new:
        item.verdict, item.changes = Verdict.CREATED, {}
    elif conflicts:
        item.verdict = Verdict.CONFLICT
    else:
        item.verdict = Verdict.UPDATED if item.changes else Verdict.UNCHANGED


def _refuse_bad(item: Item, row: Topic, now: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Put back a name that another topic has, and a parent that is below the topic itself."""
    if Topic.objects.filter(name=values["name"]).exclude(pk=row.pk).exists():
        item.messages.append(Message("warning", f"another topic is named {values['name']}: dropped", "name"))
        values["name"] = now["name"]
    above = values["parent"]
    while above:
        if above == row.pk:
            item.messages.append(Message("warning", "leads back to the topic itself: dropped", "parent"))
            values["parent"] = now["parent"]
            return
        above = Topic.objects.values_list("parent", flat=True).get(pk=above)


def _move(item: Item, row: Topic, parent: int | None) -> None:
    if parent != row.parent_id:
        names = {None: ""} | dict(Topic.objects.filter(pk__in=[parent, row.parent_id]).values_list("pk", "name"))
        item.changes["parent"] = [names[row.parent_id], names[parent]]
        row.parent_id = parent


def _address(item: Item, row: Topic, record: TopicRecord) -> None:
    """Give a topic the address that its document names, once; the one that it had redirects."""
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
    links: Any, through: Any, owner: Mapping[str, Any], item: Item, record: OrganizationRecord | TopicRecord
) -> None:
    if item.verdict != Verdict.CREATED and "images" not in item.changes:
        return
    ids = image_ids(record.images)
    links.all().delete()
    through.objects.bulk_create(
        through(**owner, image_id=ids[image.url], position=position) for position, image in enumerate(record.images)
    )
