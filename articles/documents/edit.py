"""Changes some keys in the YAML of a document; every other byte stays, with comments, order, quotes and line ends.

A value is replaced in its place. A new key is inserted behind its neighbour in upstream's order; a key that loses its
value is removed with its lines. Items of a list that stay keep their text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from articles.documents import emit
from articles.documents.keys import KEYS_IN_ORDER
from articles.documents.lines import compose


@dataclass(frozen=True, slots=True)
class KeptItem:
    """An item of a list that the document already has, and the changes in it; new keys stand in this order."""

    node: Node
    changes: Mapping[str, Any] = field(default_factory=dict)
    order: Sequence[str] = KEYS_IN_ORDER


class YamlText:
    """Front matter as text, and as nodes with their positions in it."""

    def __init__(self, text: str):
        self.text = text
        root = compose(text)
        if not isinstance(root, MappingNode):
            raise ValueError("is not a mapping of fields")
        self.root = root
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def items(self, key: str) -> list[Node]:
        """Returns the items of a list in the document; none if it is missing, or is no list."""
        node = node_of(self.root, key)
        return list(node.value) if isinstance(node, SequenceNode) else []

    def changed(self, changes: Mapping[str, Any]) -> str:
        """Returns the text with each key set to its value; None removes the key. Items of lists may be `KeptItem`."""
        return _applied(self.text, self._edits(self.root, changes))

    def _edits(self, node: Node, changes: Mapping[str, Any], order: Sequence[str] = KEYS_IN_ORDER) -> list[_Edit]:
        if not isinstance(node, MappingNode):
            return []
        edits = []
        for key, value in changes.items():
            pair = next(((name, old) for name, old in node.value if name.value == key), None)
            if pair is None:
                if value is not None:
                    edits.append(self._inserted(node, key, value, order))
            elif value is None and not node.flow_style and self._starts_line(pair[0]):
                edits.append(self._without(*pair))
            else:
                edits.append(self._replaced(node, *pair, value))
        return edits

    def _replaced(self, parent: MappingNode, key: Node, old: Node, value: Any) -> _Edit:
        start, end = old.start_mark.index, _end(old)
        block = not parent.flow_style and isinstance(old, MappingNode | SequenceNode) and not old.flow_style
        if isinstance(value, list | dict) and block:
            # From the line below the key: a comment behind the key stays.
            start = self._line_end(key.end_mark.index)
            return _Edit(start, self._line_end(end), self._block(old, value, start))
        style = old.style if isinstance(old, ScalarNode) else None
        text = self._flow(value) if isinstance(value, list | dict) else emit.scalar(value, style)
        if start == end and not self.text[:start].endswith(" "):
            text = " " + text
        if self.text[start:end].endswith("\n"):
            text += self.newline
        return _Edit(start, end, text)

    def _without(self, key: Node, old: Node) -> _Edit:
        start, end = self._line_start(key.start_mark.index), self._line_end(max(_end(old), key.end_mark.index))
        # Of the blank lines around a block one goes with it.
        before, after = self.text[:start], self.text[end:]
        if before.endswith(self.newline * 2) and after.startswith(self.newline):
            end += len(self.newline)
        return _Edit(start, end, "")

    def _inserted(self, node: MappingNode, key: str, value: Any, order: Sequence[str]) -> _Edit:
        if node.flow_style:
            place = node.start_mark.index + 1
            return _Edit(place, place, f"{key}: {self._flow(value)}" + (", " if node.value else ""))
        lines = list(emit.pair(key, value, node.start_mark.column))
        earlier = order[: order.index(key)]
        behind = [pair for pair in node.value if pair[0].value in earlier]
        if not behind and not self._starts_line(node.value[0][0]):
            behind = node.value[:1]
        if not behind:
            place = self._line_start(node.start_mark.index)
            return _Edit(place, place, self._lines(lines))
        last = max(behind, key=lambda pair: earlier.index(pair[0].value) if pair[0].value in earlier else -1)
        place = self._line_end(max(_end(last[1]), last[0].end_mark.index))
        text = self._lines([""] * (len(lines) > 1 and node is self.root) + lines)
        return _Edit(place, place, text if self.text[:place].endswith("\n") else self.newline + text)

    def _block(self, old: Node, value: Any, start: int) -> str:
        indent = old.start_mark.column
        if isinstance(value, dict):
            return self._lines(emit.mapping(value, indent))
        return "".join(
            self._item(old, item, start)
            if isinstance(item, KeptItem)
            else self._lines(emit.sequence_item(item, indent))
            for item in value
        )

    def _item(self, old: Node, item: KeptItem, start: int) -> str:
        """Returns the lines of an item with the comments above it; `start` is where those of the first item begin."""
        if index := old.value.index(item.node):
            start = self._line_end(_end(old.value[index - 1]))
        text = _applied(
            self.text, self._edits(item.node, item.changes, item.order), start, self._line_end(_end(item.node))
        )
        return text if text.endswith("\n") else text + self.newline

    def _flow(self, value: Any) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(self._flow_item(item) for item in value) + "]"
        return emit.flow(value)

    def _flow_item(self, item: Any) -> str:
        if not isinstance(item, KeptItem):
            return emit.flow(item)
        return _applied(
            self.text, self._edits(item.node, item.changes, item.order), item.node.start_mark.index, _end(item.node)
        )

    def _lines(self, lines: Iterable[str]) -> str:
        return "".join(line + self.newline for line in lines)

    def _starts_line(self, key: Node) -> bool:
        return not self.text[self._line_start(key.start_mark.index) : key.start_mark.index].strip()

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        if index and self.text[index - 1] == "\n":
            return index
        return (self.text.find("\n", index) + 1) or len(self.text)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def node_of(node: Node, key: str) -> Node | None:
    """Returns the node of the value of a key in a mapping; None if there is none."""
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _end(node: Node) -> int:
    """Returns where the text of a value ends; the end mark of a block is behind the comments and blank lines below."""
    if isinstance(node, MappingNode) and node.value and not node.flow_style:
        return max(_end(part) for part in node.value[-1])
    if isinstance(node, SequenceNode) and node.value and not node.flow_style:
        return _end(node.value[-1])
    return int(node.end_mark.index)


def _applied(text: str, edits: Sequence[_Edit], start: int = 0, end: int | None = None) -> str:
    """Returns the text from start to end with the edits; edits at one position in their order."""
    parts = []
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[start : edit.start], edit.text]
        start = edit.end
    return "".join([*parts, text[start:end]])
