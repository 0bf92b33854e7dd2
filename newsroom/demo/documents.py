"""The texts of the demo newspaper as documents: front matter like that of the files in seeds/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from newsroom.demo.clock import span

TEXTS = Path(__file__).parent / "newspaper"
# How long ago documents came in, the oldest import first.
IMPORTS = ("8d", "7d", "6d", "5d", "4d", "3d", "2d", "34h", "1d", "19h", "14h", "9h", "6h", "4h", "150m", "80m", "9m")
SECTIONS = ("faces", "robots", "language", "weather", "health", "chips")


@dataclass(frozen=True)
class Story:
    """A text with what becomes of it: when its document comes, how that changes later, and who decides what."""

    id: str
    text: dict[str, Any]

    @property
    def path(self) -> str:
        return f"news/{self.id}.txt"

    @property
    def age(self) -> timedelta:
        return span(self.text["ago"])

    @property
    def arrival(self) -> timedelta:
        """How long ago its document was first imported."""
        return max(span(ago) for ago in IMPORTS if span(ago) < self.age)

    @property
    def picture(self) -> str:
        """The address of its picture; '' without one."""
        return f"{site(self.text['provider'])}/pictures/{self.id}.jpg" if "picture" in self.text else ""

    def as_of(self, age: timedelta) -> dict[str, Any]:
        """Returns the text as its document has it when it is still so long until now."""
        text = dict(self.text)
        for change in text.get("later", ()):
            if age <= span(change["ago"]):
                text |= {name: value for name, value in change.items() if name != "ago"}
        if "broken" in text and age > span(text["broken"]):
            text["title"] = ""
        return text


def stories() -> list[Story]:
    return [Story(text["id"], text) for section in SECTIONS for text in _read(section)]


def write(folder: Path, start: datetime, age: timedelta) -> None:
    """Writes the documents as the collecting machine has them `age` before `start`; what has not changed stays."""
    everything = {story.id: story for story in stories()}
    files = {story.path: _article(story, everything, start, age) for story in everything.values() if story.age > age}
    for topic in _read("topics"):
        files[f"topics/{topic['slug']}.txt"] = "\n".join(_front(_topic(topic)))
    for provider in providers().values():
        files[f"organizations/{provider['domain']}.txt"] = "\n".join(_front({"taxonomy": "organization"} | provider))
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def providers() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = _read("providers")
    return found


def site(provider: str) -> str:
    return f"https://www.{providers()[provider]['domain']}"


_FILES: dict[str, Any] = {}


def _read(name: str) -> Any:
    if name not in _FILES:
        _FILES[name] = yaml.safe_load((TEXTS / f"{name}.yaml").read_text(encoding="utf-8"))
    return _FILES[name]


def _topic(topic: dict[str, Any]) -> dict[str, Any]:
    named = {"taxonomy": "topic", "_id": topic["slug"], "name": topic["name"], "shortname": topic.get("short")}
    return named | {name: topic.get(name) for name in ("parent", "description", "keywords", "hashtags")}


def _article(story: Story, everything: dict[str, Story], start: datetime, age: timedelta) -> str:
    text = story.as_of(age)
    front = {"category": "news"} | _head(story, text, start)
    front |= {
        "quality": text["quality"],
        "heat": text["heat"],
        "published": text.get("live", False),
        "removed": text.get("removed"),
        "provider": _provider(text["provider"]),
        "topics": text["topics"],
        "images": [_image(story, text)] if story.picture else None,
        "related": [
            _head(other, other.as_of(age), start)
            | {"provider": _provider(other.text["provider"]), "quality": other.text["quality"]}
            for other in (everything[name] for name in text.get("related", ()))
            if other.age > age
        ],
    }
    return "\n".join(_front(front)) + text.get("body", "")


def _head(story: Story, text: dict[str, Any], start: datetime) -> dict[str, Any]:
    moment = (start - story.age).astimezone(UTC).replace(microsecond=0)
    return {
        "title": text["title"],
        "excerpt": text["excerpt"],
        "publishedDateTime": moment,
        "webUrl": f"{site(text['provider'])}/stories/{text.get('url', story.id)}",
        "type": text.get("type", "article"),
    }


def _provider(key: str) -> dict[str, str]:
    return {name: providers()[key][name] for name in ("name", "domain")}


def _image(story: Story, text: dict[str, Any]) -> dict[str, Any]:
    said = {"title": text.get("caption"), "attribution": f"Drawing: {providers()[text['provider']]['name']}"}
    return {"url": story.picture, "width": 1280, "height": 720, "isCached": True} | said


def _front(front: dict[str, Any]) -> Iterator[str]:
    """The lines of the front matter; what is empty is left out, as upstream does."""
    yield "---"
    for key, value in front.items():
        if value not in (None, [], {}):
            yield from _lines(key, value)
    yield from ("---", "")


def _lines(key: str, value: Any, indent: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        yield f"{indent}{key}:"
        for name, inner in value.items():
            if inner is not None:
                yield from _lines(name, inner, indent + "  ")
    elif isinstance(value, list):
        yield f"{indent}{key}:"
        for item in value:
            yield from _item(item, indent + "  ")
    else:
        yield f"{indent}{key}: {_scalar(value)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"{indent}- {_scalar(item)}"
        return
    lines = [line for name, value in item.items() if value is not None for line in _lines(name, value, indent + "  ")]
    yield f"{indent}- {lines[0].lstrip()}"
    yield from lines[1:]


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return json.dumps(value, ensure_ascii=False)
