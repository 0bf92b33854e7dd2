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

from articles.documents.escapes import mended
from articles.documents.lines import YAML_LOADER, LineFinder
from articles.documents.messages import Message, Rejected, printable
from articles.texts import CONTROL, with_plain_line_ends

MAX_YAML_DEPTH = 100  # lists and mappings within each other

_CLOSING = re.compile(r"\n---[ \t]*(?:\r?\n|$)")
_PRINTABLE_BYTES = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
# Where an anchor, an alias or a tag could stand; quoted text matches too, so the events decide.
_ANCHOR_ALIAS_OR_TAG = re.compile(r"[&*!](?<![^\s\[{,].)[^\s,\]}]")
_PAYLOAD = re.compile(r"""^[ ]*["']?secured\b""", re.MULTILINE)
_WORDS_OF_FILE = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"")
_ANY_KEY = re.compile(r"""^["']?([A-Za-z_][\w-]*)["']?[ ]*:""", re.MULTILINE)
# An escape that may give a control character; the others give quotes, backslashes, tabs and line ends.
_CONTROL_ESCAPE = re.compile(r"\\[0abefvrxuUNLP]")
_POSITION = re.compile(r" at (?:line (\d+) column \d+|position \d+)")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: `front` has the values of its front matter, `yaml` their text."""

    front: dict[str, Any]
    body: str
    raw: bytes
    yaml: str
    first_line: int  # of the YAML within the file
    warnings: tuple[Message, ...] = ()
    _lines: list[LineFinder] = field(default_factory=list, compare=False, repr=False)

    def line_of(self, *keys: str | int) -> int:
        """Returns the line of a field, or of its nearest parent if it is absent: `line_of("related", 2, "webUrl")`."""
        return self.first_line + self._finder.line_of(keys)

    def literal(self, *keys: str | int) -> str:
        """Returns a single value as it is written, such as `3.10`; '' if it is none."""
        return self._finder.literal(keys)

    @property
    def text(self) -> str:
        """The body with plain line ends."""
        return with_plain_line_ends(self.body)

    @property
    def _finder(self) -> LineFinder:
        if not self._lines:
            self._lines.append(LineFinder(self.yaml))
        return self._lines[0]


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


def text_of(raw: bytes) -> str:
    """Returns the text of a document, with the line ends that it has; those of old Macs are made readable."""
    text = raw.decode("utf-8-sig")
    return text if "\n" in text else text.replace("\r", "\n")


def parse_document(raw: bytes, path: str = "") -> Document:
    """Returns the document in some bytes, or raises Rejected. The path tells whether it may be a bare YAML mapping."""
    try:
        text = text_of(raw)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Rejected(f"is not UTF-8: byte 0x{raw[error.start]:02x}", line=line) from None
    _refuse_controls(raw, text)
    if path.lower().endswith((".yaml", ".yml")) and not _has_body(text):
        front_text, body, first_line = text, "", 1
    else:
        front_text, body = HANDLER.split(text)
        first_line = 2
    try:
        front, lost = _loaded(front_text)
    except Rejected as refusal:
        message = refusal.message
        raise Rejected(message.text, message.field, (message.line or 1) + first_line - 1) from None
    halves = "holds half of a character: shown as \ufffd"
    warnings = tuple(Message("warning", halves, line=first_line + line) for line in lost)
    document = Document(front, body, raw, front_text, first_line, warnings)
    if _CONTROL_ESCAPE.search(front_text):
        _refuse_escaped_controls(front, document, ())
    return document


def _loaded(front_text: str) -> tuple[dict[str, Any], list[int]]:
    """Returns the fields, and the lines on which half of a character was lost."""
    try:
        return HANDLER.load(front_text), []
    except Rejected:
        text, lost = mended(front_text)
        if text == front_text:
            raise
    return HANDLER.load(text), [front_text.count("\n", 0, place) for place in lost]


def _has_body(text: str) -> bool:
    """Whether YAML that begins with a line `---` is closed by another one."""
    opening = text.find("\n")
    return text[:opening].rstrip() == "---" and bool(_CLOSING.search(text, opening))


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
    if line and _is_payload(line, fm):
        return Rejected("is not valid YAML", "secured", line)
    # Without a line it may be the payload, of which no message tells anything.
    return Rejected(text if line or not _PAYLOAD.search(fm) else _WORDS_OF_FILE.sub("…", text), line=line)


def _is_payload(line: int, fm: str) -> bool:
    keys = _ANY_KEY.findall("\n".join(fm.split("\n")[:line]))
    return bool(keys) and keys[-1] == "secured"


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
                shown = "a tag" if _is_payload(line, fm) else f"the tag {printable(tag)}"
                raise Rejected(f"{shown} is not taken", line=line)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Rejected(f"is not valid YAML: {error.problem}", line=line) from None


def _refuse_controls(raw: bytes, text: str) -> None:
    # Most bytes are printable: the rest is short, and quickly searched.
    rest = raw.translate(None, _PRINTABLE_BYTES)
    if not (rest and CONTROL.search(rest.decode())):
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
