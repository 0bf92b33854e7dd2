"""Finds the lines of fields in YAML without composing it, which takes longer than reading its values.

Most front matter is plain block style, a field on a line: there, indentation says where each field stands, and a few
searches find it. Anything else is composed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

# Reads positions, anchors and depth; ryaml reads the values.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_QUOTED = r""" "(?:[^"\\\r\n]|\\[^\r\n])*+" | '(?:[^'\r\n]|'')*+' """
_KEY = r"[A-Za-z_][\w-]*+"
# Lines with one field or item each. Below a value that is not quoted, "- " further in would continue it.
_PLAIN_BLOCKS = re.compile(
    rf"""
    (?:
        \ *+ (?:\#[^\r\n]*+)?+ (?:\r?\n|\Z)
      | (?P<indent>\ *+)
        (?: (?:-\ ++)?+{_KEY}:(?=[\ \r\n]|\Z) | -\ ++(?=[^\ \r\n\#]) )
        \ *+
        (?:
            (?: {_QUOTED} | \[ (?: [^][{{}}"'#\r\n] | {_QUOTED} )*+ \] | (?:(?<=\ )\#[^\r\n]*+)?+ )
            \ *+ (?:(?<=\ )\#[^\r\n]*+)?+ (?:\r?\n|\Z)
          | (?: [^]\s[{{}},\#&*!|>'"%@`?:-] | -[^\s] ) [^\r\n]*+ (?:\r?\n|\Z)
            (?! (?:\ *+\r?\n)*+ (?P=indent)\ ++-\ )
        )
    )*+
    """,
    re.VERBOSE,
)
_FIRST_FIELD = re.compile(rf"\n *(?={_KEY}:)")
_FIRST_ITEM = re.compile(r"\n *(?=- )")


class LineFinder:
    """Finds the lines of fields in one text; what it takes long to know, it finds out once."""

    def __init__(self, text: str):
        self.text = text

    def line_of(self, keys: Sequence[str | int]) -> int:
        """Returns the line of a field, counted from 0, or of its nearest parent if the field is absent."""
        if self._is_plain:
            return line_in_blocks(self.text, keys)
        return self.text.count("\n", 0, _pair(self._root, keys)[0])

    def literal(self, keys: Sequence[str | int]) -> str:
        """Returns a single value as it is written; '' if it is none."""
        node = _pair(self._root, keys)[1]
        return node.value if isinstance(node, ScalarNode) else ""

    @cached_property
    def _is_plain(self) -> bool:
        return is_plain(self.text)

    @cached_property
    def _root(self) -> Node | None:
        try:
            return compose(self.text)
        except yaml.YAMLError:
            return None


def is_plain(text: str) -> bool:
    """Whether valid YAML is plain block style."""
    found = _PLAIN_BLOCKS.match(text)
    return found is not None and found.end() == len(text)


def line_in_blocks(text: str, keys: Sequence[str | int]) -> int:
    """Returns the line of the field in plain block style."""
    text = "\n" + text  # so that every line has a line end before it, for which one searches fast
    first = _FIRST_FIELD.search(text)
    if first is None:
        return 0
    value = _Value(first.start(), first.start(), len(text), len(first[0]) - 1)
    for key in keys:
        inner = _item(text, key, value) if isinstance(key, int) else _field(text, key, value)
        if inner is None:
            break
        value = inner
    return text.count("\n", 0, value.line)


class _Value(NamedTuple):
    """A value in the text; `line` is where the line of its field begins, and `column` that of the fields in it."""

    line: int
    start: int
    end: int
    column: int


def _field(text: str, key: str, outer: _Value) -> _Value | None:
    name = f"{key}:"
    if text.startswith(name, outer.start):
        # The first field of an item stands behind its dash.
        line, start = outer.line, outer.start + len(name)
    else:
        line = text.find(f"\n{' ' * outer.column}{name}", outer.start, outer.end)
        start = line + 1 + outer.column + len(name)
        if line < 0:
            return None
    behind = _further_out(outer.column).search(text, start, outer.end)
    end = behind.start() if behind else outer.end
    first = _FIRST_FIELD.search(text, start, end)
    return _Value(line, start, end, len(first[0]) - 1 if first else -1)


def _item(text: str, index: int, outer: _Value) -> _Value | None:
    first = _FIRST_ITEM.search(text, outer.start, outer.end)
    if first is None:
        return None
    margin = f"{first[0]}- "
    line = first.start()
    for _ in range(index):
        line = text.find(margin, line + 1, outer.end)
        if line < 0:
            return None
    behind = text.find(margin, line + 1, outer.end)
    start = line + len(margin)
    while text.startswith(" ", start):
        start += 1
    return _Value(line, start, behind if behind >= 0 else outer.end, start - line - 1)


@lru_cache(maxsize=100)
def _further_out(column: int) -> re.Pattern[str]:
    """Finds the next field in this column, or anything further out."""
    return re.compile(rf"\n(?: {{0,{column}}}[^\s#-]" + (rf"| {{0,{column - 1}}}-)" if column > 0 else ")"))


def _pair(node: Node | None, keys: Sequence[str | int]) -> tuple[int, Node | None]:
    """Returns where the field or its nearest parent begins, and the value of the field."""
    place = node.start_mark.index if node else 0
    for key in keys:
        if isinstance(node, MappingNode):
            pair = next(((name, value) for name, value in node.value if name.value == str(key)), None)
            if pair is None:
                return place, None
            place, node = pair[0].start_mark.index, pair[1]
        elif isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            place = node.start_mark.index
        else:
            return place, None
    return place, node


def compose(text: str) -> Node | None:
    """Returns YAML as nodes with their positions."""
    try:
        return yaml.compose(text, Loader=YAML_LOADER)
    except yaml.YAMLError:
        # libyaml refuses the escapes of JSON for characters beyond U+FFFF.
        return yaml.compose(text, Loader=yaml.SafeLoader)
