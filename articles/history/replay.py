"""The state of articles, read from the log alone: what the log does not tell is no fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from articles.models import Event, Verb


class Gap(Exception):
    """An event found another value than the log before it tells: something was written past the log."""


def rebuilt(base: Mapping[int, Mapping[str, Any]], events: Iterable[Event]) -> dict[int, dict[str, Any]]:
    """The facts of each article (as `snapshot` gives them) after the events, in their order, from a `base`.

    The base is what the first import of each document gave: creating an article is no event, its document tells all.
    Raises `Gap` where an event does not follow from those before it.
    """
    states = {pk: dict(facts) for pk, facts in base.items()}
    for event in events:
        if event.verb == Verb.DELETE:
            del states[event.article_id]
            for facts in states.values():
                if facts["duplicate_of"] == event.article_id:
                    facts["duplicate_of"] = None
            continue
        facts = states[event.article_id]
        for name in event.after.keys() & facts.keys():
            if facts[name] != event.before[name]:
                raise Gap(f"event {event.pk}: {name} was {facts[name]!r}, not {event.before[name]!r}")
            facts[name] = event.after[name]
    return states
