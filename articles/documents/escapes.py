"""Mends escapes and numbers that other programs write into YAML, and that ryaml does not read."""

from __future__ import annotations

import re
from typing import NamedTuple

# JSON writes a character beyond U+FFFF as two halves. A backslash before it would make it plain text.
_HALVES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?")
_LOW_HALF = re.compile(r"(?<!\\)((?:\\\\)*)\\u[dD][c-fC-F][0-9a-fA-F]{2}")
# Longer than 64 bits hold.
_LONG_NUMBER = re.compile(r"(?<=[:,\[-][ ])([-+]?[0-9]{19,}(?:\.[0-9]*)?)(?=[ \t]*(?:[,\]}#\r\n]|\Z))")


class Mended(NamedTuple):
    text: str
    lost: list[int]  # where half of a character stands alone


def mended(yaml: str) -> Mended:
    """Returns the YAML with whole characters, U+FFFD where half of one stands alone, and long numbers as text.

    It has the lines of the original. Only for YAML that ryaml refuses: in other YAML the same may be literal text.
    """
    lost: list[int] = []

    def whole(halves: re.Match[str]) -> str:
        before, high, low = halves.groups()
        if low is None:
            lost.append(halves.start())
            return f"{before}\\ufffd"
        code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)
        return f"{before}\\U{code:08x}"

    def half(low: re.Match[str]) -> str:
        lost.append(low.start())
        return f"{low[1]}\\ufffd"

    text = _HALVES.sub(whole, yaml)
    text = _LOW_HALF.sub(half, text)
    return Mended(_LONG_NUMBER.sub(r'"\1"', text), lost)
