"""Writes values as YAML that our strict reader, and any reader of YAML 1.1 or 1.2, reads as the same values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from articles.models.fields import DOCUMENT_FIELDS, DOCUMENT_LINK_FIELDS, Kind

# Upstream quotes prose and links, but not names.
QUOTED = frozenset(
    field.key
    for field in (*DOCUMENT_FIELDS, *DOCUMENT_LINK_FIELDS)
    if field.kind in (Kind.LINE, Kind.TEXT, Kind.LINK, Kind.PAYLOAD)
) | {"url"}

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_.'&+/()-]*(?: [A-Za-z0-9_.'&+/()-]+)*")
_WORDS = frozenset("true false yes no on off y n null nan inf infinity".split())
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def scalar(value: Any, style: str | None = None) -> str:
    """Returns one value on one line, in the style of the value that it replaces, if possible."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case datetime():
            text = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
            return f"{style}{text}{style}" if style in ("'", '"') else text
    text = str(value)
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if not style and _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def flow(value: Any) -> str:
    """Returns a value of any depth on one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value, '"')


def pair(key: str, value: Any, indent: int) -> Iterator[str]:
    """Yields the lines of `key: value`."""
    margin = " " * indent
    if isinstance(value, dict) and value:
        yield f"{margin}{key}:"
        yield from mapping(value, indent + 2)
    elif isinstance(value, list) and value:
        yield f"{margin}{key}:"
        for item in value:
            yield from sequence_item(item, indent + 2)
    elif isinstance(value, dict | list):
        yield f"{margin}{key}: {flow(value)}"
    else:
        yield f"{margin}{key}: {scalar(value, '"' if key in QUOTED else None)}"


def mapping(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, item in value.items():
        yield from pair(key, item, indent)


def sequence_item(value: Any, indent: int) -> Iterator[str]:
    margin = " " * indent
    if isinstance(value, dict):
        first, *rest = mapping(value, indent + 2)
        yield f"{margin}- {first.lstrip()}"
        yield from rest
    else:
        yield f"{margin}- {scalar(value)}"


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
