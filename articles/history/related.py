"""The related links in the log: an event holds the links that it changed, and of these only what changed.

The value of the field is a list of links in their order, each a dict with `url`, `position` and what it says. A part of
an event, before or after, is {url: None where there is no such link, else its values that differ}; of a link that came
or went, all values but those that a document leaves unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from articles.models.fields import LINK_FIELDS

UNSAID: dict[str, Any] = {f.name: f.unsaid for f in LINK_FIELDS if f.logged and f.name != "url"} | {
    "origin": "imported",
    "position": 0,
}
# As they are told. What is let go stands where its relevance puts it.
KINDS = ("added", "added hidden", "removed", "hid", "showed", "changed", "moved", "placed", "let go")
MOST_TOLD = 4  # links that are told one by one; of more, how many of each kind
MOST_NAMED = 2  # links of a kind that are named among others that are only counted
LONGEST_NAME = 100

LoggedLinks = list[dict[str, Any]]
Part = dict[str, dict[str, Any] | None]


def links_delta(before: LoggedLinks, after: LoggedLinks) -> tuple[Part, Part]:
    """Returns what differs, as the two parts of an event."""
    old, new = {link["url"]: link for link in before}, {link["url"]: link for link in after}
    gone: Part = {}
    came: Part = {}
    for url in [*old, *(url for url in new if url not in old)]:
        one, other = old.get(url), new.get(url)
        if one is None or other is None:
            gone[url], came[url] = one and _short(one), other and _short(other)
        elif names := [name for name in UNSAID if one[name] != other[name]]:
            gone[url] = {name: one[name] for name in names}
            came[url] = {name: other[name] for name in names}
    return gone, came


def with_part(links: LoggedLinks, part: Mapping[str, Any]) -> LoggedLinks:
    """Returns the list with the values of one part of an event: what came before the event, or after it."""
    by_url = {link["url"]: link for link in links}
    for url, values in part.items():
        if values is None:
            by_url.pop(url, None)
        else:
            by_url[url] = by_url.get(url, UNSAID | {"url": url}) | values
    return sorted(by_url.values(), key=lambda link: link["position"])


def told(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Returns in words what an event did to the links: one by one if they are few, else `hid 174`, `added “Title”`."""
    names: dict[str, list[str]] = {}
    for kind, name, _ in sorted(_changes(before, after), key=_order):
        names.setdefault(kind, []).append(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME].rstrip()}…")
    are_few = sum(map(len, names.values())) <= MOST_TOLD
    lines = []
    for kind, some in names.items():
        is_named = are_few or len(some) <= MOST_NAMED
        lines += [f"{kind} “{name}”" for name in some] if is_named else [f"{kind} {len(some)}"]
    return lines


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[tuple[str, str, int]]:
    """Yields what was done, the link, and its place where that is known."""
    for url in after:
        old, new = before.get(url), after[url]
        values = new or old or {}
        name = values.get("title") or (old or {}).get("title") or url
        yield _kind(old, new), name, values.get("position", 0)


def _kind(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str:
    if new is None:
        return "removed"
    if old is None:
        return "added hidden" if new.get("hidden") else "added"
    if "hidden" in new:
        return "hid" if new["hidden"] else "showed"
    if not set(new) <= {"position", "placed"}:
        return "changed"
    if "placed" in new and not new["placed"]:
        return "let go"
    return "moved" if "position" in new else "placed"


def _order(change: tuple[str, str, int]) -> tuple[int, int, str]:
    # PostgreSQL keeps no order of keys.
    kind, name, position = change
    return KINDS.index(kind), position, name


def _short(link: Mapping[str, Any]) -> dict[str, Any]:
    return {name: link[name] for name, unsaid in UNSAID.items() if link[name] not in (unsaid, "")}
