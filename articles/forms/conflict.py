"""A form filled in on an earlier version of the article: what the person saw, what is current, what they typed.

The desk saves what does not clash; the admin shows every such form again. Both compare here, field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from articles.forms.values import value_in_words
from articles.history.labels import label
from articles.history.since import ChangesSince
from articles.models import Event, KeptEvent
from articles.moderation.refusals import VersionMissing

NOT_KNOWN = "not known"


class SentForm(Protocol):
    """A form as the person sent it. It compares its fields with values of the log."""

    def differs(self, name: str, value: Any) -> bool:
        """Whether what was typed differs from this value of the log."""

    def typed(self, name: str) -> str:
        """Returns what was typed, in words."""


@dataclass(frozen=True)
class Clash:
    """A field that both the person and somebody else changed, in words; `event` is the newest change by others."""

    name: str
    label: str
    seen_value: str
    current_value: str
    typed: str
    event: Event | KeptEvent | None


@dataclass(frozen=True)
class Comparison:
    """The fields of a form, sorted by who changed them since the version that the person saw."""

    # What the person changed; of that, what differs from the current value; of that, what others changed too.
    mine: list[str] = field(default_factory=list)
    unsaved: list[str] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    # What others changed and the person did not.
    theirs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Conflict:
    """Why a form was not saved, for the page that shows it again."""

    clashes: list[Clash]
    since: list[Event] | list[KeptEvent] = field(default_factory=list)
    message: str = ""
    status: int = 409
    # The labels of the fields in which the form now holds what others wrote.
    taken: list[str] = field(default_factory=list)
    # The form of the page that was sent, where the page has several.
    section: str = ""


def compare(changes: ChangesSince, form: SentForm, names: Iterable[str]) -> Comparison:
    """Compares these fields of the form. A field that the log does not know may have been changed by others."""
    found = Comparison()
    for name in names:
        if not form.differs(name, changes.seen_value(name)):
            if changes.last_change(name):
                found.theirs.append(name)
            continue
        found.mine.append(name)
        if not form.differs(name, changes.current_value(name)):
            continue
        found.unsaved.append(name)
        if changes.may_have_changed(name):
            found.clashes.append(clash_of(changes, name, form.typed(name)))
    return found


def clash_of(changes: ChangesSince, name: str, typed: str = "") -> Clash:
    return Clash(
        name,
        label(name),
        value_in_words(name, changes.seen_value(name)) if changes.is_known else NOT_KNOWN,
        value_in_words(name, changes.current_value(name)),
        typed,
        changes.last_change(name),
    )


def conflict_of(changes: ChangesSince, clashes: list[Clash], version: int | None, **options: Any) -> Conflict:
    """Returns the conflict of a form that was filled in on this version; the form may name none."""
    if version is None:
        missing = VersionMissing()
        options |= {"message": str(missing), "status": missing.status}
    return Conflict(clashes, changes.events, **options)


def chosen_theirs(data: Mapping[str, Any]) -> set[str]:
    """Returns the fields for which the person chose the current value on the page of the conflict."""
    return {key.removeprefix("use-") for key, value in data.items() if key.startswith("use-") and value == "theirs"}


def version_in(data: Mapping[str, Any]) -> int | None:
    """Returns the version of the article that the person saw; None where the form names none."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
