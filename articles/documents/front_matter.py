"""Reads bytes as front matter and body, or raises Rejected.

A document opens with a line `---`, holds one YAML mapping, closes with a line `---`, and may continue with a body.
A `.yaml` or `.yml` file may be the mapping alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import ryaml
import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml.nodes import Node

from articles.documents.messages import Rejected, printable
from articles.texts import CONTROL

# Finds lines, anchors and depth; ryaml reads the values.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_YAML_DEPTH = 100  # lists and mappings within each other

_CLOSING = re.compile(r"\n---[ \t]*(?:\r?\n|$)")
_PRINTABLE_BYTES = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
# Where an anchor, an alias or a tag could stand; quoted text matches too, so the events decide.
_ANCHOR_ALIAS_OR_TAG = re.compile(r"[&*!](?<![^\s\[{,].)[^\s,\]}]")
_POSITION = re.compile(r" at (?:line (\d+) column \d+|position \d+)")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: `front` has the values of its front matter, `yaml` their text."""

    front: dict[str, Any]
    body: str
    raw: bytes
    yaml: str
    first_line: int  # of the YAML within the file
    _root: list[Node | None] = field(default_factory=list, compare=False, repr=False)

    def line_of(self, *keys: str | int) -> int:
        """Returns the line of a field, or of its nearest parent if it is absent: `line_of("related", 2, "webUrl")`."""
        node = self._composed()
        line = node.start_mark.line if node else 0
        for key in keys:
            if isinstance(node, yaml.MappingNode):
                pair = next(((name, value) for name, value in node.value if name.value == str(key)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                line = node.start_mark.line
            else:
                break
        return self.first_line + line

    def _composed(self) -> Node | None:
        # Cached: a document with a thousand faults needs it a thousand times.
        if not self._root:
            try:
                self._root.append(yaml.compose(self.yaml, Loader=YAML_LOADER))
            except yaml.YAMLError:
                self._root.append(None)
        return self._root[0]


class FrontMatter(YAMLHandler):
    """A strict YAML handler for python-frontmatter, whose split() and load() ignore a block that is not closed."""

    def split(self, text: str) -> tuple[str, str]:
        opening = text.find("\n")
        if text[: opening if opening >= 0 else None].rstrip() != "---":
            raise Rejected("does not open with a line ---", line=1)
        closing = _CLOSING.search(text, opening) if opening >= 0 else None
        if closing is None:
            raise Rejected("the front matter is not closed by a line ---", line=1)
        return text[opening + 1 : closing.start() + 1], text[closing.end() :]

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        if fm.count("[") + fm.count("{") > MAX_YAML_DEPTH:
            _refuse_depth(fm)
        try:
            front = ryaml.loads(fm)
        except ryaml.InvalidYamlError as error:
            raise _yaml_problem(str(error), fm) from None
        except (TypeError, ValueError):
            raise Rejected("a key is not text") from None
        if not isinstance(front, dict):
            raise Rejected("is not a mapping of fields")
        if _ANCHOR_ALIAS_OR_TAG.search(fm):
            _refuse_anchors_and_tags(fm)
        for key in front:
            if not isinstance(key, str):
                raise Rejected(f"the key {printable(key)} is not text")
        return front


HANDLER = FrontMatter()


def parse_document(raw: bytes, path: str = "") -> Document:
    """Returns the document in some bytes, or raises Rejected. The path tells whether it may be a bare YAML mapping."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Rejected(f"is not UTF-8: byte 0x{raw[error.start]:02x}", line=line) from None
    _refuse_controls(raw, text)
    if path.lower().endswith((".yaml", ".yml")) and not text.startswith("---"):
        front_text, body, first_line = text, "", 1
    else:
        front_text, body = HANDLER.split(text)
        first_line = 2
    try:
        front = HANDLER.load(front_text)
    except Rejected as refusal:
        message = refusal.message
        raise Rejected(message.text, message.field, (message.line or 1) + first_line - 1) from None
    document = Document(front, body, raw, front_text, first_line)
    if "\\" in front_text:
        _refuse_escaped_controls(front, document, ())
    return document


def document_digest(raw: bytes) -> bytes:
    """Returns the hash by which an import recognizes an unchanged document: 16 bytes."""
    return blake2b(raw, digest_size=16).digest()


def _yaml_problem(text: str, fm: str) -> Rejected:
    lines = [int(number) for number in _POSITION.findall(text) if number]
    line = lines[0] if lines else 0
    if "more than one document" in text:
        text = "holds more than one YAML document"
    elif duplicate := re.search(r'duplicate entry with key "(.*)"', text):
        text = f"the key {printable(duplicate[1])} stands twice"
        line = line or _second_line_of(duplicate[1], fm)
    elif "recursion limit" in text:
        text = "is nested too deeply"
    elif "repetition limit" in text:
        text = "repeats itself by aliases"
    else:
        text = "is not valid YAML: " + _POSITION.sub("", text)
    return Rejected(text, line=line)


def _second_line_of(key: str, fm: str) -> int:
    found = [m.start() for m in re.finditer(rf"^[\"']?{re.escape(key)}[\"']?\s*:", fm, re.MULTILINE)]
    return fm.count("\n", 0, found[1]) + 1 if len(found) > 1 else 0


def _refuse_depth(fm: str) -> None:
    # ryaml limits the depth too, but reads everything first, in time that grows with the square of the brackets.
    depth = 0
    try:
        for event in yaml.parse(fm, Loader=YAML_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_YAML_DEPTH:
                raise Rejected("is nested too deeply", line=event.start_mark.line + 1 if event.start_mark else 0)
    except yaml.YAMLError:
        return  # ryaml reports it


def _refuse_anchors_and_tags(fm: str) -> None:
    try:
        for event in yaml.parse(fm, Loader=YAML_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Rejected("anchors and aliases are not taken", line=line)
            if tag := getattr(event, "tag", None):
                raise Rejected(f"the tag {printable(tag)} is not taken", line=line)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Rejected(f"is not valid YAML: {error.problem}", line=line) from None


def _refuse_controls(raw: bytes, text: str) -> None:
    # Most bytes are printable: the rest is short, and quickly searched.
    rest = raw.translate(None, _PRINTABLE_BYTES)
    if not (rest and CONTROL.search(rest.decode())) and raw.count(b"\r") == raw.count(b"\r\n"):
        return
    if bad := CONTROL.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise Rejected(f"holds the control character U+{ord(bad[0]):04X}", line=line)


def _refuse_escaped_controls(value: Any, document: Document, keys: tuple[str | int, ...]) -> None:
    if isinstance(value, str) and (bad := CONTROL.search(value)):
        field = ".".join(str(key) for key in keys)
        text = f"holds the control character U+{ord(bad[0]):04X}"
        raise Rejected(text, field, document.line_of(*keys))
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(key, str) and CONTROL.search(key):
            raise Rejected("a key holds a control character", printable(key), document.line_of(*keys))
        _refuse_escaped_controls(item, document, (*keys, key))
