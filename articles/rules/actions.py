"""What a rule does with what it matches: one action, as JSON and as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from articles.rules.conditions import MOST_NUMBER, BadRule
from articles.texts import problem_with

MOST_TOPICS = 50


@dataclass(frozen=True)
class Action:
    """Base of the actions. `do` names one in JSON, `label` in a menu; `decides` says that it is a decision."""

    do: ClassVar[str] = ""
    label: ClassVar[str] = ""
    decides: ClassVar[bool] = False

    def as_json(self) -> dict[str, Any]:
        said = {name: value for name, value in asdict(self).items() if value not in ("", None, (), False)}
        return {"do": self.do} | {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}

    def check(self) -> None:
        """Raises BadRule where something is missing, or not possible."""


@dataclass(frozen=True)
class Publish(Action):
    do, label, decides = "publish", "Publish", True


@dataclass(frozen=True)
class Reject(Action):
    do, label, decides = "reject", "Reject", True

    reason: str = ""  # slug
    note: str = ""

    def check(self) -> None:
        if not self.reason:
            raise BadRule("reason", "choose a reason: colleagues will ask.")
        if problem := problem_with(self.note):
            raise BadRule("note", f"it {problem}.")
        if len(self.note) > 2_000:
            raise BadRule("note", "it is longer than 2,000 characters.")


@dataclass(frozen=True)
class Flag(Action):
    do, label = "flag", "Flag for another look"

    text: str = ""

    def check(self) -> None:
        if not self.text.strip() or len(self.text) > 500:
            raise BadRule("text", "say in 1 to 500 characters why a person is to look.")
        if problem := problem_with(self.text):
            raise BadRule("text", f"it {problem}.")


@dataclass(frozen=True)
class Score(Action):
    do, label = "score", "Set quality or heat"

    quality: int | None = None
    heat: int | None = None

    def check(self) -> None:
        if self.quality is None and self.heat is None:
            raise BadRule("quality", "say what quality, heat, or both become.")
        for name, value, least in (("quality", self.quality, 0), ("heat", self.heat, -1)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
                raise BadRule(name, f"{value!r} is no whole number.")
            if value is not None and not least <= value <= MOST_NUMBER:
                raise BadRule(name, f"it is {least} or more.")


@dataclass(frozen=True)
class AddTopics(Action):
    do, label = "topics", "Add topics"

    topics: tuple[str, ...] = ()  # slugs
    by_keywords: bool = False  # those whose keywords stand in the title

    def check(self) -> None:
        if not self.topics and self.by_keywords is not True:
            raise BadRule("add_topics", "choose topics, or those that the title names.")
        if len(self.topics) > MOST_TOPICS:
            raise BadRule("add_topics", f"these are more than {MOST_TOPICS}.")


@dataclass(frozen=True)
class Assign(Action):
    do, label = "assign", "Assign to a colleague"

    to: str = ""  # username

    def check(self) -> None:
        if not self.to:
            raise BadRule("to", "choose a colleague.")


ACTIONS: dict[str, type[Action]] = {each.do: each for each in (Publish, Reject, Flag, Score, AddTopics, Assign)}


def action_from_json(stored: Any) -> Action:
    """Returns the action. Raises BadRule where it cannot be read."""
    if not isinstance(stored, Mapping) or stored.get("do") not in ACTIONS:
        raise BadRule("do", f"choose one of {', '.join(ACTIONS)}.")
    kind = ACTIONS[stored["do"]]
    given = {name: value for name, value in stored.items() if name != "do"}
    if unknown := sorted({*given} - {f.name for f in fields(kind)}):
        raise BadRule(unknown[0], f"“{kind.do}” has no such part.")
    for name, value in given.items():
        if name in ("reason", "note", "text", "to") and not isinstance(value, str):
            raise BadRule(name, "it is no text.")
        if name == "topics" and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise BadRule("add_topics", "they are no list of names.")
    action = kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})
    action.check()
    return action
