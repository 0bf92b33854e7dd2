"""What a run changed, read from the log: the report of a run holds no copy of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from articles.history.images import LoggedImage, image_in_words, url_in
from articles.history.labels import readable
from articles.models import Event, ImportFile, Topic
from articles.models.fields import LIST_FIELDS, LOGGED

Changes = dict[str, list[Any]]  # field: [before, after]

# The verdict and the messages of the file say it, or the rule that decided.
LEFT_OUT = frozenset({"conflicts", "reviewed_at", "second_look"})
NAMED_LISTS = LIST_FIELDS - {"related"}
_PLACES = {name: place for place, name in enumerate(LOGGED)}


def changes_of(files: Sequence[ImportFile]) -> dict[int, Changes]:
    """Returns what its run changed in the article of each file, by the key of the file; two queries.

    Values are as people read them: of the related links, what was done to which.
    """
    runs, articles = {file.run_id for file in files}, {file.article_id for file in files} - {None}
    logged: dict[tuple[int | None, int | None], Changes] = {}
    for event in Event.objects.filter(run__in=runs, article__in=articles).select_related("rule").order_by("pk"):
        changes = logged.setdefault((event.run_id, event.article_id), {})
        for name in event.after.keys() - LEFT_OUT:
            before, after = event.before.get(name), event.after[name]
            if name == "ruled_by" and event.rule:
                after = event.rule.name
            elif name not in NAMED_LISTS:
                before, after = readable(name, before, after)
            # Where a run wrote an article twice, the first event says what was there before.
            changes[name] = [changes[name][0] if name in changes else before, after]
    return told_as_differences(
        {file.pk: file.changes | logged.get((file.run_id, file.article_id), {}) for file in files}
    )


def told_as_differences[Key](changes: Mapping[Key, Changes]) -> dict[Key, Changes]:
    """Returns the changes of each file with topics and images as what came and what went, instead of both lists.

    One query, if topics differ: people know them by their names. A topic that a preview would make has none yet. The
    changes are in the order of the fields: PostgreSQL keeps none of keys.
    """
    slugs = {slug for of_file in changes.values() for slugs in of_file.get("topics", []) for slug in slugs or []}
    names = dict(Topic.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    return {key: _told(of_file, names) for key, of_file in changes.items()}


def _told(changes: Changes, topics: Mapping[str, str]) -> Changes:
    told = {}
    for name in sorted(changes, key=lambda name: _PLACES.get(name, -1)):
        before, after = changes[name]
        names = topics if name == "topics" else {}
        told[name] = [[], _came_and_went(before, after, names)] if name in NAMED_LISTS else [before, after]
    return told


def _came_and_went(before: list[Any] | None, after: list[Any] | None, names: Mapping[str, str]) -> list[str]:
    # A name is as an image without texts.
    old, new = ({url_in(item): item for item in value or []} for value in (before, after))
    told = [f"added “{_named(item, names)}”" for key, item in new.items() if key not in old]
    told += [f"removed “{_named(item, names)}”" for key, item in old.items() if key not in new]
    told += [f"changed “{_named(item, names)}”" for key, item in new.items() if old.get(key, item) != item]
    return told or ["in another order"]


def _named(item: LoggedImage, names: Mapping[str, str]) -> str:
    return names[item] if isinstance(item, str) and item in names else image_in_words(item)
