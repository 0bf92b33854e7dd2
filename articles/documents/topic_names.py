"""Finds the topics that the names in documents mean: editors may have renamed topics."""

from __future__ import annotations

from collections.abc import Iterable

from articles.models import Topic
from articles.texts import fold


def known_topic_ids(names: Iterable[str]) -> dict[str, int]:
    """Returns name → primary key of existing topics, found by name, by the name in documents, or by short name."""
    wanted = dict.fromkeys(names)
    if not wanted:
        return {}
    known: dict[str, int] = {}
    aliases: dict[str, int] = {}
    for pk, name, short_name, source in Topic.objects.values_list("pk", "name", "short_name", "source"):
        known[fold(name)] = pk
        for alias in (source.get("name"), short_name):
            if alias:
                aliases.setdefault(fold(alias), pk)
    found = aliases | known
    return {name: found[fold(name)] for name in wanted if fold(name) in found}
