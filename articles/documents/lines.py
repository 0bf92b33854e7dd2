"""Finds the lines of fields in YAML without composing it, which takes longer than reading its values.

Most front matter is plain block style, a field on a line: there, indentation says where each field stands, and a few
searches find it. Anything else is composed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

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
_FIRST_FIELD = re.compile(rf"^ *(?={_KEY}:)", re.MULTILINE)
_FIRST_ITEM = re.compile(r"^ *(?=- )", re.MULTILINE)


class LineFinder:
    """Finds the lines of fields in one text; what it takes long to know, it finds out once."""

    def __init__(self, text: str):
        self.text = text

    def line_of(self, keys: Sequence[str | int]) -> int:
        """Returns the line of a field, counted from 0, or of its nearest parent if the field is absent."""
        place = place_in_blocks(self.text, keys) if self._is_plain else _pair(self._root, keys)[0]
        return self.text.count("\n", 0, place)

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


def place_in_blocks(text: str, keys: Sequence[str | int]) -> int:
    """Returns where the field begins in plain block style."""
    first = _FIRST_FIELD.search(text)
    if first is None:
        return 0
    start = place = first.start()
    end, column = len(text), first.end() - start
    for key in keys:
        found = _item(text, key, start, end) if isinstance(key, int) else _field(text, key, start, end, column)
        if found is None:
            break
        place, start, end, column = found
    return place


Found = tuple[int, int, int, int]  # place, start and end of the value, column of the fields in it


def _field(text: str, key: str, start: int, end: int, column: int) -> Found | None:
    name = re.escape(key) + ":"
    # The first field of an item stands behind its dash.
    found = re.compile(name).match(text, start, end) or re.compile(rf"^ {{{column}}}{name}", re.MULTILINE).search(
        text, start, end
    )
    if found is None:
        return None
    # The value ends before the next field in this column, or before anything further out.
    after = re.compile(
        rf"^(?: {{0,{column}}}[^\s#-]| {{0,{max(column - 1, 0)}}}-)" if column else r"^[^\s#-]", re.MULTILINE
    )
    behind = after.search(text, found.end(), end)
    end = behind.start() if behind else end
    inner = _FIRST_FIELD.search(text, found.end(), end)
    return found.start(), found.end(), end, inner.end() - inner.start() if inner else -1


def _item(text: str, index: int, start: int, end: int) -> Found | None:
    first = _FIRST_ITEM.search(text, start, end)
    if first is None:
        return None
    items = list(re.compile(rf"^ {{{first.end() - first.start()}}}- +", re.MULTILINE).finditer(text, start, end))
    if index >= len(items):
        return None
    item, behind = items[index], items[index + 1 : index + 2]
    return item.start(), item.end(), behind[0].start() if behind else end, item.end() - item.start()


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
