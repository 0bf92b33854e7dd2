"""Replays the log of an article: what each event found must be what the events before it left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from articles.history.related import with_part
from articles.history.snapshot import SnapshotRows, logged_value
from articles.models import Event, Verb
from articles.models.fields import FIELD_BY_NAME, LOGGED, Kind

# Their values in the log name other rows, which may be renamed or deleted later.
REFERENCE_KINDS = {Kind.TOPICS, Kind.IMAGES, Kind.PROVIDER, Kind.PERSON, Kind.ARTICLE}


@dataclass(frozen=True)
class Gap:
    """A value that was written past the log; `event` is the one that found it, or None where the article has it now."""

    name: str  # of the field, or `version`
    logged: Any
    found: Any
    event: int | None = None

    def __str__(self) -> str:
        where = f"event {self.event} found" if self.event else "it is"
        return f"{self.name}: the log says {self.logged!r}, {where} {self.found!r}"


def replay(events: Iterable[Event], base: Mapping[str, Any]) -> tuple[dict[str, Any], list[Gap]]:
    """Returns the fields of one article as its events, in their order, leave them; and where one does not follow.

    `base` holds values, as JSON, from before the first event: creating an article is no event. The `version` of the
    state is that of the last event; a deleted article has no state.
    """
    state, gaps = dict(base), []
    for event in events:
        if event.version != (expected := state.get("version", 1) + 1):
            gaps.append(Gap("version", expected, event.version, event.pk))
        gaps += [
            Gap(name, state[name], found, event.pk)
            for name, found in event.before.items()
            if name in state and not is_same(name, state[name], found)
        ]
        after = {name: value for name, value in event.after.items() if name in LOGGED}
        if "related" in after:
            after["related"] = _links_after(state.get("related", {}), after["related"])
        state = {} if event.verb == Verb.DELETE else state | after | {"version": event.version}
    return state, gaps


def _links_after(state: Any, part: Mapping[str, Any]) -> Any:
    """Returns the links after an event: a list, or what is known of them where no event says what was there before."""
    if isinstance(state, list):
        return with_part(state, part)
    known = {url: values and {**(state.get(url) or {}), **values} for url, values in part.items()}
    return state | known


def is_same(name: str, one: Any, other: Any) -> bool:
    """Returns whether two values of the log name the same; what is renamed or deleted by now counts as the same."""
    if one == other:
        return True
    if name == "related":
        return _links_agree(one, other)
    kind = FIELD_BY_NAME[name].kind if name in FIELD_BY_NAME else None
    if kind not in REFERENCE_KINDS:
        return False
    rows = SnapshotRows([{name: value} for value in (one, other) if value])
    try:
        return bool(logged_value(rows.value(name, one)) == logged_value(rows.value(name, other)))
    except LookupError:
        # Who was a duplicate of a deleted article is one of none.
        return kind is not Kind.ARTICLE or not (one and other)


def _links_agree(one: Any, other: Any) -> bool:
    """Returns whether two values agree, of which one or both may be what is known of some links."""
    if isinstance(one, list) and isinstance(other, list):
        return False
    if isinstance(one, list) or isinstance(other, list):
        whole, part = (one, other) if isinstance(one, list) else (other, one)
        return bool(with_part(whole, part) == whole)
    return all(_values_agree(one[url], other[url]) for url in one if url in other)


def _values_agree(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(one[name] == other[name] for name in one if name in other)
