"""What a run changed, read from the log: the report of a run holds no copy of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from articles.history.labels import full_text, readable
from articles.models import Event, ImportFile
from articles.models.fields import LIST_FIELDS, LOGGED

Changes = dict[str, list[Any]]  # field: [before, after]

# The verdict and the messages of the file say it.
LEFT_OUT = frozenset({"conflicts"})
NAMED_LISTS = LIST_FIELDS - {"related"}
_PLACES = {name: place for place, name in enumerate(LOGGED)}


def changes_of(files: Sequence[ImportFile]) -> dict[int, Changes]:
    """Returns what its run changed in the article of each file, by the key of the file; one query.

    Values are as people read them: of the related links, what was done to which.
    """
    runs, articles = {file.run_id for file in files}, {file.article_id for file in files} - {None}
    logged: dict[tuple[int | None, int | None], Changes] = {}
    for event in Event.objects.filter(run__in=runs, article__in=articles).order_by("pk"):
        changes = logged.setdefault((event.run_id, event.article_id), {})
        for name in event.after.keys() - LEFT_OUT:
            before, after = readable(name, event.before.get(name), event.after[name])
            # Where a run wrote an article twice, the first event says what was there before.
            changes[name] = [changes[name][0] if name in changes else before, after]
    return {
        file.pk: told_as_differences(file.changes | logged.get((file.run_id, file.article_id), {})) for file in files
    }


def told_as_differences(changes: Mapping[str, list[Any]]) -> Changes:
    """Returns the changes with lists of names (topics, images) as what came and what went, instead of both lists.

    They are in the order of the fields: PostgreSQL keeps none of keys.
    """
    return {
        name: [[], _came_and_went(*changes[name])] if name in NAMED_LISTS else list(changes[name])
        for name in sorted(changes, key=lambda name: _PLACES.get(name, -1))
    }


def _came_and_went(before: list[Any] | None, after: list[Any] | None) -> list[str]:
    old, new = ([full_text(item) for item in value or []] for value in (before, after))
    told = [f"added “{name}”" for name in new if name not in old]
    told += [f"removed “{name}”" for name in old if name not in new]
    return told or ["in another order"]
