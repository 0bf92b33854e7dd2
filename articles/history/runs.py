"""What a run changed, read from the log: the report of a run holds no copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from articles.history.labels import readable
from articles.models import Event, ImportFile
from articles.models.fields import LOGGED

Changes = dict[str, list[Any]]  # field: [before, after]

# The verdict and the messages of the file say it.
LEFT_OUT = frozenset({"conflicts"})


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
    return {file.pk: file.changes | _in_order(logged.get((file.run_id, file.article_id), {})) for file in files}


def _in_order(changes: Changes) -> Changes:
    """Returns the changes in the order of the fields: PostgreSQL keeps none of keys."""
    return {name: changes[name] for name in LOGGED if name in changes}
