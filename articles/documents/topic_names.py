"""Which topics the names in documents mean: topics have names of their own, that editors may change."""

from __future__ import annotations

from collections.abc import Iterable

from articles.models import Topic


def known_topic_ids(names: Iterable[str]) -> dict[str, int]:
    """Name → primary key of the topics that are there: by name, by the name that documents gave, by short name."""
    wanted = dict.fromkeys(names)
    if not wanted:
        return {}
    known: dict[str, int] = {}
    aliases: dict[str, int] = {}
    for pk, name, short_name, source in Topic.objects.values_list("pk", "name", "short_name", "source"):
        known[name.casefold()] = pk
        for alias in (source.get("name"), short_name):
            if alias:
                aliases.setdefault(alias.casefold(), pk)
    found = aliases | known
    return {name: found[name.casefold()] for name in wanted if name.casefold() in found}
